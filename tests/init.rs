//! `stanch init`: what it writes, what it keeps, and that what it writes is well-formed.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use saphyr::{LoadableYamlNode, Yaml};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn init(dir: &Path, args: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("stanch").expect("the binary");
    command.current_dir(dir).arg("init").args(args).assert()
}

/// A repository with these files and, if any, this remote.
fn repository(files: &[(&str, &str)], remote: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let git = dir.path().join(".git");
    for sub in ["objects", "refs", "hooks"] {
        fs::create_dir_all(git.join(sub)).expect("creates");
    }
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").expect("writes");
    let remote = if remote.is_empty() { String::new() } else { format!("[remote \"origin\"]\n\turl = {remote}\n") };
    fs::write(git.join("config"), format!("[core]\n\tbare = false\n{remote}")).expect("writes");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("creates");
        fs::write(path, text).expect("writes");
    }
    dir
}

fn read(dir: &TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every file below, without git's.
fn files(dir: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).expect("lists") {
        let path = entry.expect("an entry").path();
        if path.ends_with(".git") {
            continue;
        }
        if path.is_dir() {
            let within = path.file_name().expect("a name").to_string_lossy().into_owned();
            all.extend(files(&path).into_iter().map(|name| format!("{within}/{name}")));
        } else {
            all.push(path.file_name().expect("a name").to_string_lossy().into_owned());
        }
    }
    all.sort();
    all
}

const OTHERS: &str = "# ours\nrepos:\n- repo: https://example.org/a\n  rev: v1\n  hooks:\n  - id: a\n";

#[test]
fn a_repository_on_github_with_the_framework_gets_all_three() {
    let dir = repository(&[(".pre-commit-config.yaml", OTHERS)], "git@github.com:some/body.git");
    let says = contains("wrote stanch.toml")
        .and(contains("added the hook `stanch` to .pre-commit-config.yaml"))
        .and(contains("wrote .github/workflows/stanch.yml"))
        .and(contains("next: `pre-commit install`"));
    init(dir.path(), &[]).success().stdout(says);
    assert_eq!(files(dir.path()), [".github/workflows/stanch.yml", ".pre-commit-config.yaml", "stanch.toml"]);
    let hooks = read(&dir, ".pre-commit-config.yaml");
    assert!(hooks.starts_with(OTHERS) && hooks.contains("entry: stanch hook run pre-commit"));
    let documents = Yaml::load_from_str(&hooks).expect("YAML");
    let repos = documents[0].as_mapping_get("repos").and_then(Yaml::as_sequence).expect("a list");
    assert_eq!(repos.len(), 2);
    let workflow = read(&dir, ".github/workflows/stanch.yml");
    assert!(Yaml::load_from_str(&workflow).is_ok());
    // Nobody has said where stanch comes from: the workflow stops before it installs anything.
    assert!(workflow.contains("STANCH_COMMIT: \"\"\n") && workflow.contains("${STANCH_COMMIT:?"), "{workflow}");
}

#[test]
fn what_is_installed_comes_from_the_address_and_the_commit_that_are_named() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let from = format!("--from=git+https://example.org/some/body.git@{commit}");
    let unknown =
        || contains("refuses to run until it says where stanch is installed from").and(contains("--from git+https://"));
    for (ci, file) in [
        ("github", ".github/workflows/stanch.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("bitbucket", "bitbucket-pipelines.yml"),
    ] {
        let dir = repository(&[], "");
        init(dir.path(), &["--ci", ci, "--hook", "pre-commit", &from])
            .success()
            .stdout(contains("refuses to run").not());
        let text = read(&dir, file);
        assert!(text.contains("https://example.org/some/body") && text.contains(commit), "{text}");
        assert!(!text.contains("STANCH_COMMIT: \"\"") && Yaml::load_from_str(&text).is_ok(), "{text}");
        let hooks = read(&dir, ".pre-commit-config.yaml");
        assert!(hooks.contains(&format!("[\"stanch @ git+https://example.org/some/body@{commit}\"]")), "{hooks}");
        let dir = repository(&[], "");
        init(dir.path(), &["--ci", ci]).success().stdout(unknown());
    }
    for moving in
        ["git+https://example.org/a/b@main", "git+https://example.org/a/b", "stanch", "git+https://x.org/a@v1;id"]
    {
        init(repository(&[], "").path(), &["--from", moving]).code(2).stderr(contains("--from"));
    }
}

#[test]
fn nothing_is_written_twice_or_over() {
    let dir = repository(&[(".pre-commit-config.yaml", OTHERS)], "https://github.com/some/body");
    init(dir.path(), &[]).success();
    let before: Vec<String> = files(dir.path()).iter().map(|name| read(&dir, name)).collect();
    let kept = contains("kept stanch.toml: it is there already")
        .and(contains("kept .pre-commit-config.yaml: stanch is in it already"))
        .and(contains("kept .github/workflows/stanch.yml: it is there already"))
        .and(contains("wrote").not());
    init(dir.path(), &[]).success().stdout(kept);
    let after: Vec<String> = files(dir.path()).iter().map(|name| read(&dir, name)).collect();
    assert_eq!(before, after);
    let dir = repository(&[("stanch.toml", "mine"), (".pre-commit-config.yaml", "repos: *all\n")], "");
    init(dir.path(), &[]).success().stdout(contains("add this:\n  - repo: local"));
    assert_eq!(
        (read(&dir, "stanch.toml"), read(&dir, ".pre-commit-config.yaml")),
        ("mine".into(), "repos: *all\n".into())
    );
}

#[test]
fn a_dry_run_says_it_and_writes_nothing() {
    let dir = repository(&[(".pre-commit-config.yaml", OTHERS), (".github/x", "")], "");
    let says = contains("would write stanch.toml").and(contains("would write .github/workflows/stanch.yml"));
    init(dir.path(), &["--dry-run"]).success().stdout(says);
    assert_eq!(files(dir.path()), [".github/x", ".pre-commit-config.yaml"]);
    assert_eq!(read(&dir, ".pre-commit-config.yaml"), OTHERS);
}

#[test]
fn gitlab_gets_a_job_or_a_file_to_include() {
    let dir = repository(&[], "https://gitlab.example.org/some/body.git");
    init(dir.path(), &[]).success().stdout(contains("wrote .gitlab-ci.yml"));
    assert!(read(&dir, ".gitlab-ci.yml").contains("secret_detection: gl-secret-detection-report.json"));
    let dir = repository(&[(".gitlab-ci.yml", "stages: [test]\n")], "");
    let says = contains("wrote .gitlab/stanch.yml").and(contains("- local: .gitlab/stanch.yml"));
    init(dir.path(), &[]).success().stdout(says);
    assert_eq!(read(&dir, ".gitlab-ci.yml"), "stages: [test]\n");
}

#[test]
fn it_works_from_within_and_without_a_repository() {
    let dir = repository(&[("deep/er/file", "")], "");
    init(&dir.path().join("deep/er"), &["--hook", "pre-commit", "--ci", "none"]).success();
    assert_eq!(files(dir.path()), [".pre-commit-config.yaml", "deep/er/file", "stanch.toml"]);
    let dir = tempfile::tempdir().expect("a temporary directory");
    init(dir.path(), &[]).success().stdout(contains("this is no git repository").and(contains("no CI step")));
    assert_eq!(files(dir.path()), ["stanch.toml"]);
    init(dir.path(), &["no/such"]).code(2).stderr(contains("no/such: no such directory"));
}

#[test]
fn what_it_writes_is_read_by_us() {
    let dir = repository(&[], "");
    init(dir.path(), &[]).success();
    let mut command = Command::cargo_bin("stanch").expect("the binary");
    command.current_dir(dir.path()).args(["scan", "."]).assert().success();
    // Every example in it is one that can be used.
    let text = read(&dir, "stanch.toml");
    let uncommented: String = text
        .lines()
        .map(|line| {
            line.strip_prefix("# ").filter(|rest| rest.contains(" = ") || rest.starts_with("[[")).unwrap_or("#")
        })
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(uncommented.contains("[[allow]]\npaths"), "{uncommented}");
    fs::write(dir.path().join("stanch.toml"), uncommented).expect("writes");
    command.assert().success();
}
