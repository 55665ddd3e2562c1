//! Keeps the house in order: a module imports only from lower floors, siblings never import each other, and no file grows past
//! what reads well.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, as in the map of `src/lib.rs`.
const FLOORS: &[(&str, u8)] = &[
    ("cli", 7),
    ("commands", 6),
    ("report", 5),
    ("pipeline", 4),
    ("remedy", 4),
    ("attest", 4),
    ("policy", 3),
    ("engine", 2),
    ("sources", 2),
    ("hooks", 2),
    ("compat", 2),
    ("rules", 1),
    ("proof", 1),
    ("content", 1),
    ("config", 1),
    ("git", 1),
    ("ledger", 1),
    ("net", 1),
    ("model", 0),
    ("policy_file", 0),
];
/// Crates that only these rooms may know.
const OWNED: &[(&str, &[&str])] = &[
    ("aho_corasick", &["compat"]),
    ("argon2", &["ledger"]),
    ("bzip2", &["content"]),
    ("clap", &["cli"]),
    ("crypto_secretbox", &["attest"]),
    ("ed25519_dalek", &["attest"]),
    ("p256", &["attest"]),
    ("pkcs8", &["attest"]),
    ("scrypt", &["attest"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("git2", &["git"]),
    ("ignore", &["config", "sources"]),
    ("indicatif", &["cli"]),
    ("lz4_flex", &["content"]),
    ("lzma_rust2", &["content"]),
    ("minijinja", &["report"]),
    ("ruzstd", &["content"]),
    ("saphyr", &["compat"]),
    ("sevenz_rust2", &["content"]),
    ("rusqlite", &["ledger"]),
    ("rustls", &["net"]),
    ("toml", &["config", "compat", "rules", "sources"]),
    ("ureq", &["net"]),
];
const LONGEST_FILE: usize = 500;

pub(crate) fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory of the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

pub(crate) fn source(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// A file's code without its comments, and the room it stands in.
fn rooms() -> Vec<(PathBuf, String, String)> {
    let src = source("src");
    let mut all = Vec::new();
    for path in rust_files(&src) {
        let inside = path.strip_prefix(&src).expect("below src").to_owned();
        let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let code = fs::read_to_string(&path).expect("a source file");
        let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        all.push((inside, first, code.join("\n")));
    }
    all
}

#[test]
fn imports_go_down() {
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let mut breaches = Vec::new();
    for (path, room, code) in rooms() {
        let Some(floor) = floors.get(room.as_str()) else { continue };
        for (at, _) in code.match_indices("crate::") {
            let other: String = code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let is_breach = other != room && floors.get(other.as_str()).is_none_or(|other| other >= floor);
            if is_breach {
                breaches.push(format!("{}: imports crate::{other}", path.display()));
            }
        }
        // Braced imports would hide what this test looks for.
        if code.contains("use crate::{") || code.contains("use crate::*") {
            breaches.push(format!("{}: name one room in each `use crate::…`", path.display()));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn every_room_has_a_floor_and_a_line_on_the_map() {
    let map = fs::read_to_string(source("src/lib.rs")).expect("lib.rs");
    for (path, room, _) in rooms() {
        if room.ends_with(".rs") {
            continue;
        }
        let (_, floor) =
            FLOORS.iter().find(|(name, _)| *name == room).unwrap_or_else(|| panic!("{}: no floor", path.display()));
        assert!(map.contains(&format!("//! {floor} {room} ")), "the map in src/lib.rs lacks `{floor} {room}`");
    }
}

#[test]
fn some_crates_are_known_to_few_rooms_only() {
    for (path, room, code) in rooms() {
        for (name, owners) in OWNED {
            let knows = code.contains(&format!("use {name}::"))
                || code.contains(&format!(" {name}::"))
                || code.contains(&format!("({name}::"));
            let may = owners.contains(&room.as_str());
            assert!(!knows || may, "{}: only {} may import {name}", path.display(), owners.join(" and "));
        }
    }
}

#[test]
fn no_file_is_too_long_and_no_room_is_a_junk_drawer() {
    for folder in ["src", "tests", "benches"] {
        for path in rust_files(&source(folder)) {
            let lines = fs::read_to_string(&path).expect("a source file").lines().count();
            assert!(lines <= LONGEST_FILE, "{}: {lines} lines; {LONGEST_FILE} is the limit", path.display());
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            assert!(
                !matches!(stem.as_str(), "utils" | "util" | "common" | "prelude" | "helpers" | "misc"),
                "{}",
                path.display()
            );
        }
    }
}
