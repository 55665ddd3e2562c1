//! Attribution agrees with looking at every file of every commit.

use crate::git_support::{Contents, Random, Repo, oid};
use stanch::git::gap::{Gap, GapKind};
use stanch::git::graph::{
    Attributed, Attribution, CommitLinks, History, MOST_PATHS, SecretHolders, Starts, Tags, TreePath,
};
use stanch::git::oid::Kind;
use stanch::git::refs::Refs;
use stanch::git::repo::{OpenOptions, Repository};
use stanch::git::store::{Limits, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// A repository with everything read, and the marks `mark-0`, `mark-1`, … found in its objects.
struct Read {
    store: Store,
    refs: Refs,
    history: History,
    contents: Contents,
    marks: SecretHolders,
}

impl Read {
    fn new(repo: &Repo, starts: Starts<'_>) -> Read {
        let repository = Repository::open(&repo.path, OpenOptions::default()).expect("a repository");
        let store = repository.store(Limits::default());
        assert_eq!(store.gaps(), []);
        let refs = Refs::read(&repository);
        let contents = repo.cat_all();
        let (mut links, mut tags, mut pairs) = (Vec::new(), Tags::default(), Vec::new());
        for (name, (kind, bytes)) in &contents {
            let id = store.find(&oid(name)).expect("stored");
            match kind {
                Kind::Commit => links.extend(CommitLinks::parse(&store, id, bytes)),
                Kind::Tag => assert!(tags.add(id, bytes)),
                Kind::Tree => continue,
                Kind::Blob => {}
            }
            pairs.extend(marks_in(bytes).into_iter().map(|mark| (id, mark)));
        }
        let history = History::build(&store, &refs, &tags, links, &repository.shallow(), starts);
        Read { store, refs, history, contents, marks: SecretHolders::new(pairs) }
    }

    fn attribute(&self, selected: Option<&[bool]>) -> Attributed {
        self.history.attribute(&self.store, &self.marks, selected)
    }

    fn commit(&self, place: u32) -> String {
        self.store.oid(self.history.commits().id(place)).expect("a name").to_string()
    }

    fn ref_names(&self, places: &[usize]) -> Vec<&str> {
        places.iter().map(|place| std::str::from_utf8(&self.refs.list[*place].name).expect("UTF-8")).collect()
    }
}

/// The numbers of the marks that a text contains.
fn marks_in(bytes: &[u8]) -> BTreeSet<u32> {
    let text = String::from_utf8_lossy(bytes);
    let numbers = text.split("mark-").skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    numbers.filter_map(|number| number?.parse().ok()).collect()
}

fn paths(found: &[TreePath]) -> Vec<String> {
    found.iter().map(|found| String::from_utf8_lossy(&found.path).into_owned()).collect()
}

/// History as git tells it, commit by commit.
struct Naive {
    parents: HashMap<String, Vec<String>>,
    /// Parents first.
    order: Vec<String>,
    /// By commit: path and blob of every file.
    files: HashMap<String, BTreeMap<String, String>>,
}

impl Naive {
    fn new(repo: &Repo) -> Naive {
        let listed = repo.git(&["rev-list", "--all", "HEAD", "--topo-order", "--reverse", "--parents"]);
        let mut naive = Naive { parents: HashMap::new(), order: Vec::new(), files: HashMap::new() };
        for line in listed.lines() {
            let mut names = line.split(' ').map(str::to_owned);
            let commit = names.next().expect("a commit");
            naive.parents.insert(commit.clone(), names.collect());
            let files = repo.git(&["ls-tree", "-r", &commit]);
            let files = files.lines().filter_map(|line| line.split_once('\t'));
            let files = files.map(|(left, path)| (path.to_owned(), left.split(' ').nth(2).expect("a blob").to_owned()));
            naive.files.insert(commit.clone(), files.collect());
            naive.order.push(commit);
        }
        naive
    }

    fn ancestors(&self, tip: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut todo = vec![tip.to_owned()];
        while let Some(commit) = todo.pop() {
            if found.insert(commit.clone()) {
                todo.extend(self.parents[&commit].iter().cloned());
            }
        }
        found
    }
}

/// A random history: branches, merges of two and three (sometimes with content of their own), renames, deletions, reverts,
/// several roots, branches that are moved away from their commits.
fn random_repo(seed: u64, commits: usize) -> Repo {
    let repo = Repo::init(&[]);
    let mut random = Random::new(seed);
    let names = ["a", "b/c", "b/d/e", "f g", "b/d/h"];
    let mut versions: Vec<BTreeMap<String, String>> = Vec::new();
    let mut script = String::new();
    for n in 0..commits {
        let parents: Vec<usize> = match random.below(10) {
            0 => vec![],
            1..=5 => vec![n.saturating_sub(1 + random.below(3))],
            6..=8 => vec![random.below(n.max(1)), random.below(n.max(1))],
            _ => vec![random.below(n.max(1)), random.below(n.max(1)), random.below(n.max(1))],
        };
        let parents: BTreeSet<usize> = parents.into_iter().filter(|parent| *parent < n).collect();
        let mut files = BTreeMap::new();
        for parent in &parents {
            for (name, text) in &versions[*parent] {
                if !files.contains_key(name) || random.below(2) == 0 {
                    files.insert(name.clone(), text.clone());
                }
            }
        }
        for _ in 0..random.below(3) {
            let name = names[random.below(names.len())].to_owned();
            match random.below(6) {
                0 => drop(files.remove(&name)),
                1 => {
                    if let Some(text) = files.remove(&name) {
                        files.insert(names[random.below(names.len())].to_owned(), text);
                    }
                }
                2 if n > 0 => files = versions[random.below(n)].clone(),
                _ => {
                    let text = files.entry(name).or_default();
                    if random.below(3) == 0 {
                        text.clear();
                    }
                    let _ = write!(text, "{}mark-{}\n{}", random.line(), random.below(12), random.line());
                }
            }
        }
        let said = if random.below(12) == 0 { format!("mark-{}", random.below(14)) } else { random.line() };
        let branch = format!("refs/heads/b{}", random.below(6));
        let time = 1_600_000_000 + n * 60;
        let _ = write!(script, "reset {branch}\n\ncommit {branch}\nmark :{}\n", n + 1);
        let _ = write!(script, "committer C <c@example.org> {time} +0000\ndata {}\n{said}\n", said.len());
        for (i, parent) in parents.iter().enumerate() {
            let _ = writeln!(script, "{} :{}", if i == 0 { "from" } else { "merge" }, parent + 1);
        }
        script.push_str("deleteall\n");
        for (name, text) in &files {
            let _ = write!(script, "M 100644 inline {name}\ndata {}\n{text}\n", text.len());
        }
        versions.push(files);
    }
    repo.git_with(&["fast-import", "--quiet", "--force"], script.as_bytes());
    let branch = repo.git(&["for-each-ref", "--count=1", "--format=%(refname)"]);
    repo.git(&["symbolic-ref", "HEAD", &branch]);
    repo.git(&["tag", "-a", "-m", "says mark-13", "v1", "HEAD"]);
    repo
}

/// What attribution should say about one mark.
fn check(read: &Read, naive: &Naive, mark: u32, got: &Attribution, selected: Option<&BTreeSet<String>>) {
    let has = |name: &str| marks_in(&read.contents[name].1).contains(&mark);
    let holds: BTreeSet<&String> =
        naive.order.iter().filter(|commit| naive.files[*commit].values().any(|blob| has(blob))).collect();
    let ever: BTreeSet<&String> = naive
        .order
        .iter()
        .filter(|commit| naive.ancestors(commit).iter().any(|old| holds.contains(old) || has(old)))
        .collect();
    let held_before = |commit: &String| naive.parents[commit].iter().any(|parent| holds.contains(parent));

    let introducers: BTreeSet<&String> = naive
        .order
        .iter()
        .filter(|commit| selected.is_none_or(|selected| selected.contains(*commit)))
        .filter(|commit| has(commit) || (holds.contains(commit) && !held_before(commit)))
        .collect();
    assert_eq!(got.introductions as usize, introducers.len(), "introductions of mark-{mark}");
    match got.introduced.map(|place| read.commit(place)) {
        None => assert!(introducers.is_empty()),
        Some(commit) => {
            assert!(introducers.contains(&commit), "{commit} brings mark-{mark}");
            let older = naive.ancestors(&commit);
            assert!(introducers.iter().all(|other| **other == commit || !older.contains(*other)), "{commit} is first");
            let files = &naive.files[&commit];
            let is_brought = holds.contains(&commit) && !held_before(&commit);
            assert_eq!((got.is_brought, got.is_said), (is_brought, has(&commit)), "how {commit} has mark-{mark}");
            let named = files.iter().filter(|(_, blob)| is_brought && has(blob)).map(|(path, _)| path.clone());
            let expected: Vec<String> = named.take(MOST_PATHS).collect();
            let mut found = paths(&got.introduced_at);
            found.sort();
            assert_eq!(found, expected, "paths of mark-{mark} in {commit}");
        }
    }

    let head = read.history.head().map(|place| read.commit(place)).expect("a HEAD");
    assert_eq!(got.at_head, holds.contains(&head), "mark-{mark} at HEAD");
    let removers: BTreeSet<&String> = naive
        .order
        .iter()
        .filter(|commit| held_before(commit) && !holds.contains(commit))
        .filter(|commit| naive.parents[*commit].iter().all(|p| holds.contains(p) || !was_held(naive, &holds, p)))
        .collect();
    let on_head = naive.ancestors(&head);
    match got.removed.map(|place| read.commit(place)) {
        None => assert!(got.at_head || removers.is_empty(), "mark-{mark} was removed"),
        Some(commit) => {
            assert!(!got.at_head && removers.contains(&commit), "{commit} removes mark-{mark}");
            let preferred: Vec<_> = removers.iter().filter(|commit| on_head.contains(**commit)).collect();
            assert!(preferred.is_empty() || on_head.contains(&commit));
            let later = preferred.iter().any(|other| ***other != commit && naive.ancestors(other).contains(&commit));
            assert!(!later, "{commit} is the last to remove mark-{mark}");
        }
    }

    let tagged = |name: &str| name.starts_with("refs/tags/") && mark == 13;
    let (mut now, mut past) = (Vec::new(), Vec::new());
    for tip in read.history.tips() {
        let name = read.refs.list[tip.reference].display().into_owned();
        let commit = read.store.oid(tip.target).expect("a name").to_string();
        if holds.contains(&commit) || tagged(&name) {
            now.push(name.clone());
        }
        if ever.contains(&commit) || tagged(&name) {
            past.push(name);
        }
    }
    assert_eq!(read.ref_names(&got.refs.named), now, "references to mark-{mark}");
    assert_eq!(read.ref_names(&got.history_refs.named), past, "references with mark-{mark} in their past");
    assert_eq!(got.history_refs.count as usize, past.len());

    let blobs: BTreeSet<&String> = naive.files.values().flat_map(|files| files.values()).filter(|b| has(b)).collect();
    let messages = naive.order.iter().filter(|commit| has(commit)).count() + usize::from(mark == 13);
    assert_eq!(got.versions as usize, blobs.len() + messages, "versions with mark-{mark}");
}

fn was_held(naive: &Naive, holds: &BTreeSet<&String>, tip: &str) -> bool {
    naive.ancestors(tip).iter().any(|commit| holds.contains(commit))
}

#[test]
fn random_histories() {
    for seed in 0..8 {
        let repo = random_repo(seed, 60);
        if seed % 2 == 0 {
            repo.git(&["repack", "-adfq", "--depth=50", "--window=50"]);
        }
        let naive = Naive::new(&repo);
        let read = Read::new(&repo, Starts::Refs(&[]));
        assert_eq!(read.history.gaps(), []);
        let mut places: Vec<String> = (0..read.history.commits().len()).map(|place| read.commit(place)).collect();
        places.sort();
        let mut order = naive.order.clone();
        order.sort();
        assert_eq!(places, order, "the commits that count");

        let attributed = read.attribute(None);
        assert_eq!(attributed.gaps, []);
        for (mark, got) in (0..).zip(&attributed.marks) {
            check(&read, &naive, mark, got, None);
        }

        let mut random = Random::new(seed + 100);
        let selected: Vec<bool> = (0..read.history.commits().len()).map(|_| random.below(3) == 0).collect();
        let chosen = (0..).zip(&selected).filter(|(_, chosen)| **chosen).map(|(place, _)| read.commit(place)).collect();
        for (mark, got) in (0..).zip(&read.attribute(Some(&selected)).marks) {
            check(&read, &naive, mark, got, Some(&chosen));
        }
    }
}

fn gap_kinds(gaps: &[Gap]) -> Vec<GapKind> {
    gaps.iter().map(|gap| gap.kind).collect()
}

/// One mark in a repository, attributed.
fn attribute_one(repo: &Repo) -> (Read, Attribution) {
    let read = Read::new(repo, Starts::Refs(&[]));
    let mut attributed = read.attribute(None);
    assert_eq!(attributed.gaps, []);
    assert_eq!(attributed.marks.len(), 1, "only mark-0 is used");
    (read, attributed.marks.remove(0))
}

#[test]
fn added_and_removed() {
    let repo = Repo::init(&[]);
    repo.write("other", "nothing");
    repo.commit("first");
    repo.write("deep/down/file", "mark-0");
    let brought = repo.commit("second");
    repo.git(&["branch", "still"]);
    repo.write("deep/down/file", "clean");
    let removed = repo.commit("third");
    repo.write("other", "else");
    repo.commit("fourth");
    let (read, got) = attribute_one(&repo);
    assert_eq!(got.introduced.map(|place| read.commit(place)), Some(brought));
    assert_eq!(paths(&got.introduced_at), ["deep/down/file"]);
    assert_eq!(got.removed.map(|place| read.commit(place)), Some(removed));
    assert!(!got.at_head);
    assert_eq!(read.ref_names(&got.refs.named), ["refs/heads/still"]);
    assert_eq!(read.ref_names(&got.history_refs.named), ["HEAD", "refs/heads/main", "refs/heads/still"]);
    assert_eq!(got.versions, 1);
}

#[test]
fn moved_files_are_not_removals() {
    let repo = Repo::init(&[]);
    repo.write("old/name", "mark-0");
    let brought = repo.commit("first");
    repo.git(&["mv", "old", "new"]);
    repo.commit("second");
    let (read, got) = attribute_one(&repo);
    assert_eq!(got.introduced.map(|place| read.commit(place)), Some(brought));
    assert_eq!((got.introductions, got.removed, got.at_head), (1, None, true));
    assert_eq!((paths(&got.introduced_at), paths(&got.head_at)), (vec!["old/name".into()], vec!["new/name".into()]));
}

#[test]
fn only_in_a_merge() {
    let repo = Repo::init(&[]);
    repo.write("file", "one");
    repo.commit("first");
    repo.git(&["checkout", "-qb", "side"]);
    repo.write("side", "two");
    repo.commit("second");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("main", "three");
    repo.commit("third");
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.write("evil", "mark-0");
    let merge = repo.commit("merge");
    let (read, got) = attribute_one(&repo);
    assert_eq!(got.introduced.map(|place| read.commit(place)), Some(merge));
    assert_eq!(got.introductions, 1);
}

#[test]
fn a_merge_that_follows_a_removal_is_none() {
    let repo = Repo::init(&[]);
    repo.write("file", "mark-0");
    repo.commit("first");
    repo.git(&["checkout", "-qb", "side"]);
    repo.write("file", "clean");
    let removed = repo.commit("second");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("other", "three");
    repo.commit("third");
    repo.git(&["merge", "-q", "-m", "merge", "side"]);
    let (read, got) = attribute_one(&repo);
    assert_eq!(got.removed.map(|place| read.commit(place)), Some(removed));

    // Here the other parent never had it, so the merge itself dropped it.
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    repo.commit("first");
    repo.git(&["checkout", "-qb", "side"]);
    repo.write("other", "two");
    repo.commit("second, which only says mark-0");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("file", "mark-0");
    repo.commit("third");
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.write("file", "clean");
    let merge = repo.commit("merge");
    let (read, got) = attribute_one(&repo);
    assert_eq!(got.removed.map(|place| read.commit(place)), Some(merge));
}

#[test]
fn brought_back_by_a_revert() {
    let repo = Repo::init(&[]);
    repo.write("file", "mark-0");
    let brought = repo.commit("first");
    repo.write("file", "clean");
    repo.commit("second");
    repo.git(&["revert", "--no-edit", "HEAD"]);
    let (read, got) = attribute_one(&repo);
    assert_eq!(got.introduced.map(|place| read.commit(place)), Some(brought));
    assert_eq!((got.introductions, got.removed, got.at_head, got.versions), (2, None, true, 1));
}

#[test]
fn stashes_notes_messages_and_blobs_under_a_reference() {
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    let first = repo.commit("says mark-1");
    for mark in [2, 3] {
        repo.write("file", format!("mark-{mark}"));
        repo.git(&["stash", "-q"]);
    }
    repo.git(&["notes", "add", "-m", "mark-4", &first]);
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], b"mark-5");
    repo.git(&["update-ref", "refs/keys/one", &blob]);
    repo.git_with(&["hash-object", "-w", "--stdin"], b"mark-6");
    repo.git(&["tag", "-a", "-m", "mark-7", "v1"]);
    repo.git(&["tag", "-a", "-m", "tag of a tag", "v2", "v1"]);
    let read = Read::new(&repo, Starts::Refs(&[]));
    let got = read.attribute(None).marks;
    let refs = |mark: usize| read.ref_names(&got[mark].refs.named);
    let past = |mark: usize| read.ref_names(&got[mark].history_refs.named);
    assert_eq!(got[1].introduced.map(|place| read.commit(place)), Some(first));
    assert_eq!(refs(1), [""; 0]);
    assert!(past(1).contains(&"HEAD") && past(1).contains(&"refs/tags/v2"));
    assert_eq!(refs(2), ["refs/stash@{1}"]);
    assert_eq!(refs(3), ["refs/stash"]);
    assert_eq!(refs(4), ["refs/notes/commits"]);
    assert_eq!(refs(5), ["refs/keys/one"]);
    assert_eq!((got[6].versions, got[6].introduced), (0, None), "no reference leads to it");
    assert_eq!(refs(7), ["refs/tags/v1", "refs/tags/v2"]);
    let tag = read.store.find(&oid(&repo.git(&["rev-parse", "v1"]))).expect("stored");
    assert_eq!((got[7].introduced, &got[7].tags), (None, &vec![tag]));
    assert!(got[1].is_said && !got[2].is_said);
    assert!([2, 3, 4, 5, 7].iter().all(|mark| got[*mark].versions == 1));
}

#[test]
fn dropped_commits_count_only_when_asked_for() {
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    repo.commit("first");
    repo.write("file", "mark-0");
    let dropped = repo.commit("second");
    repo.git(&["reset", "-q", "--hard", "HEAD^"]);
    let (_, got) = attribute_one(&repo);
    assert_eq!((got.versions, got.introduced), (0, None));
    let read = Read::new(&repo, Starts::Everything);
    let got = read.attribute(None).marks.remove(0);
    assert_eq!(got.introduced.map(|place| read.commit(place)), Some(dropped));
    assert_eq!((got.versions, got.refs.count), (1, 0));
}

#[test]
fn one_branch_only() {
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    repo.commit("first");
    repo.git(&["branch", "quiet"]);
    repo.write("file", "mark-0");
    repo.commit("second");
    let all = Read::new(&repo, Starts::Refs(&[]));
    let quiet = all.refs.list.iter().position(|named| named.name == b"refs/heads/quiet").expect("the branch");
    let commits = all.history.commits();
    let tip = all.history.tips().iter().find(|tip| tip.reference == quiet).expect("its tip");
    let selected = commits.ancestors(commits.place(tip.target).as_slice());
    assert_eq!(selected.iter().filter(|chosen| **chosen).count(), 1);
    let got = all.attribute(Some(&selected)).marks.remove(0);
    assert_eq!((got.introduced, got.at_head), (None, true));
}

#[test]
fn shallow_and_missing_and_submodules_are_told() {
    let repo = Repo::init(&[]);
    repo.write("file", "mark-0");
    repo.commit("first");
    repo.write("file", "clean");
    repo.commit("second");
    let inner = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{inner},lib/inner")]);
    repo.git(&["commit", "-qm", "third"]);
    let url = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--depth=2", &url, "../shallow"]);
    let shallow = Repo::at(repo.dir.path().join("shallow"));
    let read = Read::new(&shallow, Starts::Refs(&[]));
    assert_eq!(read.history.gaps(), []);
    assert_eq!(read.history.boundary(), [0]);
    let attributed = read.attribute(None);
    assert_eq!((attributed.gaps, attributed.submodules), (vec![], vec![b"lib/inner".to_vec()]));

    let blob = repo.git(&["rev-parse", "HEAD:file"]);
    std::fs::remove_file(repo.objects().join(&blob[..2]).join(&blob[2..])).expect("a loose blob");
    std::fs::write(repo.path.join(".git/refs/heads/broken"), "a7".repeat(20) + "\n").expect("write");
    let read = Read::new(&repo, Starts::Refs(&[]));
    assert_eq!(gap_kinds(read.history.gaps()), [GapKind::Missing]);
    let gaps = read.attribute(None).gaps;
    assert_eq!(gap_kinds(&gaps), [GapKind::Missing]);
    assert!(gaps[0].what.contains(&blob), "{}", gaps[0]);
}
