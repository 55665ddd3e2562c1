//! The target `lz4` of `src/content.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("lz4", bytes));
