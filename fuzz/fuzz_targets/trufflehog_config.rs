//! The target `trufflehog_config` of `src/texts.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("trufflehog_config", bytes));
