//! The referee: what the readers of `git/` see of odd repositories is what git and libgit2 see.
//!
//! A hand-written reader is only as good as its referee. Each case is a repository from a seed; where git sees something, so must we, and where
//! git complains, something must be named. `STANCH_REFEREE_CASES` says how many cases, and `STANCH_REFEREE_FIRST` the first seed.

use crate::git_support::odd::{Odd, listing};
use crate::git_support::tables::{Record, convert, table};
use crate::git_support::{Repo, isolated, oid, walk_all};
use rayon::prelude::*;
use stanch::git::gap::Gap;
use stanch::git::graph::{CommitLinks, History, SecretHolders, Starts, Tags};
use stanch::git::oid::Kind;
use stanch::git::refs::Refs;
use stanch::git::repo::{OpenOptions, Repository};
use stanch::git::revision::{RevisionError, Revisions};
use stanch::git::store::{Limits, ObjectId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// So many cases in the ordinary run.
const CASES: u64 = 150;

/// What somebody sees of a repository.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    /// By name in bytes: the object.
    refs: BTreeMap<Vec<u8>, String>,
    /// Everything that is stored.
    stored: BTreeSet<String>,
    /// The blobs, commits and tags that the references lead to.
    reached: BTreeSet<String>,
    /// Path and blob of the files of `HEAD`.
    head: BTreeSet<(Vec<u8>, String)>,
}

/// What git says, without replacements and grafts; `None` where it complains.
fn git(path: &Path, args: &[&str]) -> Option<Vec<u8>> {
    let out = isolated("git")
        .args(["--no-replace-objects", "-c", "core.quotePath=false"])
        .args(args)
        .current_dir(path)
        .env("GIT_GRAFT_FILE", "/nonexistent")
        .output()
        .expect("git runs");
    let complains = !out.status.success() || !out.stderr.is_empty();
    (!complains).then_some(out.stdout)
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The name of an object at the beginning of a line, and what follows it.
fn named(line: &[u8]) -> (String, &[u8]) {
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    (text(&line[..end]), line.get(end + 1..).unwrap_or_default())
}

/// What the files of `HEAD` are, as `git ls-tree -z` has them.
fn files(listed: &[u8]) -> BTreeSet<(Vec<u8>, String)> {
    let entries = listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
    let file = |entry: &[u8]| {
        let tab = entry.iter().position(|byte| *byte == b'\t')?;
        let mut words = entry[..tab].split(|byte| *byte == b' ').skip(1);
        let is_blob = words.next()? == b"blob";
        is_blob.then_some((entry[tab + 1..].to_vec(), text(words.next()?)))
    };
    entries.filter_map(file).collect()
}

/// What we see, and what we say that we do not.
fn ours(path: &Path) -> (Seen, Refs, Vec<Gap>) {
    let repository = Repository::open(path, OpenOptions::default()).expect("a repository");
    let store = repository.store(Limits::default());
    let refs = Refs::read(&repository);
    let walked = walk_all(&store);
    let mut gaps = [walked.gaps.clone(), refs.gaps.clone(), repository.gaps.clone()].concat();
    let (mut links, mut tags, mut pairs): (Vec<_>, _, Vec<(ObjectId, u32)>) = (Vec::new(), Tags::default(), Vec::new());
    let names: Vec<&String> = walked.objects.keys().collect();
    for ((name, (kind, bytes)), mark) in walked.objects.iter().zip(0..) {
        let id = store.find(&oid(name)).expect("stored");
        match kind {
            Kind::Commit => links.extend(CommitLinks::parse(&store, id, bytes)),
            Kind::Tag => drop(tags.add(id, bytes)),
            Kind::Tree => continue,
            Kind::Blob => {}
        }
        pairs.push((id, mark));
    }
    let history = History::build(&store, &refs, &tags, links, &repository.shallow(), Starts::Refs(&[]));
    let attributed = history.attribute(&store, &SecretHolders::new(pairs), None);
    gaps.extend(history.gaps().iter().chain(&attributed.gaps).cloned());
    let mut seen = Seen { stored: walked.objects.keys().cloned().collect(), ..Seen::default() };
    for (name, got) in names.iter().zip(&attributed.marks) {
        if got.versions > 0 {
            seen.reached.insert((*name).clone());
        }
        seen.head.extend(got.head_at.iter().map(|found| (found.path.clone(), (*name).clone())));
    }
    seen.refs.extend(refs.list.iter().map(|one| (one.name.clone(), one.target.to_string())));
    (seen, refs, gaps)
}

/// What differs in this case, in words.
fn differences(seed: u64) -> Vec<String> {
    let mut odd = Odd::new(seed);
    let (ours, refs, gaps) = ours(&odd.path);
    let mut differences = Vec::new();
    let oddities = odd.oddities.clone();
    // A reference whose name git refuses is read all the same.
    let is_refused = oddities.iter().any(|one| one.ends_with("is no name"));
    let mut differs = |what: String| differences.push(format!("seed {seed}: {what}; {oddities:?}; gaps {gaps:?}"));

    match git(&odd.path, &["for-each-ref", "--format=%(objectname) %(refname)"]) {
        Some(listed) => {
            for line in lines(&listed) {
                let (target, name) = named(line);
                let is_named = gaps.iter().any(|gap| gap.what.as_bytes() == name);
                if refs.get(name).map(|oid| oid.to_string()).as_ref() != Some(&target) && !is_named {
                    differs(format!("git has {} at {target}, we at {:?}", text(name), refs.get(name)));
                }
            }
        }
        None if gaps.is_empty() && !is_refused => differs("git complains about references, and we do not".to_owned()),
        None => {}
    }
    let stored = git(&odd.path, &["cat-file", "--batch-check", "--batch-all-objects"]);
    match stored.map(|listed| lines(&listed).map(|line| named(line).0).collect::<BTreeSet<_>>()) {
        Some(stored) if stored != ours.stored => differs(format!("git has {stored:?} stored, we {:?}", ours.stored)),
        None if gaps.is_empty() => differs("git complains about objects, and we do not".to_owned()),
        _ => {}
    }
    match git(&odd.path, &["rev-list", "--objects", "--no-object-names", "--all", "HEAD"]).or_else(|| {
        // `HEAD` may be on a branch without commits.
        git(&odd.path, &["rev-list", "--objects", "--no-object-names", "--all"])
    }) {
        Some(listed) => {
            let mut reached: BTreeSet<String> = lines(&listed).map(text).collect();
            let trees = git_trees(&odd.path, &reached);
            reached.retain(|name| !trees.contains(name));
            // An object that git reaches and has not is a gap.
            if !gaps_name(&gaps, reached.difference(&ours.reached))
                || !(ours.reached.is_subset(&reached) || odd.may_see_more)
            {
                let missed: Vec<_> = reached.difference(&ours.reached).collect();
                let more: Vec<_> = ours.reached.difference(&reached).collect();
                differs(format!("git reaches {missed:?} and we do not, we reach {more:?} and git does not"));
            }
        }
        None if gaps.is_empty() && !is_refused => differs("git complains about history, and we do not".to_owned()),
        None => {}
    }
    if let Some(listed) = git(&odd.path, &["ls-tree", "-r", "-z", "HEAD"]) {
        let head = files(&listed);
        let missed: Vec<_> = head.difference(&ours.head).filter(|(_, blob)| ours.stored.contains(blob)).collect();
        let more: Vec<_> = ours.head.difference(&head).collect();
        if !missed.is_empty() || !more.is_empty() {
            differs(format!("at HEAD git has {missed:?} and we have not, we have {more:?} and git has not"));
        }
    }
    differences_of_revisions(&mut odd, &refs).into_iter().for_each(&mut differs);
    differences_of_tables(&odd, &refs).into_iter().for_each(&mut differs);
    // It knows no other names than those of SHA-1.
    match if odd.is_long { Ok(Seen::default()) } else { by_libgit2(&odd.path) } {
        Ok(theirs) => {
            for (name, target) in &theirs.refs {
                let is_named = gaps.iter().any(|gap| gap.what.as_bytes() == name);
                if refs.get(name).map(|oid| oid.to_string()).as_ref() != Some(target) && !is_named {
                    differs(format!("libgit2 has {} at {target}, we at {:?}", text(name), refs.get(name)));
                }
            }
            if !theirs.stored.is_subset(&ours.stored) {
                differs(format!("libgit2 has {:?} stored", theirs.stored.difference(&ours.stored)));
            }
            if !theirs.head.is_subset(&ours.head) {
                differs(format!("libgit2 has {:?} at HEAD", theirs.head.difference(&ours.head)));
            }
        }
        Err(error) if gaps.is_empty() => differs(format!("libgit2 complains ({error}), and we do not")),
        Err(_) => {}
    }
    if !differences.is_empty() {
        if let Ok(keep) = std::env::var("STANCH_REFEREE_KEEP") {
            let _ = isolated("cp").arg("-a").arg(&odd.path).arg(format!("{keep}/{seed}")).status();
        }
        differences.push(listing(&odd.git_dir()));
    }
    differences
}

/// What differs in what names of commits lead to.
fn differences_of_revisions(odd: &mut Odd, refs: &Refs) -> Vec<String> {
    let repository = Repository::open(&odd.path, OpenOptions::default()).expect("a repository");
    let store = repository.store(Limits::default());
    let mut revisions = Revisions::new(&repository, refs, &store);
    let is_shallow = !repository.shallow().is_empty();
    let mut differences = Vec::new();
    for name in odd.revisions().into_iter().filter(|name| !name.starts_with(['~', '^'])) {
        let out = isolated("git")
            .args(["--no-replace-objects", "rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])
            .current_dir(&odd.path)
            .env("GIT_GRAFT_FILE", "/nonexistent")
            .output()
            .expect("git runs");
        let theirs = out.status.success().then(|| text(out.stdout.trim_ascii_end()));
        let ours = revisions.commit(&name);
        // Syntax that is not understood is an error, never a guess; behind the end of a shallow clone there may be more.
        let is_unknown = matches!(ours, Err(RevisionError::Syntax(_))) || (theirs.is_none() && is_shallow);
        let ours = ours.ok().and_then(|id| store.oid(id)).map(|oid| oid.to_string());
        if ours != theirs && !is_unknown {
            differences.push(format!("git takes {name} for {theirs:?}, we for {ours:?}"));
        }
    }
    differences
}

/// What differs once the same references are kept in reftables, which this git may not know.
fn differences_of_tables(odd: &Odd, refs: &Refs) -> Option<String> {
    let known: Vec<(String, String)> = refs
        .list
        .iter()
        .filter(|one| one.name.starts_with(b"refs/") && !one.name.contains(&b'{'))
        .filter_map(|one| Some((String::from_utf8(one.name.clone()).ok()?, one.target.to_string())))
        .collect();
    if odd.is_long || known.is_empty() {
        return None;
    }
    let halves = known.split_at(known.len() / 2);
    let tables: Vec<Vec<u8>> = [halves.0, halves.1, halves.0]
        .into_iter()
        .enumerate()
        .map(|(at, part)| {
            let records: Vec<(&str, Record<'_>)> =
                part.iter().map(|(name, target)| (name.as_str(), Record::Direct(target))).collect();
            table(&records, 1 + at * 2, &[], at == 1)
        })
        .collect();
    let copy = tempfile::tempdir().expect("a folder");
    let path = copy.path().join("repo");
    let copied = isolated("cp").arg("-a").arg(&odd.path).arg(&path).status();
    assert!(copied.is_ok_and(|status| status.success()));
    convert(&Repo::at(path.clone()), &tables);
    let repository = Repository::open(&path, OpenOptions { allow_outside: true, ..OpenOptions::default() });
    let again = Refs::read(&repository.expect("a repository"));
    let missed = known
        .iter()
        .find(|(name, target)| again.get(name.as_bytes()).map(|oid| oid.to_string()).as_ref() != Some(target))?;
    Some(format!("in reftables {missed:?} is not seen: {:?}", again.gaps))
}

/// Which of these objects are trees.
fn git_trees(path: &Path, names: &BTreeSet<String>) -> BTreeSet<String> {
    let listed = git(path, &["cat-file", "--batch-check", "--batch-all-objects"]).unwrap_or_default();
    let tree = |line| {
        let (name, rest) = named(line);
        rest.starts_with(b"tree ").then_some(name)
    };
    lines(&listed).filter_map(tree).filter(|name| names.contains(name)).collect()
}

/// Whether each of these is named by a gap.
fn gaps_name<'n>(gaps: &[Gap], mut names: impl Iterator<Item = &'n String>) -> bool {
    names.all(|name| gaps.iter().any(|gap| gap.what.contains(name.as_str()) || gap.why.contains(name.as_str())))
}

/// What libgit2 sees: references, stored objects, and the files of `HEAD`.
fn by_libgit2(path: &Path) -> Result<Seen, git2::Error> {
    let repository = git2::Repository::open(path)?;
    let mut seen = Seen::default();
    for reference in repository.references()? {
        let reference = reference?;
        // A symbolic one may lead to nothing yet.
        if let Ok(resolved) = reference.resolve()
            && let Some(target) = resolved.target()
        {
            seen.refs.insert(reference.name_bytes().to_vec(), target.to_string());
        }
    }
    let odb = repository.odb()?;
    odb.foreach(|oid| {
        seen.stored.insert(oid.to_string());
        true
    })?;
    let Some(tree) = repository.head().ok().and_then(|head| head.peel_to_tree().ok()) else { return Ok(seen) };
    let mut todo: Vec<(Vec<u8>, git2::Tree<'_>)> = vec![(Vec::new(), tree)];
    while let Some((folder, tree)) = todo.pop() {
        for entry in &tree {
            let path = [&folder[..], entry.name_bytes()].concat();
            match entry.kind() {
                Some(git2::ObjectType::Tree) => {
                    // What is not stored is named by us.
                    if let Ok(inner) = repository.find_tree(entry.id()) {
                        todo.push(([&path[..], b"/"].concat(), inner));
                    }
                }
                Some(git2::ObjectType::Blob) if odb.exists(entry.id()) => {
                    seen.head.insert((path, entry.id().to_string()));
                }
                _ => {}
            }
        }
    }
    Ok(seen)
}

#[test]
fn git_and_libgit2_see_nothing_that_we_do_not() {
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (first, cases) = (number("STANCH_REFEREE_FIRST", 1), number("STANCH_REFEREE_CASES", CASES));
    let found: Vec<String> = (first..first + cases).into_par_iter().flat_map_iter(differences).collect();
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found[..found.len().min(20)].join("\n"));
}
