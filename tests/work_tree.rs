//! `stanch git --work-tree`: all that could be committed now.

use crate::git_support::{Random, Repo, isolated};
use crate::stanch_support::{Ran, found, named, places, repo_with, run, stanch, token};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn line(seed: u64) -> String {
    format!("token = \"{}\"\n", token(seed))
}

fn work_tree(repo: &Repo) -> (i32, Vec<String>) {
    found(repo, "--work-tree")
}

fn clean() -> (i32, Vec<String>) {
    (0, Vec::new())
}

fn at(places: &[&str]) -> (i32, Vec<String>) {
    (1, places.iter().map(|place| (*place).to_owned()).collect())
}

#[test]
fn staged_changed_and_untracked_in_one_pass() {
    let repo = repo_with(&[("staged", "a\n"), ("changed", "b\n"), ("both", "c\n"), ("old", &line(9))]);
    repo.write("staged", line(1));
    repo.git(&["add", "staged"]);
    repo.write("staged", "taken out again\n");
    repo.write("changed", format!("{}\r\n", line(2)));
    repo.write("both", line(3));
    repo.git(&["add", "both"]);
    repo.write("dir/untracked", line(4));
    assert_eq!(
        work_tree(&repo),
        at(&["staged both:1", "staged staged:1", "work-tree changed:1", "work-tree dir/untracked:1"])
    );
    let ran = run(&repo.path.join("dir"), &["git", "--work-tree"]);
    assert!(ran.out.contains("\nstaged (staged)\n") && ran.out.contains("\ndir/untracked\n"), "{}", ran.out);
}

#[test]
fn what_is_ignored_is_left_out_wherever_that_is_said() {
    let repo =
        repo_with(&[(".gitignore", "*.log\n/build/\n!kept.log\n"), ("sub/.gitignore", "local\n"), ("tracked.log", "")]);
    repo.git(&["add", "-f", "tracked.log"]);
    repo.commit("tracked although ignored");
    repo.write(".git/info/exclude", "private\n");
    let home = tempfile::tempdir().expect("a directory");
    fs::write(home.path().join("excludes"), "# mine\nmine\nsub/anchored\n").expect("write");
    let config = home.path().join("config");
    fs::write(&config, format!("[core]\n\texcludesFile = {}\n", home.path().join("excludes").display()))
        .expect("write");
    let ignored = ["x.log", "build/x", "sub/local", "sub/deep/local", "private", "sub/private", "mine", "sub/anchored"];
    let seen = ["kept.log", "sub/build/x", "local", "anchored", "tracked.log", "sub/.hidden"];
    for (seed, name) in (1..).zip(ignored.iter().chain(&seen)) {
        repo.write(name, line(seed));
    }
    let output = stanch(&repo.path, &["git", "--work-tree", "--format", "json"])
        .env("GIT_CONFIG_GLOBAL", &config)
        .output()
        .expect("runs");
    let mut expected: Vec<String> = seen.iter().map(|name| format!("work-tree {name}:1")).collect();
    expected.sort();
    assert_eq!(places(&Ran::from(output)), expected);
}

/// Makes a tree with random ignore files and compares with `git ls-files --others`.
#[test]
fn untracked_files_are_those_that_git_sees() {
    const PATTERNS: [&str; 14] = [
        "a",
        "/a",
        "a/",
        "*.x",
        "b/*",
        "!b/keep",
        "**/c",
        "c/**",
        "a/**/d",
        "\\#odd",
        "!*.x",
        "[ab]c",
        "d?",
        "trailing \t",
    ];
    const NAMES: [&str; 9] = ["a", "b", "c", "d", "e.x", "keep", "#odd", "ac", "d1"];
    for seed in 1..12 {
        let repo = repo_with(&[("tracked", "t\n")]);
        let mut random = Random::new(seed);
        let mut folders = vec![String::new()];
        for _ in 0..10 {
            let parent = folders[random.below(folders.len())].clone();
            folders.push(format!("{parent}{}_/", NAMES[random.below(NAMES.len())]));
            folders.push(format!("{parent}{}/", ["a", "b", "c", "d"][random.below(4)]));
        }
        for (n, folder) in folders.iter().enumerate() {
            for name in NAMES {
                if random.below(2) == 0 && !repo.path.join(format!("{folder}{name}")).is_dir() {
                    let path = repo.path.join(format!("{folder}{name}"));
                    let _ = fs::create_dir_all(path.parent().expect("a parent"));
                    let _ = fs::write(&path, line(seed * 1000 + n as u64));
                }
            }
            if random.below(3) == 0 && repo.path.join(folder).is_dir() {
                let patterns: Vec<&str> = (0..4).map(|_| PATTERNS[random.below(PATTERNS.len())]).collect();
                repo.write(&format!("{folder}.gitignore"), patterns.join("\n"));
            }
        }
        let theirs: BTreeSet<String> = repo
            .git(&["-c", "core.quotePath=false", "ls-files", "--others", "--exclude-standard", "-z"])
            .split_terminator('\0')
            .filter(|name| !name.ends_with(".gitignore"))
            .map(|name| format!("work-tree {name}:1"))
            .collect();
        let ours: BTreeSet<String> = work_tree(&repo).1.into_iter().collect();
        assert_eq!(ours, theirs, "seed {seed}");
    }
}

#[test]
fn an_untouched_file_is_not_read_and_a_touched_one_is_no_news() {
    let repo = repo_with(&[("a", &line(1)), ("b", "b\n")]);
    assert_eq!(work_tree(&repo), clean());
    // As in a copy of the repository: all times are others, and the content is the same.
    for name in ["a", "b"] {
        let text = fs::read(repo.path.join(name)).expect("read");
        fs::remove_file(repo.path.join(name)).expect("remove");
        fs::write(repo.path.join(name), text).expect("write");
    }
    assert_eq!(work_tree(&repo), clean());
}

#[test]
fn a_change_in_the_tick_of_the_last_look_is_seen() {
    let repo = repo_with(&[("a", "a\n")]);
    let short = line(1);
    for seed in 1..8 {
        // Same length, and as near to git's own writing of the index as can be.
        repo.write("a", line(seed).replace(&token(seed), &"x".repeat(40)));
        repo.git(&["add", "a"]);
        repo.write("a", line(seed));
        assert_eq!(fs::metadata(repo.path.join("a")).expect("there").len(), short.len() as u64);
        assert_eq!(work_tree(&repo), at(&["work-tree a:1"]));
    }
}

#[test]
fn moved_without_telling_git_is_no_news() {
    let repo = repo_with(&[("a", &line(1)), ("b", "b\n")]);
    fs::rename(repo.path.join("a"), repo.path.join("c")).expect("rename");
    assert_eq!(work_tree(&repo), clean());
    repo.write("a", "back\n");
    assert_eq!(work_tree(&repo), at(&["work-tree c:1"]));
}

#[test]
fn announced_and_conflicted_files_are_read() {
    let repo = repo_with(&[("a", "base\n")]);
    repo.write("later", line(1));
    repo.git(&["add", "--intent-to-add", "later"]);
    assert_eq!(work_tree(&repo), at(&["work-tree later:1"]));
}

#[test]
fn files_that_git_is_told_not_to_look_at_are_named() {
    let repo = repo_with(&[("assumed", "a\n"), ("skipped", "b\n"), ("same", "c\n"), ("gone", "d\n")]);
    repo.git(&["update-index", "--assume-unchanged", "assumed"]);
    repo.git(&["update-index", "--skip-worktree", "skipped", "gone"]);
    repo.write("assumed", line(1));
    repo.write("skipped", line(2));
    fs::remove_file(repo.path.join("gone")).expect("remove");
    let ran = run(&repo.path, &["git", "--work-tree", "--format", "json"]);
    assert_eq!((ran.code, places(&ran)), clean());
    let skipped = named(&ran, "skipped");
    let expected = ["assumed", "skipped"].map(|name| format!("files that git is told not to look at: {name}"));
    assert_eq!(skipped, expected);
}

#[test]
fn repositories_inside_are_left_out_and_named() {
    let repo = repo_with(&[("a", "a\n")]);
    let inner = repo.path.join("vendor/inner");
    fs::create_dir_all(&inner).expect("mkdir");
    assert!(isolated("git").args(["init", "-q"]).current_dir(&inner).status().is_ok_and(|status| status.success()));
    fs::write(inner.join("secret"), line(1)).expect("write");
    let ran = run(&repo.path, &["git", "--work-tree", "--format", "json"]);
    assert_eq!((ran.code, places(&ran)), clean());
    assert_eq!(named(&ran, "skipped"), ["repositories of their own: vendor/inner"]);
}

#[cfg(unix)]
#[test]
fn nothing_outside_is_read_whatever_the_repository_says() {
    use std::os::unix::fs::symlink;
    let repo = repo_with(&[("dir/a", "a\n"), ("b", "b\n"), ("evil", "e\n")]);
    let outside = repo.dir.path().join("outside");
    fs::create_dir(&outside).expect("mkdir");
    fs::write(outside.join("a"), line(1)).expect("write");
    fs::write(outside.join("b"), line(2)).expect("write");
    // A folder, a file and an ignore file that lead outside.
    fs::remove_dir_all(repo.path.join("dir")).expect("remove");
    symlink(&outside, repo.path.join("dir")).expect("link");
    fs::remove_file(repo.path.join("b")).expect("remove");
    symlink(outside.join("b"), repo.path.join("b")).expect("link");
    fs::write(outside.join("patterns"), "untracked\n").expect("write");
    symlink(outside.join("patterns"), repo.path.join(".gitignore")).expect("link");
    repo.write("untracked", line(3));
    assert_eq!(work_tree(&repo), at(&["work-tree untracked:1"]));
    // An index that names a path outside.
    let path = repo.path.join(".git/index");
    let mut bytes = fs::read(&path).expect("read");
    let name = memchr::memmem::find(&bytes, b"evil\0").expect("an entry");
    bytes[name..name + 4].copy_from_slice(b"../x");
    fs::write(&path, bytes).expect("write");
    fs::write(repo.dir.path().join("x"), line(4)).expect("write");
    let ran = run(&repo.path, &["git", "--work-tree", "--format", "json"]);
    assert!(!places(&ran).iter().any(|place| place.contains("..")), "{ran:?}");
    assert!(!ran.out.contains("\"complete\": true"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn nothing_that_the_repository_names_is_run() {
    use std::os::unix::fs::PermissionsExt;
    let repo = repo_with(&[("a", "a\n"), (".gitattributes", "* filter=evil diff=evil\n")]);
    let marker = repo.dir.path().join("ran");
    let script = repo.path.join("evil.sh");
    fs::write(&script, format!("#!/bin/sh\ntouch '{}'\ncat\n", marker.display())).expect("write");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("chmod");
    repo.write("a", line(1));
    repo.git(&["add", "a"]);
    repo.write("a", line(2));
    let evil = script.to_string_lossy().into_owned();
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "filter.evil.clean",
        "filter.evil.smudge",
        "diff.evil.textconv",
        "core.editor",
    ] {
        repo.git(&["config", key, &evil]);
    }
    repo.git(&["config", "core.hooksPath", &repo.path.to_string_lossy()]);
    fs::copy(&script, repo.path.join("pre-commit")).expect("copy");
    assert_eq!(run(&repo.path, &["git", "--staged"]).code, 1);
    assert_eq!(run(&repo.path, &["git", "--work-tree"]).code, 1);
    assert_eq!(run(&repo.path, &["hook", "run", "pre-commit"]).code, 1);
    assert!(!marker.exists());
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_what_git_makes_of_them() {
    use std::os::unix::fs::symlink;
    let repo = repo_with(&[("a", "a\n")]);
    symlink(format!("https://user:{}@example.org/", token(1)), repo.path.join("link")).expect("link");
    let fifo = std::ffi::CString::new(repo.path.join("fifo").to_string_lossy().as_bytes()).expect("no zero byte");
    // SAFETY: `fifo` is a string that ends in a zero byte and outlives the call.
    assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
    let ran = run(&repo.path, &["git", "--work-tree", "--format", "json"]);
    assert_eq!((ran.code, places(&ran)), at(&["work-tree link:1"]));
    assert_eq!(named(&ran, "skipped"), ["special files: fifo"]);
}

#[test]
fn many_files_are_all_read() {
    let repo = repo_with(&[("a", "a\n")]);
    for n in 0..150 {
        repo.write(&format!("staged/{n}"), line(n));
        repo.write(&format!("new/{n}"), line(n + 1000));
    }
    repo.git(&["add", "staged"]);
    let (code, places) = work_tree(&repo);
    assert_eq!((code, places.len()), (1, 300));
    assert!(Path::new(&repo.path).join("new/149").exists());
}
