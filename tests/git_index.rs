//! The index as git reads it, in all its forms, and as nobody should write it.

use crate::git_support::{Random, Repo};
use proptest::prelude::*;
use stanch::git::changes;
use stanch::git::gap::Gap;
use stanch::git::index::{self, Index};
use stanch::git::lookup::Lookup;
use stanch::git::oid::Oid;
use stanch::git::store::Limits;
use std::sync::LazyLock;

/// Does something with a repository's index.
fn with_index<R>(repo: &Repo, width: usize, work: impl FnOnce(&Index<'_>) -> R) -> (R, Option<Gap>) {
    let git_dir = repo.path.join(repo.git(&["rev-parse", "--git-dir"]));
    index::read(&git_dir.join("index"), &git_dir, width, |loaded| work(&loaded.index)).expect("a sound index")
}

/// Compares all entries with what git says of them.
fn assert_same(repo: &Repo, width: usize) {
    let (ours, gap) = with_index(repo, width, |index| {
        let line = |entry: index::Entry<'_>| {
            let tag = match (entry.is_skipped(), entry.is_assumed_unchanged(), entry.stage()) {
                (true, _, _) => 'S',
                (_, true, _) => 'h',
                (_, _, 0) => 'H',
                _ => 'M',
            };
            let path = String::from_utf8_lossy(entry.path);
            format!("{tag} {} {}\t{path}", entry.oid().expect("a name"), entry.stage())
        };
        index.entries().map(line).collect::<Vec<_>>()
    });
    assert_eq!(gap, None);
    let said = repo.git(&["-c", "core.quotePath=false", "ls-files", "--stage", "-v", "-z"]);
    let theirs: Vec<String> = said
        .split_terminator('\0')
        .map(|line| {
            let (head, path) = line.split_once('\t').expect("a path");
            let words: Vec<&str> = head.split(' ').collect();
            format!("{} {} {}\t{path}", words[0], words[2], words[3])
        })
        .collect();
    assert_eq!(ours, theirs);
}

/// Compares what the next commit brings with what git says.
fn assert_same_changes(repo: &Repo, width: usize) {
    let mut lookup = Lookup::new(&[repo.objects()], width, Limits::default());
    let tree = Oid::from_hex(repo.git(&["rev-parse", "HEAD^{tree}"]).as_bytes()).expect("a tree");
    let (found, _) = with_index(repo, width, |index| changes::of_index(&mut lookup, index, &[tree]));
    assert_eq!(found.gaps, []);
    let mut ours: Vec<String> =
        found.files.iter().map(|file| format!("{} {}", file.blob, String::from_utf8_lossy(&file.path))).collect();
    ours.sort();
    ours.dedup();
    let said = repo.git(&["diff-index", "--cached", "--ita-invisible-in-index", "--no-renames", "-r", "-z", "HEAD"]);
    let mut words = said.split_terminator('\0');
    let mut theirs = Vec::new();
    while let (Some(head), Some(path)) = (words.next(), words.next()) {
        let head: Vec<&str> = head.split(' ').collect();
        // A change of mode only brings no content.
        if head[1] != "000000" && head[2] != head[3] {
            theirs.push(format!("{} {path}", head[3]));
        }
    }
    theirs.sort();
    assert_eq!(ours, theirs);
}

/// Files in folders whose names sort in all the awkward ways.
fn awkward(args: &[&str]) -> Repo {
    let repo = Repo::init(args);
    let long = format!("long/{}/{}", "n".repeat(200), "m".repeat(200));
    for name in ["a", "a-b/x", "a.txt", "ab/c/d/e", "ab/c.d", "ab/c/x", "b/1", "b/2", "b/3/4", "\u{fc}/\u{e9}", &long] {
        repo.write(name, name);
    }
    repo.write(&format!("deep/{}", "d/".repeat(60) + "f"), "deep");
    repo.commit("first");
    repo
}

/// Changes the index a few times.
fn change(repo: &Repo, random: &mut Random, step: usize) {
    let files = repo.git(&["ls-files", "-z"]);
    let files: Vec<&str> = files.split_terminator('\0').collect();
    let name = files[random.below(files.len())];
    match random.below(5) {
        0 => drop(repo.git(&["rm", "-qf", "--cached", "--", name])),
        1 => {
            let new = format!("new/{}/{step}", random.below(3));
            repo.write(&new, format!("{step}"));
            repo.git(&["add", "-f", "--", &new]);
        }
        2 => {
            repo.write(name, format!("changed {step}"));
            repo.git(&["add", "-f", "--", name]);
        }
        3 => drop(repo.git(&["update-index", "--chmod=+x", "--", name])),
        _ => {
            repo.git(&["commit", "-q", "--allow-empty", "-m", "step"]);
        }
    }
}

#[test]
fn all_versions_and_both_lengths_of_names() {
    for args in [&[][..], &["--object-format=sha256"]] {
        let width = if args.is_empty() { 20 } else { 32 };
        let repo = awkward(args);
        for version in ["2", "3", "4"] {
            repo.git(&["update-index", "--index-version", version, "--force-write-index"]);
            assert_same(&repo, width);
            assert_same_changes(&repo, width);
        }
        repo.git(&["update-index", "--assume-unchanged", "b/1"]);
        repo.git(&["update-index", "--skip-worktree", "b/2"]);
        repo.write("announced", "later");
        repo.git(&["add", "--intent-to-add", "announced"]);
        assert_same(&repo, width);
        assert_same_changes(&repo, width);
    }
}

#[test]
fn changes_are_those_that_git_sees() {
    for (seed, config) in [(1, "core.untrackedCache=true"), (2, "index.version=4"), (3, "index.threads=1")] {
        let repo = awkward(&[]);
        let (key, value) = config.split_once('=').expect("a setting");
        repo.git(&["config", key, value]);
        let mut random = Random::new(seed);
        for step in 0..25 {
            change(&repo, &mut random, step);
            assert_same_changes(&repo, 20);
        }
        assert_same(&repo, 20);
    }
}

#[test]
fn a_split_index_is_put_together() {
    let repo = awkward(&[]);
    repo.git(&["config", "splitIndex.maxPercentChange", "100"]);
    repo.git(&["update-index", "--split-index"]);
    let mut random = Random::new(7);
    for step in 0..25 {
        change(&repo, &mut random, step);
        assert_same(&repo, 20);
        assert_same_changes(&repo, 20);
    }
    let shared = std::fs::read_dir(repo.path.join(".git")).expect("list").flatten();
    assert!(shared.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("sharedindex.")));
    let bytes = std::fs::read(repo.path.join(".git/index")).expect("read");
    assert!(Index::parse(&bytes, 20).expect("sound").shared().is_some());
}

#[test]
fn a_sparse_index_keeps_folders() {
    let repo = awkward(&[]);
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "b"]);
    let (folders, _) =
        with_index(&repo, 20, |index| index.entries().filter(|entry| entry.kind() == index::EntryKind::Folder).count());
    assert!(folders > 1);
    assert_same_changes(&repo, 20);
    repo.write("b/1", "changed");
    repo.git(&["add", "b/1"]);
    assert_same_changes(&repo, 20);
    // A folder that is not checked out and is another tree than in `HEAD`.
    let before = repo.git(&["rev-parse", "HEAD"]);
    let other = repo.git(&["commit-tree", "-m", "other", &repo.git_with(&["mktree"], b"")]);
    repo.git(&["update-ref", "HEAD", &other]);
    assert_same_changes(&repo, 20);
    repo.git(&["update-ref", "HEAD", &before]);
}

#[test]
fn an_index_that_git_told_not_to_sum_up_is_sound() {
    let repo = awkward(&[]);
    let path = repo.path.join(".git/index");
    let mut bytes = std::fs::read(&path).expect("read");
    let end = bytes.len() - 20;
    bytes[end..].fill(0);
    std::fs::write(&path, &bytes).expect("write");
    assert_eq!(with_index(&repo, 20, |index| index.len()).1, None);
    bytes[end] = 1;
    std::fs::write(&path, &bytes).expect("write");
    assert!(with_index(&repo, 20, |index| index.len()).1.is_some_and(|gap| gap.why.contains("checksum")));
}

/// An index of each form.
static SAMPLES: LazyLock<Vec<(Vec<u8>, usize)>> = LazyLock::new(|| {
    let mut samples = Vec::new();
    for (args, width) in [(&[][..], 20), (&["--object-format=sha256"][..], 32)] {
        let repo = awkward(args);
        for version in ["2", "4"] {
            repo.git(&["update-index", "--index-version", version, "--force-write-index"]);
            samples.push((std::fs::read(repo.path.join(".git/index")).expect("read"), width));
        }
        repo.git(&["update-index", "--split-index"]);
        repo.write("a", "changed");
        repo.git(&["add", "a"]);
        samples.push((std::fs::read(repo.path.join(".git/index")).expect("read"), width));
    }
    samples
});

/// Asks an index for everything there is.
fn read_all(bytes: &[u8], width: usize) {
    let Ok(index) = Index::parse(bytes, width) else { return };
    for (at, entry) in index.entries().enumerate() {
        let _ = (entry.kind(), entry.stage(), entry.is_announced(), entry.is_skipped(), entry.stat(), entry.oid());
        assert!(index.shared().is_some() || index.find(entry.path).contains(&at));
    }
    let changes = changes::of_index(&mut Lookup::new(&[], width, Limits::default()), &index, &[]);
    assert!(changes.files.len() <= index.len() * 2);
    if let Ok(base) = Index::parse(bytes, width) {
        let _ = index.merged(base);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_an_index_makes_us_panic(
        sample in 0..6_usize,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (bytes, width) = &SAMPLES[sample];
        let mut bytes = bytes.clone();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        read_all(&bytes, *width);
    }

    #[test]
    fn no_bytes_make_us_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), version in 2..5_u8, count in 0..4_u8) {
        read_all(&bytes, 20);
        let mut framed = b"DIRC\0\0\0".to_vec();
        framed.extend([version, 0, 0, 0, count]);
        framed.extend(&bytes);
        read_all(&framed, 20);
        read_all(&framed, 32);
    }
}
