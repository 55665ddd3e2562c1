//! The target `other_baselines` of `src/texts.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("other_baselines", bytes));
