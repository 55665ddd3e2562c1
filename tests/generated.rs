//! Completions and manual pages: made from the arguments, so they must know every one of them.

use assert_cmd::Command;
use std::collections::BTreeSet;
use std::fs;

fn stanch(args: &[&str]) -> String {
    let mut command = Command::cargo_bin("stanch").expect("the binary");
    let output = command.args(args).assert().success().get_output().stdout.clone();
    String::from_utf8(output).expect("text")
}

/// The sub-commands below these words, and those below them, as their help lists them.
fn sub_commands(words: &[&str]) -> Vec<Vec<String>> {
    let help = stanch(&[words, &["--help"]].concat());
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let mut all = Vec::new();
    for line in list.lines().take_while(|line| line.starts_with("  ")) {
        let Some(name) = line.strip_prefix("  ").and_then(|line| line.split_whitespace().next()) else { continue };
        if line.starts_with("   ") || name == "help" {
            continue;
        }
        let mut path: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        path.push(name.to_owned());
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        all.extend(sub_commands(&words));
        all.push(path);
    }
    all
}

#[test]
fn every_shell_completes_every_sub_command() {
    let all = sub_commands(&[]);
    assert!(all.len() > 8, "{all:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = stanch(&["completions", shell]);
        for path in &all {
            let name = path.last().expect("a name");
            assert!(script.contains(name.as_str()), "{shell} lacks {path:?}");
        }
        assert!(script.contains("show-secrets"), "{shell} lacks arguments");
    }
    let mut command = Command::cargo_bin("stanch").expect("the binary");
    command.args(["completions", "tcsh"]).assert().code(2);
}

#[test]
fn every_sub_command_has_a_manual_page() {
    let page = stanch(&["man"]);
    assert!(page.starts_with(".ie") || page.starts_with(".TH"), "{}", &page[..40]);
    let dir = tempfile::tempdir().expect("a temporary directory");
    let out = dir.path().join("new/man1");
    stanch(&["man", "--out", out.to_str().expect("a path")]);
    let pages: BTreeSet<String> = fs::read_dir(&out)
        .expect("lists")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    for path in sub_commands(&[]) {
        let name = format!("stanch-{}.1", path.join("-"));
        assert!(pages.contains(&name), "{name} is not in {pages:?}");
        if path.len() == 1 {
            assert!(page.contains(path[0].as_str()), "the first page lacks {path:?}");
        }
    }
    assert!(fs::read_to_string(out.join("stanch-scan.1")).expect("reads").contains("report"));
    fs::write(dir.path().join("file"), "").expect("writes");
    let mut command = Command::cargo_bin("stanch").expect("the binary");
    command.args(["man", "--out"]).arg(dir.path().join("file")).assert().code(2);
}
