//! What is staged, changed or pushed goes by the same policies as files and histories do.

use crate::git_support::Repo;
use crate::stanch_support::{Ran, places, repo_with, run, token, try_git};
use std::fs;

fn line(seed: u64, comment: &str) -> String {
    format!("token = \"{}\"{comment}\n", token(seed))
}

/// What a scan of this sort finds, and what of it is suppressed.
fn judged(repo: &Repo, flag: &str) -> (Vec<String>, Vec<String>) {
    let ran = run(&repo.path, &["git", flag, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("no report: {ran:?}"));
    let mut suppressed: Vec<String> = Vec::new();
    for one in report["suppressed"].as_array().expect("a list") {
        for place in one["occurrences"].as_array().expect("places") {
            let (cause, path) = (one["by"]["cause"].as_str(), place["path"].as_str());
            suppressed.push(format!("{} {}", cause.expect("a cause"), path.expect("a path")));
        }
    }
    suppressed.sort();
    (places(&ran), suppressed)
}

fn ignore(repo: &Repo, path: &str) -> String {
    let report = run(&repo.path, &["scan", "--no-config", "--format", "json", path]);
    let report: serde_json::Value = serde_json::from_str(&report.out).expect("a report");
    let finding = &report["findings"][0];
    format!("{}  {}\n", finding["fingerprint"].as_str().expect("one"), finding["family"].as_str().expect("one"))
}

#[test]
fn every_exception_holds_for_what_is_staged_and_for_the_work_tree() {
    let repo = repo_with(&[("readme", "a\n")]);
    for (at, name) in ["vendor/a", "fixtures/a", "nested/a", "known", "real"].into_iter().enumerate() {
        repo.write(name, line(at as u64, ""));
    }
    repo.write("inline", line(9, "  # stanch:allow"));
    repo.write("stanch.toml", "exclude = [\"vendor/\"]\n[[allow]]\npaths = [\"fixtures/\"]\nreason = \"made up\"\n");
    repo.write("nested/stanch.toml", "disable = [\"github-*\"]\n");
    let entry = ignore(&repo, "known");
    repo.write(".stanchignore", entry);
    let suppressed =
        ["allowed fixtures/a", "configured nested/a", "excluded vendor/a", "ignored known", "inline inline"];
    assert_eq!(
        judged(&repo, "--work-tree"),
        (vec!["work-tree real:1".to_owned()], suppressed.map(str::to_owned).to_vec())
    );
    repo.git(&["add", "-A"]);
    assert_eq!(judged(&repo, "--staged"), (vec!["staged real:1".to_owned()], suppressed.map(str::to_owned).to_vec()));
    // What is no news is not counted as suppressed either.
    repo.git(&["rm", "-q", "--cached", "real"]);
    fs::remove_file(repo.path.join("real")).expect("there");
    repo.git(&["commit", "-qm", "all"]);
    repo.write("fixtures/a", format!("moved\n{}", line(1, "")));
    repo.git(&["add", "-A"]);
    assert_eq!(judged(&repo, "--staged"), (Vec::new(), Vec::new()));
}

#[test]
fn a_baseline_lets_the_same_secret_pass_in_another_file() {
    let repo = repo_with(&[("a", &line(1, ""))]);
    assert_eq!(run(&repo.path, &["baseline", "create"]).code, 0);
    repo.write("b", format!("{}{}", line(1, ""), line(2, "")));
    repo.git(&["add", "-A"]);
    assert_eq!(judged(&repo, "--staged"), (vec!["staged b:2".to_owned()], vec!["baseline b".to_owned()]));
}

#[test]
fn a_policy_at_fault_stops_the_scan_and_the_hook() {
    let repo = repo_with(&[("a", "a\n")]);
    repo.write("sub/stanch.toml", "exlude = []\n");
    repo.write("sub/b", line(1, ""));
    repo.git(&["add", "-A"]);
    for args in [&["git", "--staged"][..], &["git", "--work-tree"], &["hook", "run", "pre-commit"]] {
        let ran = run(&repo.path, args);
        assert!(ran.code == 2 && ran.err.contains("sub/stanch.toml:1:"), "{args:?}: {ran:?}");
    }
}

fn hooked(files: &[(&str, &str)], hook: &str) -> (Repo, Repo) {
    let bare = Repo::init(&["--bare"]);
    let repo = repo_with(files);
    repo.git(&["remote", "add", "origin", &bare.path.to_string_lossy()]);
    repo.git(&["push", "-q", "origin", "main"]);
    assert_eq!(run(&repo.path, &["hook", "install", hook]).code, 0);
    (repo, bare)
}

fn commit(repo: &Repo) -> Ran {
    repo.git(&["add", "-A"]);
    try_git(&repo.path, &["commit", "-qm", "next"])
}

#[test]
fn a_commit_that_brings_what_is_allowed_passes() {
    let (repo, _bare) = hooked(&[("a", "a\n")], "pre-commit");
    repo.write("b", line(1, "  # gitleaks:allow"));
    assert_eq!(commit(&repo).code, 0);
    repo.write("c", line(2, ""));
    assert_eq!(commit(&repo).code, 1);
    repo.write("stanch.toml", "[[allow]]\npaths = [\"c\"]\n");
    assert_eq!(commit(&repo).code, 0);
}

#[test]
fn a_push_is_judged_by_each_path_that_a_version_has() {
    let (repo, _bare) = hooked(&[("stanch.toml", "exclude = [\"vendor/\"]\n")], "pre-push");
    repo.write("vendor/a", line(1, ""));
    repo.commit("allowed there");
    assert_eq!(try_git(&repo.path, &["push", "-q", "origin", "main"]).code, 0);
    // The same version twice, in one commit: once where it is left out, once where it is not.
    repo.write("vendor/b", line(2, ""));
    repo.write("zoo/b", line(2, ""));
    repo.commit("not allowed there");
    let ran = try_git(&repo.path, &["push", "-q", "origin", "main"]);
    assert!(ran.code == 1 && ran.err.contains("zoo/b:1") && !ran.err.contains("vendor/b:1"), "{ran:?}");
}
