//! The target `property_list` of `src/content.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("property_list", bytes));
