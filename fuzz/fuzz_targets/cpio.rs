//! The target `cpio` of `src/content.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("cpio", bytes));
