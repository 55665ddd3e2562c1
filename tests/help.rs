//! `--help` is complete, and `docs/cli.md` says the same.

use crate::binary::{run, stanch, tree};
use std::fs;
use std::path::Path;

/// The sub-commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let listed = help.split("\nCommands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
    let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

/// All commands with their help texts, outermost first.
fn helps(dir: &Path, command: &[String], all: &mut Vec<(String, String)>) {
    let help = run(stanch(dir, command).arg("--help")).exits(0).out;
    let inner = commands(&help);
    all.push((["stanch"].into_iter().chain(command.iter().map(String::as_str)).collect::<Vec<_>>().join(" "), help));
    for name in inner {
        helps(dir, &[command, &[name]].concat(), all);
    }
}

fn all_helps() -> Vec<(String, String)> {
    let (dir, mut all) = (tree(&[]), Vec::new());
    helps(dir.path(), &[], &mut all);
    all
}

#[test]
fn every_command_has_help_that_ends_with_its_exit_codes() {
    let all = all_helps();
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["stanch", "stanch scan", "stanch git", "stanch explain", "stanch rules", "stanch rules test"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    for (name, help) in &all {
        assert!(help.contains("Exit codes:"), "the help of `{name}` says nothing of exit codes");
        assert!(help.contains(&format!("Usage: {name}")), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "a line of the help of `{name}` is too long");
    }
    for (name, help) in all.iter().filter(|(name, _)| ["stanch scan", "stanch git"].contains(&name.as_str())) {
        for code in ["  0 ", "  1 ", "  2 ", "  3 ", "  130 ", "Examples:\n"] {
            assert!(help.contains(code), "the help of `{name}` lacks `{code}`");
        }
    }
}

#[test]
fn short_help_and_the_help_command_work_too() {
    let dir = tree(&[]);
    for command in ["scan", "git", "explain", "rules"] {
        let short = run(&mut stanch(dir.path(), [command, "-h"])).exits(0).out;
        assert!(short.contains("Usage:") && short.contains("Exit codes:"));
        let long = run(&mut stanch(dir.path(), [command, "--help"])).exits(0).out;
        assert_eq!(run(&mut stanch(dir.path(), ["help", command])).exits(0).out, long);
    }
}

#[test]
fn the_examples_of_scan_and_explain_can_be_run() {
    let dir = tree(&[("src/main.rs", &"\n".repeat(12)), ("deploy/values.yml", ""), ("config.yml", &"\n".repeat(12))]);
    let all = all_helps();
    let examples =
        all.iter().flat_map(|(_, help)| help.lines()).filter_map(|line| line.trim_start().strip_prefix("stanch "));
    let mut count = 0;
    // Commits, findings and what needs a shell: `tests/documented.rs`.
    let is_of_files =
        |example: &&str| !["HEAD~3:", "3fa41c0e", " < ", "; "].iter().any(|other| example.contains(other));
    let examples = examples.filter(|example| example.starts_with("scan") || example.starts_with("explain"));
    for example in examples.filter(is_of_files) {
        // What is explained stands two blanks away.
        let words = example.split("  ").next().expect("a part").split(' ').map(|word| word.trim_matches('\''));
        run(&mut stanch(dir.path(), words)).exits(0);
        count += 1;
    }
    assert!(count >= 7, "{count}");
}

#[test]
fn the_reference_is_what_the_program_says() {
    let mut text = String::from(
        "# Command line\n\nWhat `--help` says of every command. Made by `STANCH_BLESS=1 cargo test --test help`; a test compares it.\n",
    );
    for (name, help) in all_helps() {
        let level = "#".repeat(1 + name.split(' ').count());
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        text.push_str(&format!("\n{level} {name}\n\n```text\n{}\n```\n", help.join("\n").trim_end()));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    if std::env::var_os("STANCH_BLESS").is_some() {
        fs::write(&path, &text).expect("writes");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(kept == text, "docs/cli.md is stale: run `STANCH_BLESS=1 cargo test --test help`");
}
