//! However a repository is laid out, what it remembers is the same.

use crate::git_support::planted::token;
use crate::git_support::report::{scan, scan_in};
use crate::git_support::{Repo, grow};
use std::path::PathBuf;

/// A repository with a secret in a file that has changed, one in a tag, one on a branch.
fn repo(args: &[&str]) -> Repo {
    let repo = Repo::init(args);
    repo.write("file", token(1));
    repo.commit("first");
    repo.write("file", "clean");
    repo.commit("second");
    repo.git(&["tag", "-a", "-m", &token(2), "signed"]);
    repo.git(&["checkout", "-qb", "side"]);
    repo.write("other", token(3));
    repo.commit("third");
    repo.git(&["checkout", "-q", "main"]);
    repo
}

#[track_caller]
fn assert_all(path: &std::path::Path) {
    let report = scan(path, &[]);
    let mut expected: Vec<String> = (1..4).map(token).collect();
    expected.sort();
    assert_eq!(report.secrets(), expected, "{}", report.errors);
    assert_eq!(report.problems(), []);
}

#[test]
fn both_object_formats_and_every_way_to_store() {
    for format in ["sha1", "sha256"] {
        let repo = repo(&[&format!("--object-format={format}")]);
        assert_all(&repo.path);
        repo.git(&["repack", "-dq"]);
        repo.git(&["pack-refs", "--all"]);
        grow(&repo, 5, 3);
        assert_all(&repo.path);
        repo.git(&["repack", "-dq"]);
        repo.git(&["multi-pack-index", "write"]);
        assert!(repo.packs().len() > 1);
        assert_all(&repo.path);
        repo.git(&["gc", "-q", "--aggressive"]);
        assert_all(&repo.path);
        repo.git(&["-c", "repack.useDeltaBaseOffset=false", "-c", "pack.indexVersion=1", "repack", "-adfq"]);
        assert_all(&repo.path);
        // A commit graph and a bitmap repeat what the objects say.
        repo.git(&["repack", "-adbq"]);
        repo.git(&["commit-graph", "write", "--reachable"]);
        assert_all(&repo.path);
    }
}

#[test]
fn clones() {
    let repo = repo(&[]);
    let path = |name: &str| repo.dir.path().join(name);
    for (name, args) in [("bare", ["--bare", "."]), ("mirror", ["--mirror", "."]), ("normal", ["--no-hardlinks", "."])]
    {
        repo.git(&[&["clone", "-q"][..], &args, &[&format!("../{name}")]].concat());
        assert_all(&path(name));
    }
    // A normal clone has the other branch as a remote one.
    let report = scan(&path("normal"), &[]);
    let refs = report.of(&token(3))["history"]["refs"].as_array().expect("a list");
    assert_eq!(refs, &["refs/remotes/origin/side"]);
    assert_eq!(scan_in(&path("bare"), &[]).findings().len(), 3, "the current directory");
}

/// A clone that borrows the objects of the repository beside it, and one that borrows from that one.
#[test]
fn alternates() {
    let repo = repo(&[]);
    repo.git(&["clone", "-q", "--shared", ".", "../second"]);
    let second = Repo::at(repo.dir.path().join("second"));
    second.git(&["checkout", "-q", "side"]);
    second.write("more", token(4));
    second.commit("fourth");
    second.git(&["clone", "-q", "--shared", "--bare", ".", "../third"]);
    let report = scan(&repo.dir.path().join("third"), &[]);
    assert_eq!((report.findings().len(), report.problems()), (4, vec![]));
}

/// An alternate that lies farther away is followed only when that is allowed: it could be anybody's.
#[test]
fn alternates_far_away() {
    let (repo, elsewhere) = (repo(&[]), tempfile::tempdir().expect("a temporary directory"));
    let borrowed: PathBuf = elsewhere.path().join("a/borrowed");
    repo.git(&["clone", "-q", "--shared", ".", borrowed.to_str().expect("UTF-8")]);
    let report = scan(&borrowed, &[]);
    assert_eq!((report.code, report.findings().len()), (3, 0));
    assert!(report.problems().iter().any(|(_, _, detail)| detail.contains("--allow-outside")));
    let report = scan(&borrowed, &["--allow-outside"]);
    assert_eq!((report.findings().len(), report.problems()), (3, vec![]));
}

#[test]
fn linked_work_trees() {
    let repo = repo(&[]);
    repo.git(&["worktree", "add", "-q", "--detach", "../linked"]);
    let linked = Repo::at(repo.dir.path().join("linked"));
    linked.write("file", token(4));
    linked.commit("on no branch");
    // Both see what only the HEAD of the other one leads to.
    repo.git(&["checkout", "-q", "--detach"]);
    repo.write("file", token(5));
    repo.commit("on no branch either");
    for path in [&repo.path, &linked.path, &linked.path.join(".git").canonicalize().expect("a file")] {
        if path.is_dir() {
            let report = scan(path, &[]);
            assert_eq!((report.findings().len(), report.problems()), (5, vec![]), "{}", path.display());
        }
    }
    let report = scan(&linked.path, &[]);
    assert_eq!(report.of(&token(4))["history"]["at_head"], true);
    assert_eq!(report.of(&token(5))["history"]["at_head"], false);
    assert_eq!(report.of(&token(5))["history"]["refs"], serde_json::json!(["main-worktree/HEAD"]));
}

#[test]
fn a_detached_head() {
    let repo = repo(&[]);
    repo.git(&["checkout", "-q", "--detach"]);
    repo.write("file", token(4));
    repo.commit("on no branch");
    let report = scan(&repo.path, &[]);
    assert_eq!(report.findings().len(), 4);
    assert_eq!(report.of(&token(4))["history"]["refs"], serde_json::json!(["HEAD"]));
}

/// Replacements and grafts change what git shows, not what is stored; both what is replaced and what replaces it is read.
#[test]
fn replacements_and_grafts() {
    let repo = repo(&[]);
    let first = repo.git(&["rev-parse", "HEAD~1"]);
    repo.git(&["checkout", "-q", "--orphan", "rewritten", "main~1"]);
    repo.write("file", token(4));
    let other = repo.commit("instead of the first");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["branch", "-D", "rewritten"]);
    repo.git(&["replace", &first, &other]);
    std::fs::create_dir_all(repo.path.join(".git/info")).expect("mkdir");
    let second = repo.git(&["--no-replace-objects", "rev-parse", "HEAD"]);
    std::fs::write(repo.path.join(".git/info/grafts"), format!("{second}\n")).expect("write");
    let report = scan(&repo.path, &[]);
    assert_eq!((report.findings().len(), report.problems()), (4, vec![]));
    assert_eq!(report.of(&token(1))["history"]["introduced"]["commit"], first);
}

#[test]
fn a_submodule_and_a_repository_whose_directory_is_apart() {
    let inner = repo(&[]);
    let outer = Repo::init(&[]);
    let url = inner.path.to_str().expect("UTF-8");
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "lib"]);
    assert_all(&outer.path.join("lib"));
    inner.git(&["init", "-q", "--separate-git-dir", "../apart.git"]);
    assert_all(&inner.path);
}

/// `HEAD` leads to a branch that is another name of a branch.
#[test]
fn a_branch_by_another_name() {
    let repo = repo(&[]);
    repo.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/side"]);
    repo.git(&["symbolic-ref", "HEAD", "refs/heads/alias"]);
    let report = scan(&repo.path, &[]);
    assert_eq!(report.of(&token(3))["history"]["at_head"], true);
    // As links were once used for this.
    #[cfg(unix)]
    {
        std::fs::remove_file(repo.path.join(".git/HEAD")).expect("remove");
        std::os::unix::fs::symlink("refs/heads/side", repo.path.join(".git/HEAD")).expect("a link");
        assert_eq!(scan(&repo.path, &[]).of(&token(3))["history"]["at_head"], true);
    }
}
