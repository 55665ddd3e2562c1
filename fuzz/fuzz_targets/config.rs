//! Arbitrary text as a repository's configuration.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stanch::git::config::Config;

fuzz_target!(|text: &str| {
    let config = Config::parse(text);
    let _ = config.get("extensions", "objectformat");
    let _ = config.any_true("remote", "promisor");
});
