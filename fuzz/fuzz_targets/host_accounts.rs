//! The target `host_accounts` of `src/outside.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("host_accounts", bytes));
