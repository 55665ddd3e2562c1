//! What a push brings, seen by the side that sends and by the side that receives, with real pushes.

use crate::git_support::{Repo, isolated};
use crate::stanch_support::{Ran, repo_with, run, stanch, token, try_git};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

fn line(seed: u64) -> String {
    format!("token = \"{}\"\n", token(seed))
}

/// A repository with a bare one as its `origin`, which has the first commit.
fn with_origin(files: &[(&str, &str)]) -> (Repo, Repo) {
    let bare = Repo::init(&["--bare"]);
    let repo = repo_with(files);
    repo.git(&["remote", "add", "origin", &bare.path.to_string_lossy()]);
    repo.git(&["push", "-q", "origin", "main"]);
    (repo, bare)
}

fn install(folder: &Path, kind: &str) {
    let ran = run(folder, &["hook", "install", kind]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn push(repo: &Repo, args: &[&str]) -> Ran {
    try_git(&repo.path, &[&["push", "-q", "origin"], args].concat())
}

/// Calls a hook as git would.
fn hook(repo: &Repo, args: &[&str], lines: &str) -> Ran {
    let mut command = stanch(&repo.path, &[&["hook", "run"], args].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("write");
    child.wait_with_output().expect("ends").into()
}

#[test]
fn a_push_is_stopped_for_what_any_of_its_commits_brings() {
    let (repo, bare) = with_origin(&[("old", &line(9))]);
    install(&repo.path, "pre-push");
    repo.write("old", format!("moved\n{}", line(9)));
    repo.commit("no news");
    assert_eq!(push(&repo, &["main"]).code, 0);
    repo.write("dir/a", line(1));
    let brought = repo.commit("brought");
    repo.git(&["rm", "-q", "dir/a"]);
    repo.commit("taken out again, and still pushed");
    let ran = push(&repo, &["main"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    for said in [
        "this push is stopped, because it would bring a secret".to_owned(),
        format!("dir/a:1:10 in commit {}", &brought[..12]),
        format!("git rebase -i {}^", &brought[..12]),
        "git push --no-verify".to_owned(),
    ] {
        assert!(ran.err.contains(&said), "{said} is not in {}", ran.err);
    }
    assert!(!ran.err.contains(&token(1)));
    // Taken out for good, it passes; so does whoever insists.
    repo.git(&["reset", "-q", "--hard", "HEAD~2"]);
    repo.write("dir/a", "clean\n");
    repo.commit("clean");
    assert_eq!(push(&repo, &["main"]).code, 0);
    repo.write("dir/a", line(2));
    repo.commit("brought");
    assert_eq!(push(&repo, &["--no-verify", "main"]).code, 0);
    assert_eq!(bare.git(&["rev-parse", "main"]), repo.git(&["rev-parse", "main"]));
}

#[test]
fn a_new_branch_is_compared_with_what_the_remote_has() {
    let (repo, _bare) = with_origin(&[("old", &line(9))]);
    repo.git(&["checkout", "-qb", "shared"]);
    repo.write("shared", line(8));
    repo.commit("pushed before the hook was there");
    repo.git(&["push", "-q", "origin", "shared"]);
    install(&repo.path, "pre-push");
    repo.git(&["checkout", "-qb", "clean"]);
    repo.write("a", "a\n");
    repo.commit("clean");
    assert_eq!(push(&repo, &["clean"]).code, 0);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["checkout", "-qb", "leak"]);
    repo.write("b", line(1));
    repo.commit("leak");
    assert_eq!(push(&repo, &["leak"]).code, 1);
    assert_eq!(push(&repo, &["clean:other", "leak:leak"]).code, 1, "one reference of several is enough");
    assert_eq!(push(&repo, &[":clean"]).code, 0, "deletions bring nothing");
    // By address instead of by name, and a push that rewrites.
    let url = repo.git(&["remote", "get-url", "origin"]);
    assert_eq!(try_git(&repo.path, &["push", "-q", &url, "shared:another"]).code, 0);
    repo.git(&["checkout", "-q", "shared"]);
    repo.git(&["commit", "-q", "--amend", "-m", "another message"]);
    repo.write("shared", format!("{}{}", line(8), line(2)));
    repo.commit("leak");
    assert_eq!(push(&repo, &["--force", "shared"]).code, 1);
}

#[test]
fn messages_of_commits_and_tags_are_pushed_too() {
    let (repo, _bare) = with_origin(&[("a", "a\n")]);
    install(&repo.path, "pre-push");
    repo.write("a", "b\n");
    repo.commit(&format!("deploy\n\nwith {}", line(1)));
    let ran = push(&repo, &["main"]);
    assert!(ran.code == 1 && ran.err.contains("commit message") && ran.err.contains(", line 3"), "{ran:?}");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.git(&["tag", "-a", "v1", "-m", &line(2)]);
    let ran = push(&repo, &["v1"]);
    assert!(ran.code == 1 && ran.err.contains("tag message"), "{ran:?}");
    repo.git(&["tag", "-f", "-a", "v1", "-m", "clean"]);
    assert_eq!(push(&repo, &["v1"]).code, 0);
    // A reference to a blob.
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], line(3).as_bytes());
    repo.git(&["update-ref", "refs/odd/blob", &blob]);
    assert_eq!(push(&repo, &["refs/odd/blob"]).code, 1);
}

#[test]
fn merges_bring_only_what_no_parent_has() {
    let (repo, _bare) = with_origin(&[("a", "a\n"), ("b", "b\n")]);
    install(&repo.path, "pre-push");
    repo.git(&["checkout", "-qb", "side"]);
    repo.write("b", "side\n");
    repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a", "main\n");
    repo.commit("main");
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.write("merged", line(1));
    let merge = repo.commit("a secret that only the merge has");
    let ran = push(&repo, &["main"]);
    assert!(ran.code == 1 && ran.err.contains(&format!("merged:1:10 in commit {}", &merge[..12])), "{ran:?}");
    repo.git(&["rm", "-qf", "merged"]);
    repo.git(&["commit", "-q", "--amend", "-m", "clean"]);
    assert_eq!(push(&repo, &["main"]).code, 0);
}

#[test]
fn a_server_keeps_out_what_arrives() {
    let (repo, bare) = with_origin(&[("a", "a\n")]);
    let ran = run(&bare.path, &["hook", "install"]);
    assert!(ran.code == 0 && ran.out.contains("pre-receive: installed at"), "{ran:?}");
    let before = bare.git(&["count-objects", "-v"]);
    repo.write("a", format!("b\n{}", line(1)));
    repo.commit("leak");
    let ran = push(&repo, &["main"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("remote: stanch: this push is stopped"), "{}", ran.err);
    assert!(ran.err.contains("remote:   a:2:10 in commit") && !ran.err.contains("--no-verify"), "{}", ran.err);
    assert_eq!(bare.git(&["count-objects", "-v"]), before, "the quarantine is gone");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.write("a", "clean\n");
    repo.commit("clean");
    assert_eq!(push(&repo, &["main", "main:copy"]).code, 0);
    assert_eq!(push(&repo, &[":copy"]).code, 0, "deletions bring nothing");
    // A file behind a pointer goes to another server by itself.
    let digest = "ab".repeat(32);
    repo.write("large", format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 9\n"));
    repo.commit("a pointer");
    assert_eq!(push(&repo, &["main"]).code, 0);
    // Large enough to be kept as a pack, and a new branch from an old commit.
    repo.git(&["checkout", "-qb", "large", "HEAD~2"]);
    for n in 0..150 {
        repo.write(&format!("many/{n}"), format!("{n}\n"));
    }
    repo.write("many/77", line(2));
    repo.commit("many");
    bare.git(&["config", "receive.unpackLimit", "10"]);
    let ran = push(&repo, &["large"]);
    assert!(ran.code == 1 && ran.err.contains("many/77:1:10"), "{ran:?}");
    repo.write("many/77", "clean\n");
    repo.git(&["commit", "-qa", "--amend", "-m", "many"]);
    assert_eq!(push(&repo, &["large"]).code, 0);
}

#[test]
fn both_hooks_hear_what_git_says() {
    let (repo, bare) = with_origin(&[("a", "a\n")]);
    for (folder, kind) in [(repo.path.join(".git/hooks"), "pre-push"), (bare.path.join("hooks"), "pre-receive")] {
        let path = folder.join(kind);
        let log = bare.dir.path().join(kind);
        fs::write(&path, format!("#!/bin/sh\necho \"args $#\" >>'{0}'\ncat >>'{0}'\n", log.display())).expect("write");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&path, mode).expect("chmod");
    }
    install(&repo.path, "pre-push");
    install(&bare.path, "pre-receive");
    repo.write("a", "b\n");
    let (old, new) = (repo.git(&["rev-parse", "HEAD"]), repo.commit("clean"));
    assert_eq!(push(&repo, &["main"]).code, 0);
    let said = |kind: &str| fs::read_to_string(bare.dir.path().join(kind)).expect("a log");
    assert_eq!(said("pre-push"), format!("args 2\nrefs/heads/main {new} refs/heads/main {old}\n"));
    assert_eq!(said("pre-receive"), format!("args 0\n{old} {new} refs/heads/main\n"));
    // And the one behind still objects.
    repo.write("a", line(1));
    repo.commit("leak");
    assert_eq!(push(&repo, &["--no-verify", "main"]).code, 1);
    assert_eq!(push(&repo, &["main"]).code, 1);
}

#[test]
fn many_commits_are_scanned_as_a_history_is() {
    let (repo, _bare) = with_origin(&[("old", &line(9))]);
    let mut script = "reset refs/heads/many\nfrom refs/heads/main\n\n".to_owned();
    for n in 0..1100 {
        let content = if n == 500 { line(1) } else { format!("{n}\n") };
        script += &format!(
            "commit refs/heads/many\ncommitter A <a@b> {} +0000\ndata 2\n{}\nM 100644 inline dir/a\ndata {}\n{content}\n",
            1_700_000_000 + n,
            n % 10,
            content.len()
        );
    }
    repo.git_with(&["fast-import", "--quiet"], script.as_bytes());
    install(&repo.path, "pre-push");
    let ran = push(&repo, &["many"]);
    assert!(ran.code == 1 && ran.err.contains("a secret") && ran.err.contains("dir/a:1:10 in commit"), "{ran:?}");
    assert!(!ran.err.contains(" old:"), "{}", ran.err);
}

#[test]
fn what_git_never_says_is_refused() {
    let (repo, _bare) = with_origin(&[("a", "a\n")]);
    let head = repo.git(&["rev-parse", "HEAD"]);
    let zero = "0".repeat(40);
    for lines in
        ["x\n".to_owned(), format!("refs/heads/main {head} refs/heads/main\n"), format!("a {zero} b nonsense\n")]
    {
        let ran = hook(&repo, &["pre-push", "origin", "url"], &lines);
        assert!(ran.code == 2 && ran.err.contains("line 1 of standard input"), "{ran:?}");
        assert!(ran.err.contains("this push is stopped"), "{ran:?}");
    }
    assert_eq!(hook(&repo, &["pre-push", "origin", "url"], "").code, 0);
    let missing = "a7".repeat(20);
    let ran = hook(&repo, &["pre-push", "origin", "url"], &format!("a {missing} b {zero}\n"));
    assert!(ran.code == 3 && ran.err.contains(&missing), "{ran:?}");
    let git = isolated("git").arg("--version").output().expect("git");
    assert!(git.status.success());
}
