//! What hooks and reports tell people to type works from where they stand: for what is in a file, only staged, deleted, or in a history only.

use crate::git_support::Repo;
use crate::stanch_support::{Ran, repo_with, run, stanch, token, try_git};
use std::fs;
use std::path::Path;

fn line(seed: u64) -> String {
    format!("token = \"{}\"\n", token(seed))
}

/// The commands between back quotes that begin with `stanch`, with a reason in the place of its name.
fn proposed(text: &str) -> Vec<Vec<String>> {
    let quoted = text.split('`').skip(1).step_by(2).filter_map(|one| one.strip_prefix("stanch "));
    quoted.map(|one| one.replace("WHY", "fixture").split(' ').map(str::to_owned).collect()).collect()
}

/// Runs every proposed command in a folder, explanations first; each must work.
fn follow(folder: &Path, text: &str) -> Vec<String> {
    let commands = proposed(text);
    assert!(commands.iter().any(|one| one[0] == "explain") && commands.iter().any(|one| one[0] == "ignores"), "{text}");
    let mut said = Vec::new();
    let is_meant = |one: &&Vec<String>| ["explain", "ignores"].contains(&one[0].as_str()) && one[1] != "PATH:LINE";
    for command in commands.iter().filter(is_meant) {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let ran = run(folder, &words);
        assert_eq!(ran.code, 0, "{command:?}: {ran:?}\n{text}");
        said.push(ran.out);
    }
    said
}

fn install(repo: &Repo, kind: &str) {
    assert_eq!(run(&repo.path, &["hook", "install", kind]).code, 0);
}

#[test]
fn a_commit_in_a_folder() {
    let repo = repo_with(&[("a", "a\n")]);
    install(&repo, "pre-commit");
    repo.write("deep/er/config.py", line(1));
    repo.git(&["add", "-A"]);
    let folder = repo.path.join("deep/er");
    let ran = try_git(&folder, &["commit", "-m", "two"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let said = follow(&folder, &ran.err);
    assert!(said[0].contains("github-personal-access-token: reported"), "{said:?}");
    // The entry is one of the whole repository.
    assert!(fs::exists(repo.path.join(".stanchignore")).expect("looks"));
    repo.git(&["add", "-A"]);
    assert_eq!(try_git(&folder, &["commit", "-m", "two"]).code, 0);
}

#[test]
fn what_is_only_staged() {
    let repo = repo_with(&[("a", "a\n")]);
    repo.write("config.py", line(2));
    repo.git(&["add", "-A"]);
    for work_tree in [Some("clean\n"), None] {
        match work_tree {
            Some(text) => repo.write("config.py", text),
            None => fs::remove_file(repo.path.join("config.py")).expect("removes"),
        }
        let ran = run(&repo.path, &["hook", "run", "pre-commit"]);
        assert_eq!(ran.code, 1, "{ran:?}");
        let explained = follow(&repo.path, &ran.err)[0].clone();
        assert!(explained.contains("config.py (staged)") && explained.contains(": reported"), "{explained}");
        assert_eq!(run(&repo.path, &["hook", "run", "pre-commit"]).code, 0);
        fs::remove_file(repo.path.join(".stanchignore")).expect("removes");
    }
    // By its place, too: the file is gone, the index has it.
    for subject in [":config.py:1", "config.py:1"] {
        let ran = run(&repo.path, &["explain", subject]);
        assert!(ran.code == 0 && ran.out.contains(": reported"), "{subject}: {ran:?}");
    }
    assert_eq!(run(&repo.path, &["ignores", "add", "config.py:1", "--reason", "fixture"]).code, 0);
    assert_eq!(run(&repo.path, &["hook", "run", "pre-commit"]).code, 0);
}

#[test]
fn what_a_push_brings_and_no_file_has() {
    let repo = repo_with(&[("a", "a\n")]);
    let bare = repo.dir.path().join("remote.git");
    let bare_path = bare.to_str().expect("a path");
    repo.git(&["init", "-q", "--bare", bare_path]);
    repo.git(&["remote", "add", "origin", bare_path]);
    repo.git(&["push", "-q", "origin", "main"]);
    install(&repo, "pre-push");
    repo.write("deep/config.py", line(3));
    let brought = repo.commit("two");
    repo.git(&["rm", "-q", "deep/config.py"]);
    repo.commit("three");
    repo.write("deep/other", "b\n");
    let folder = repo.path.join("deep");
    let ran = try_git(&folder, &["push", "origin", "main"]);
    assert!(ran.code != 0 && ran.err.contains("deep/config.py:1"), "{ran:?}");
    let said = follow(&folder, &ran.err);
    assert!(said[0].contains("deep/config.py") && said[0].contains(": reported"), "{said:?}");
    assert_eq!(try_git(&folder, &["push", "origin", "main"]).code, 0);
    for subject in [format!("{brought}:deep/config.py:1"), "HEAD~1:deep/config.py:1".to_owned()] {
        for from in [&repo.path, &folder] {
            let ran = run(from, &["explain", &subject]);
            assert!(ran.code == 0 && ran.out.contains("suppressed, "), "{subject}: {ran:?}");
        }
    }
    let ran = run(&repo.path, &["explain", "HEAD:deep/config.py:1"]);
    assert!(ran.code == 2 && ran.err.contains("COMMIT:PATH:LINE"), "{ran:?}");
}

#[test]
fn reports_of_trees_and_histories() {
    let repo = repo_with(&[("src/config.py", &line(4)), ("b", "b\n")]);
    for args in [&["scan"][..], &["git"], &["scan", "src"]] {
        let ran = run(&repo.path, args);
        assert_eq!(ran.code, 1, "{ran:?}");
        follow(&repo.path.join("src"), &ran.out);
        assert_eq!(run(&repo.path, &["scan"]).code, 0);
        assert_eq!(run(&repo.path, &["git"]).code, 0);
        fs::remove_file(repo.path.join(".stanchignore")).expect("removes");
    }
    // By its place.
    let ran = run(&repo.path.join("src"), &["ignores", "add", "config.py:1", "--reason", "fixture"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(run(&repo.path, &["scan"]).code, 0);
    let ran = run(&repo.path, &["ignores", "add", "b:1"]);
    assert!(ran.code == 2 && ran.err.contains("b:1: no finding stands there"), "{ran:?}");
}

#[test]
fn a_line_with_two_secrets_asks_which() {
    let two = format!("{} {}\n", token(5), token(6));
    let repo = repo_with(&[("a", &two)]);
    let ran = run(&repo.path, &["ignores", "add", "a:1"]);
    assert!(ran.code == 2 && ran.err.contains("one of several"), "{ran:?}");
    assert!(!ran.err.contains(&token(5)));
}

#[test]
fn a_server_says_what_counts_there() {
    let repo = repo_with(&[("a", "a\n")]);
    let bare = repo.dir.path().join("remote.git");
    let bare_path = bare.to_str().expect("a path");
    repo.git(&["init", "-q", "--bare", bare_path]);
    assert_eq!(run(&bare, &["hook", "install"]).code, 0);
    repo.write("config.py", line(7));
    repo.commit("two");
    let ran = try_git(&repo.path, &["push", bare_path, "main"]);
    assert!(ran.code != 0 && ran.err.contains("The server goes by"), "{ran:?}");
    assert!(!ran.err.contains("ignores add") && ran.err.contains("stanch:allow"), "{ran:?}");
    repo.write("config.py", line(7).replace('\n', " # stanch:allow\n"));
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "--amend", "-m", "two"]);
    assert_eq!(try_git(&repo.path, &["push", bare_path, "main"]).code, 0);
}

#[test]
fn the_framework_says_how_to_go_on() {
    let repo = repo_with(&[("a", "a\n"), ("old.py", &line(8))]);
    repo.write("config.py", line(9));
    repo.git(&["add", "-A"]);
    let call = |names: &[&str]| -> Ran {
        let mut command = stanch(&repo.path, &["hook", "run", "pre-commit"]);
        command.args(names).env("PRE_COMMIT", "1").output().expect("runs").into()
    };
    let ran = call(&["config.py"]);
    assert!(ran.err.contains("SKIP=stanch git commit") && !ran.err.contains("--no-verify"), "{ran:?}");
    follow(&repo.path, &ran.err);
    let ran = call(&["old.py", "a"]);
    assert!(ran.err.contains("in the files that were named") && !ran.err.contains("SKIP"), "{ran:?}");
    follow(&repo.path, &ran.err);
}

#[test]
fn no_link_is_shown_that_leads_nowhere() {
    let repo = repo_with(&[("a", "a\n")]);
    repo.write("app.env", "DB_PASSWORD=Vq7zTgK2wXb9\n"); // stanch:allow
    let ran = run(&repo.path, &["scan", "--confidence", "low"]);
    assert!(!ran.out.contains("owasp.org"), "{ran:?}");
}
