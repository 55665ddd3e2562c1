//! The target `java_key_store` of `src/content.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("java_key_store", bytes));
