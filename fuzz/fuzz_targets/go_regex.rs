//! The target `go_regex` of `src/texts.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("go_regex", bytes));
