//! The target `host_glob` of `src/outside.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("host_glob", bytes));
