//! What commits bring, and which of them one side has and another lacks, as git says.

use crate::git_support::{Random, Repo, oid};
use stanch::git::ahead::{Ahead, ahead};
use stanch::git::changes::{self, Changes};
use stanch::git::gap::GapKind;
use stanch::git::lookup::Lookup;
use stanch::git::oid::Oid;
use stanch::git::store::Limits;
use std::collections::{BTreeSet, HashMap, HashSet};

fn lookup(repo: &Repo) -> Lookup {
    Lookup::new(&[repo.objects()], 20, Limits::default())
}

fn tree_of(repo: &Repo, commit: &str) -> Oid {
    oid(&repo.git(&["rev-parse", &format!("{commit}^{{tree}}")]))
}

/// What a commit brings, compared with all its parents.
fn brought(repo: &Repo, commit: &str) -> Changes {
    let line = repo.git(&["rev-list", "--parents", "-n1", commit]);
    let parents: Vec<Oid> = line.split(' ').skip(1).map(|parent| tree_of(repo, parent)).collect();
    changes::of_tree(&mut lookup(repo), tree_of(repo, commit), &parents)
}

fn paths(changes: &Changes) -> BTreeSet<String> {
    changes.files.iter().map(|file| String::from_utf8_lossy(&file.path).into_owned()).collect()
}

/// A history of branches and merges, in which clocks go wrong if that is wanted. Returns its commits.
fn history(repo: &Repo, seed: u64, commits: usize, is_skewed: bool) -> Vec<String> {
    let mut random = Random::new(seed);
    let mut script = String::new();
    let mut marks: Vec<usize> = Vec::new();
    for n in 1..=commits {
        let time = 1_600_000_000 + if is_skewed { random.below(5000) } else { n * 60 };
        script += &format!("commit refs/heads/b{n}\nmark :{n}\ncommitter A <a@b> {time} +0000\ndata 1\nx\n");
        if let Some(first) = marks.get(marks.len().saturating_sub(1 + random.below(4))) {
            script += &format!("from :{first}\n");
            for _ in 0..random.below(3) {
                let other = marks[random.below(marks.len())];
                if other != *first {
                    script += &format!("merge :{other}\n");
                }
            }
        }
        for _ in 0..1 + random.below(3) {
            let path = format!(
                "{}/{}{}",
                ["a", "b", "a-b"][random.below(3)],
                ["x", "y/z", "w"][random.below(3)],
                random.below(3)
            );
            match random.below(4) {
                0 => script += &format!("D {path}\n"),
                // Few contents, so that some are those of another parent.
                _ => script += &format!("M 100644 inline {path}\ndata 1\n{}\n", random.below(4)),
            }
        }
        script += "\n";
        marks.push(n);
    }
    repo.git_with(&["fast-import", "--quiet", "--force"], script.as_bytes());
    let names: Vec<String> = (1..=commits).map(|n| format!("b{n}")).collect();
    let args: Vec<&str> = std::iter::once("rev-parse").chain(names.iter().map(String::as_str)).collect();
    repo.git(&args).lines().map(str::to_owned).collect()
}

#[test]
fn commits_bring_what_git_says_they_do() {
    for seed in 1..4 {
        let repo = Repo::init(&[]);
        for commit in history(&repo, seed, 40, false) {
            let there: HashSet<String> =
                repo.git(&["ls-tree", "-r", "--name-only", "-z", &commit]).split('\0').map(str::to_owned).collect();
            // Without `-m`, git shows of a merge what differs from every parent.
            let said = repo.git(&["diff-tree", "-c", "-r", "--root", "--no-commit-id", "--name-only", "-z", &commit]);
            let theirs: BTreeSet<String> =
                said.split_terminator('\0').filter(|path| there.contains(*path)).map(str::to_owned).collect();
            let ours = brought(&repo, &commit);
            assert_eq!((paths(&ours), ours.gaps.len()), (theirs, 0), "{commit}");
        }
    }
}

fn names(ahead: &Ahead) -> BTreeSet<String> {
    ahead.commits.iter().map(|commit| commit.oid.to_string()).collect()
}

/// Everything that can be reached from these commits.
fn reached(parents: &HashMap<String, Vec<String>>, from: &[String]) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut todo = from.to_vec();
    while let Some(commit) = todo.pop() {
        if reached.insert(commit.clone()) {
            todo.extend(parents[&commit].iter().cloned());
        }
    }
    reached
}

#[test]
fn the_commits_that_are_new_are_those_that_nothing_known_leads_to() {
    for (seed, is_skewed) in [(1, false), (2, false), (3, true), (4, true)] {
        let repo = Repo::init(&[]);
        let commits = history(&repo, seed, 80, is_skewed);
        let parents: HashMap<String, Vec<String>> = repo
            .git(&["rev-list", "--all", "--parents"])
            .lines()
            .map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>())
            .map(|mut line| (line.remove(0), line))
            .collect();
        let mut random = Random::new(seed);
        let mut choose = |most: usize| -> Vec<String> {
            (0..random.below(most + 1)).map(|_| commits[random.below(commits.len())].clone()).collect()
        };
        let oids = |names: &[String]| names.iter().map(|name| oid(name)).collect::<Vec<Oid>>();
        for _ in 0..300 {
            let (new, known) = (choose(3), choose(4));
            let found = ahead(&mut lookup(&repo), &oids(&new), &oids(&known), &HashSet::new());
            let truth = &reached(&parents, &new) - &reached(&parents, &known);
            let ours = names(&found);
            assert!(found.gaps.is_empty());
            // Where clocks are wrong, a known commit may be taken for new; a new one is never missed.
            assert!(ours.is_superset(&truth), "{new:?} not {known:?}: {:?} are missed", &truth - &ours);
            assert!(is_skewed || ours == truth, "{new:?} not {known:?}: {:?} are known", &ours - &truth);
        }
    }
}

#[test]
fn of_a_long_history_only_the_end_is_read() {
    let repo = Repo::init(&[]);
    let mut script = String::new();
    for n in 0..300 {
        script += &format!("commit refs/heads/main\ncommitter A <a@b> {} +0000\ndata 1\nx\n\n", 1_600_000_000 + n);
    }
    repo.git(&["config", "fastimport.unpackLimit", "1000000"]);
    repo.git_with(&["fast-import", "--quiet"], script.as_bytes());
    let commits = repo.git(&["rev-list", "main"]);
    let commits: Vec<&str> = commits.lines().collect();
    // Most of it is lost, and nobody notices.
    for name in &commits[20..] {
        std::fs::remove_file(repo.objects().join(&name[..2]).join(&name[2..])).expect("remove");
    }
    let found = ahead(&mut lookup(&repo), &[oid(commits[0])], &[oid(commits[3])], &HashSet::new());
    let oids: Vec<String> = found.commits.iter().map(|commit| commit.oid.to_string()).collect();
    assert_eq!(oids, [commits[2], commits[1], commits[0]], "parents first");
    assert_eq!(found.gaps, []);
}

#[test]
fn tags_are_followed_and_what_is_missing_is_named() {
    let repo = Repo::init(&[]);
    repo.write("a", "a\n");
    let first = oid(&repo.commit("first"));
    repo.git(&["tag", "-a", "one", "-m", "one"]);
    repo.git(&["tag", "-a", "two", "-m", "two", "one"]);
    let (one, two) = (oid(&repo.git(&["rev-parse", "one"])), oid(&repo.git(&["rev-parse", "two"])));
    let found = ahead(&mut lookup(&repo), &[two], &[], &HashSet::new());
    assert_eq!((found.tags, found.commits[0].oid), (vec![two, one], first));
    let found = ahead(&mut lookup(&repo), &[two], &[one], &HashSet::new());
    assert_eq!((found.tags, found.commits.len()), (vec![two], 0));
    let missing = oid(&"a7".repeat(20));
    let found = ahead(&mut lookup(&repo), &[missing], &[missing, first], &HashSet::new());
    assert_eq!((found.commits.len(), found.gaps.len()), (0, 0), "what is known need not be here");
    let found = ahead(&mut lookup(&repo), &[missing], &[first], &HashSet::new());
    assert_eq!(found.gaps[0].kind, GapKind::Missing);

    // A history that is cut off.
    repo.write("a", "b\n");
    let second = oid(&repo.commit("second"));
    let name = first.to_string();
    std::fs::remove_file(repo.objects().join(&name[..2]).join(&name[2..])).expect("remove");
    let found = ahead(&mut lookup(&repo), &[second], &[], &HashSet::new());
    assert_eq!(found.gaps.len(), 1);
    let found = ahead(&mut lookup(&repo), &[second], &[], &HashSet::from([second]));
    assert_eq!((found.gaps.len(), found.commits[0].parents.len()), (0, 0));
}

#[test]
fn a_tree_that_unfolds_without_end_is_named() {
    let repo = Repo::init(&[]);
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], b"small");
    let mut entry = format!("100644 blob {blob}\tf");
    let mut tree = String::new();
    for _ in 0..40 {
        let lines: String = (0..10).map(|n| format!("{entry}{n}\n")).collect();
        tree = repo.git_with(&["mktree"], lines.as_bytes());
        entry = format!("040000 tree {tree}\td");
    }
    let empty = oid("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    for parents in [&[][..], &[empty, empty]] {
        let found = changes::of_tree(&mut lookup(&repo), oid(&tree), parents);
        assert!(found.files.len() >= 10 && found.files.iter().all(|file| file.blob == oid(&blob)));
        assert_eq!(found.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::TooLarge]);
    }
    assert_eq!(changes::of_tree(&mut lookup(&repo), empty, &[oid(&tree)]).removed.len(), 10);
}

#[test]
fn what_cannot_be_compared_counts_as_new_and_is_named() {
    let repo = Repo::init(&[]);
    repo.write("dir/a", "a\n");
    repo.write("b", "b\n");
    repo.commit("first");
    let before = repo.git(&["rev-parse", "HEAD:dir"]);
    repo.write("dir/c", "c\n");
    repo.commit("second");
    assert_eq!(paths(&brought(&repo, "HEAD")), BTreeSet::from(["dir/c".to_owned()]));
    std::fs::remove_file(repo.objects().join(&before[..2]).join(&before[2..])).expect("remove");
    let found = brought(&repo, "HEAD");
    assert_eq!(paths(&found), BTreeSet::from(["dir/a".to_owned(), "dir/c".to_owned()]));
    assert_eq!(found.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Missing]);
}
