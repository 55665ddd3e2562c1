//! The target `image_reference` of `src/outside.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("image_reference", bytes));
