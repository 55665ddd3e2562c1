//! The target `packed_refs` of `src/git.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("packed_refs", bytes));
