//! Every parser of bytes from outside, on valid inputs that are changed at random: the targets of `fuzz/`, on a stable compiler.
//!
//! Each is tried for a fraction of a second. For longer, and with what is slow or takes much memory found too:
//! `STANCH_FUZZ_SECONDS=150 cargo test --release --test main -- fuzzed --nocapture`; `STANCH_FUZZ_TARGET=tar` takes one, and
//! `STANCH_FUZZ_SEEDS=DIR` writes the valid inputs there, for `cargo fuzz run tar DIR/tar`.

#![allow(clippy::print_stdout, reason = "a long run says how much it tried")]

use crate::fuzz_seeds::seeds;
use crate::git_mutated::change;
use crate::git_support::Random;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, dead_code, reason = "a crate of its own")]
mod targets;

/// No input of some thousand bytes takes longer.
const SLOWEST: Duration = Duration::from_secs(5);

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Calls a target with changed seeds until the time is up. A long run begins somewhere else each time, and keeps the input that it is at.
fn try_target(name: &str, target: fn(&[u8]), seeds: &[Vec<u8>]) {
    let seconds: Option<u64> = variable("STANCH_FUZZ_SECONDS").and_then(|text| text.parse().ok());
    let time = seconds.map_or(Duration::from_millis(60), Duration::from_secs);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let at = std::env::temp_dir().join(format!("stanch-fuzzed-{name}"));
    let (begin, mut number, mut slowest) =
        (Instant::now(), if seconds.is_some() { now << 32 } else { 0 }, Duration::ZERO);
    let first = number;
    seeds.iter().for_each(|seed| target(seed));
    while begin.elapsed() < time {
        let mut random = Random::new(number);
        let bytes = change(&mut random, seeds);
        if seconds.is_some() {
            fs::write(&at, &bytes).expect("write");
        }
        let start = Instant::now();
        target(&bytes);
        if seconds.is_some() {
            slowest = slowest.max(start.elapsed());
            assert!(slowest < SLOWEST, "{name}: {slowest:?} for {}", at.display());
        }
        number += 1;
    }
    if seconds.is_some() {
        println!("{name}: {} inputs, the slowest {slowest:?}", number - first);
    }
}

#[test]
fn every_parser_survives_what_is_changed() {
    let only = variable("STANCH_FUZZ_TARGET");
    for (name, target) in targets::all().filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name)) {
        let seeds = seeds(name);
        if let Some(folder) = variable("STANCH_FUZZ_SEEDS") {
            let folder = Path::new(&folder).join(name);
            fs::create_dir_all(&folder).expect("mkdir");
            for (number, seed) in seeds.iter().enumerate() {
                fs::write(folder.join(number.to_string()), seed).expect("write");
            }
            continue;
        }
        try_target(name, target, &seeds);
    }
}

/// Each target has a file that hands it to libFuzzer.
#[test]
fn every_target_is_handed_to_libfuzzer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    let mut expected: Vec<String> = targets::all().map(|(name, _)| format!("{name}.rs")).collect();
    expected.sort();
    for file in &expected {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{file}\"")), "{file} is not in fuzz/Cargo.toml");
    }
    let files = fs::read_dir(folder.join("fuzz_targets")).expect("a folder").flatten();
    let mut found: Vec<String> = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    found.sort();
    assert_eq!(found, expected);
}
