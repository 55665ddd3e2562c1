//! The pre-commit framework: the entry that `init` writes and those of `.pre-commit-hooks.yaml` look at what the framework asks for.
//!
//! The entry is called as the framework does it (`commands/run.py` of version 4.7, read 2026-12-01); a real one runs where
//! `STANCH_TEST_PRE_COMMIT` names it.

use crate::git_support::{Repo, isolated};
use crate::stanch_support::{Ran, repo_with, run, token};
use saphyr::{LoadableYamlNode, Yaml};
use std::fs;
use std::path::Path;

fn line(seed: u64) -> String {
    format!("token = \"{}\"\n", token(seed))
}

/// A hook of a configuration, or of `.pre-commit-hooks.yaml`.
struct Hook {
    words: Vec<String>,
    names: bool,
    always: bool,
}

impl Hook {
    fn of(hook: &Yaml<'_>) -> Hook {
        let flag = |key: &str, default| hook.as_mapping_get(key).and_then(Yaml::as_bool).unwrap_or(default);
        let entry = hook.as_mapping_get("entry").and_then(Yaml::as_str).expect("an entry");
        assert!(flag("require_serial", false), "several processes would each look at what is staged");
        Hook {
            words: entry.split(' ').map(str::to_owned).collect(),
            names: flag("pass_filenames", true),
            always: flag("always_run", false),
        }
    }

    /// What `init` writes.
    fn written(repo: &Repo) -> Hook {
        assert_eq!(run(&repo.path, &["init", "--hook", "pre-commit", "--ci", "none"]).code, 0);
        let text = fs::read_to_string(repo.path.join(".pre-commit-config.yaml")).expect("reads");
        let documents = Yaml::load_from_str(&text).expect("YAML");
        let list = |node: &Yaml<'_>, key: &str| node.as_mapping_get(key).and_then(Yaml::as_sequence).expect(key).len();
        assert_eq!(list(&documents[0], "repos"), 1);
        let repos = documents[0].as_mapping_get("repos").and_then(Yaml::as_sequence).expect("repos");
        Hook::of(&repos[0].as_mapping_get("hooks").and_then(Yaml::as_sequence).expect("hooks")[0])
    }

    /// Those of this repository that stop a commit.
    fn published() -> Vec<Hook> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
        let documents = Yaml::load_from_str(&fs::read_to_string(path).expect("reads")).expect("YAML").clone();
        let is_commit = |hook: &&Yaml<'_>| hook.as_mapping_get("entry").and_then(Yaml::as_str) != Some("stanch scan");
        documents[0].as_sequence().expect("a list").iter().filter(is_commit).map(Hook::of).collect()
    }

    /// Calls the entry.
    fn call(&self, repo: &Repo, names: &[&str], variables: &[(&str, &str)]) -> Ran {
        assert!(self.always || !names.is_empty());
        let mut command = isolated(env!("CARGO_BIN_EXE_stanch"));
        command.args(&self.words[1..]).current_dir(&repo.path).env("PRE_COMMIT", "1");
        if self.names {
            command.args(names);
        }
        command.envs(variables.iter().copied()).output().expect("runs").into()
    }
}

/// A repository with an old secret in `old.py`, and the hook of `init`.
fn prepared() -> (Repo, Vec<Hook>) {
    let repo = repo_with(&[("a.txt", "a\n"), ("old.py", &line(1))]);
    let mut hooks = Hook::published();
    hooks.push(Hook::written(&repo));
    (repo, hooks)
}

#[test]
fn a_commit_is_checked_for_what_it_brings() {
    let (repo, hooks) = prepared();
    for hook in &hooks {
        repo.write("old.py", format!("# a comment\n{}", line(1)));
        repo.write("a.txt", "b\n");
        repo.git(&["add", "old.py", "a.txt"]);
        let ran = hook.call(&repo, &["old.py", "a.txt"], &[]);
        assert!(ran.code == 0 && ran.err.is_empty(), "the old secret is no news: {ran:?}");
        assert_eq!(hook.call(&repo, &[], &[]).code, 0);
        repo.write("a.txt", line(2));
        repo.git(&["add", "a.txt"]);
        for names in [&["old.py", "a.txt"][..], &["a.txt"], &[]] {
            let ran = hook.call(&repo, names, &[]);
            assert!(ran.code == 1 && ran.err.contains("a.txt:1") && !ran.err.contains("old.py"), "{ran:?}");
            assert!(!ran.err.contains(&token(2)));
        }
        repo.git(&["reset", "-q", "--hard"]);
    }
}

#[test]
fn files_that_are_named_are_looked_at() {
    let (repo, hooks) = prepared();
    for hook in &hooks {
        for names in [&["a.txt", "old.py"][..], &["old.py"]] {
            let ran = hook.call(&repo, names, &[]);
            assert!(ran.code == 1 && ran.err.contains("old.py:1") && !ran.err.contains(&token(1)), "{ran:?}");
        }
        assert_eq!(hook.call(&repo, &["a.txt", "gone.txt"], &[]).code, 0);
        // What holds for files holds here.
        repo.write("stanch.toml", "exclude = [\"old.py\"]\n");
        assert_eq!(hook.call(&repo, &["a.txt", "old.py"], &[]).code, 0);
        fs::remove_file(repo.path.join("stanch.toml")).expect("removes");
    }
}

#[test]
fn commits_that_are_named_are_looked_at() {
    let (repo, hooks) = prepared();
    let base = repo.git(&["rev-parse", "HEAD"]);
    repo.write("new.py", line(3));
    let with_secret = repo.commit("new");
    repo.git(&["rm", "-q", "new.py"]);
    let head = repo.commit("gone again");
    for hook in &hooks {
        let between = |from: &str, to: &str, names: &[&str]| {
            hook.call(&repo, names, &[("PRE_COMMIT_FROM_REF", from), ("PRE_COMMIT_TO_REF", to)])
        };
        // The difference of the two ends shows nothing: the commits do.
        for (from, to) in [(base.as_str(), head.as_str()), ("HEAD~2", "HEAD"), (&base, "main")] {
            let ran = between(from, to, &[]);
            assert!(ran.code == 1 && ran.err.contains("new.py:1") && !ran.err.contains("old.py"), "{ran:?}");
        }
        assert_eq!(between(&with_secret, &head, &["a.txt"]).code, 0);
        let ran = between("no-such", "HEAD", &[]);
        assert!(ran.code == 2 && ran.err.contains("no-such"), "{ran:?}");
        // The first push of a history: the framework names all files, and no commits.
        let pushed = [("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main"), ("PRE_COMMIT_REMOTE_NAME", "origin")];
        let ran = hook.call(&repo, &["a.txt"], &pushed);
        assert!(ran.code == 1 && ran.err.contains("new.py:1") && ran.err.contains("old.py:1"), "{ran:?}");
    }
}

#[test]
fn a_real_framework_stops_what_it_is_to_stop() {
    let Some(program) = std::env::var_os("STANCH_TEST_PRE_COMMIT") else { return };
    let (repo, _) = prepared();
    repo.git(&["add", "-A"]);
    let bin = Path::new(env!("CARGO_BIN_EXE_stanch")).parent().expect("a folder").display().to_string();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap_or_default());
    let framework = |args: &[&str]| -> Ran {
        let mut command = isolated(program.to_str().expect("a path"));
        command.args(args).current_dir(&repo.path).env("PATH", &path).output().expect("runs").into()
    };
    assert_eq!(framework(&["run"]).code, 0);
    for args in [&["run", "--all-files"][..], &["run", "--files", "old.py"]] {
        let ran = framework(args);
        assert!(ran.code == 1 && ran.out.contains("old.py:1"), "{args:?}: {ran:?}");
    }
    assert_eq!(framework(&["run", "--files", "a.txt"]).code, 0);
    repo.commit("the hook");
    repo.write("new.py", line(4));
    repo.commit("new");
    let ran = framework(&["run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"]);
    assert!(ran.code == 1 && ran.out.contains("new.py:1") && !ran.out.contains("old.py"), "{ran:?}");
    repo.write("more.py", line(5));
    repo.git(&["add", "-A"]);
    let ran = framework(&["run"]);
    assert!(ran.code == 1 && ran.out.contains("more.py:1") && !ran.out.contains("old.py"), "{ran:?}");
}
