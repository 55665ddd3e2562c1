//! The target `gzip_in_base64` of `src/content.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("gzip_in_base64", bytes));
