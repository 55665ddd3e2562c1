//! The target `commit_headers` of `src/git.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_fuzz::run("commit_headers", bytes));
