//! Runs the program on repositories, with secrets that are made when the test runs.

use crate::git_support::{Random, Repo, isolated};
use std::path::Path;
use std::process::{Command, Output};

/// A token in GitHub's form, checksum included: another one for each seed.
pub(crate) fn token(seed: u64) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut random = Random::new(seed + 1000);
    let body: String = (0..30).map(|_| char::from(DIGITS[random.below(62)])).collect();
    let mut sum = crc32(body.as_bytes());
    let mut end = [b'0'; 6];
    for digit in end.iter_mut().rev() {
        *digit = DIGITS[(sum % 62) as usize];
        sum /= 62;
    }
    format!("gh{}_{body}{}", "p", String::from_utf8_lossy(&end))
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// What the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The program, to be run in this folder.
pub(crate) fn stanch(folder: &Path, args: &[&str]) -> Command {
    let mut command = isolated(env!("CARGO_BIN_EXE_stanch"));
    command.args(args).current_dir(folder);
    command
}

/// Runs the program in this folder.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Ran {
    stanch(folder, args).output().expect("the program runs").into()
}

/// Runs git, which may fail.
pub(crate) fn try_git(folder: &Path, args: &[&str]) -> Ran {
    isolated("git").args(args).current_dir(folder).output().expect("git runs").into()
}

/// `stanch git` with this flag: the exit code, and where secrets stand, as `path:line` with the sort of place before it.
pub(crate) fn found(repo: &Repo, flag: &str) -> (i32, Vec<String>) {
    let ran = run(&repo.path, &["git", flag, "--format", "json"]);
    (ran.code, places(&ran))
}

/// Where secrets stand, from a report in JSON.
pub(crate) fn places(ran: &Ran) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("no report: {ran:?}"));
    let mut places = Vec::new();
    for finding in report["findings"].as_array().expect("findings") {
        for one in finding["occurrences"].as_array().expect("occurrences") {
            let path = one["path"].as_str().unwrap_or("-");
            places.push(format!("{} {path}:{}", one["source"].as_str().expect("a source"), one["start"]["line"]));
        }
    }
    places.sort();
    places
}

/// A list from a report in JSON: `problems` or `skipped`, each with its kind or reason before it.
pub(crate) fn named(ran: &Ran, list: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("no report: {ran:?}"));
    let word = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let list = report[list].as_array().expect("a list").clone();
    list.iter().map(|one| format!("{}{}: {}", word(one, "kind"), word(one, "why"), word(one, "what"))).collect()
}

/// Sets up a repository with one commit.
pub(crate) fn repo_with(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::init(&[]);
    for (name, text) in files {
        repo.write(name, text);
    }
    repo.commit("first");
    repo
}
