//! The target `link_header` of `src/outside.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("link_header", bytes));
