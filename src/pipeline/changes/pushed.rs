//! Scans a push: the commits that the receiver lacks, each compared with its parents.
//!
//! A secret that one commit adds and the next one removes is pushed nevertheless, so every commit counts.

use super::before::{Before, Fingerprints, Secret, keep_news};
use super::{ChangeError, ChangeScan, SelectError, finish, trees};
use crate::git::ahead::{Ahead, ahead};
use crate::git::changes;
use crate::git::gap::Gap;
use crate::git::lookup::Lookup;
use crate::git::oid::{Kind, Oid};
use crate::git::path::{self, native};
use crate::git::refs::Refs;
use crate::git::repo::Repository;
use crate::git::revision::Revisions;
use crate::git::store::Limits;
use crate::git::tree::EntryKind;
use crate::model::Outcome;
use crate::model::{Origin, Outer, Skip, SkipKind};
use crate::pipeline::{HistoryScan, Selection};
use crate::sources::{Item, Objects};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Pushes of more commits are scanned like a history: in the order of the packs, at the cost of what changed.
const MANY_COMMITS: usize = 1000;
/// Pushes of more versions of files are scanned like a history.
const MANY_BLOBS: usize = 20_000;
/// What a policy says of a version depends on its path, so it is scanned once for each; a push of more paths than this beside the first of
/// each version is scanned as a history is.
const MANY_PATHS: usize = 2000;
/// A push of more places of versions, by commit and path, likewise.
const MANY_PLACES: usize = 1 << 20;

/// A push that is sent or received.
#[derive(Clone, Debug)]
pub struct Push {
    /// New targets of the references.
    pub new: Vec<Oid>,
    /// Old targets of the references, as the other side sent them; they may not be stored here.
    pub old: Vec<Oid>,
    /// Other objects that the receiver has.
    pub receiver: Receiver,
}

/// The objects that a receiver has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// Everything reachable from the remote-tracking references of this remote, given by name or URL.
    Remote(String),
    /// Everything reachable from this repository's references: it is the receiver.
    Here,
    /// Nothing but what was named as old.
    Nobody,
}

impl ChangeScan<'_> {
    /// The commits that `new` names and `old` does not have.
    ///
    /// # Errors
    /// Fails when there is no repository, or one of them names no commit of it.
    pub fn named(&self, name: &Path, new: &str, old: Option<&str>, receiver: Receiver) -> Result<Push, ChangeError> {
        let repository = self.environment.repository(name, self.open)?;
        let (refs, store) = (Refs::read(&repository), repository.store(Limits::default()));
        let mut revisions = Revisions::new(&repository, &refs, &store);
        let mut find = |text: &str| -> Result<Vec<Oid>, SelectError> {
            let id = revisions.commit(text)?;
            Ok(store.oid(id).into_iter().collect())
        };
        let old = old.map(&mut find).transpose()?.unwrap_or_default();
        Ok(Push { new: find(new)?, old, receiver })
    }

    /// Scans a push from the repository that contains `name`.
    ///
    /// # Errors
    /// Fails when there is no repository.
    pub fn push(&self, name: &Path, push: &Push) -> Result<Outcome, ChangeError> {
        let begin = Instant::now();
        let repository = self.environment.repository(name, self.open)?;
        let mut lookup = repository.lookup(Limits::default());
        let mut known = push.old.clone();
        known.extend(push.receiver.targets(&repository));
        let mut ahead = ahead(&mut lookup, &push.new, &known, &repository.shallow());
        let mut gaps = repository.gaps.clone();
        gaps.append(&mut ahead.gaps);

        let found = if ahead.commits.len() > MANY_COMMITS { None } else { Brought::find(&mut lookup, &ahead) };
        let extras = extras(&mut lookup, name, &ahead);
        // The targets of Git LFS pointers are transferred separately, to another server.
        let objects = |items| match push.receiver {
            Receiver::Here => Objects::new(&repository, items).without_large_files(),
            Receiver::Remote(_) | Receiver::Nobody => Objects::new(&repository, items),
        };
        let Some(mut brought) = found else {
            let mut outcome = self.history(&repository, name, &ahead)?;
            let mut others = self.scan(&[Box::new(objects(extras))])?;
            self.apply(&mut others)?;
            outcome.merge(others);
            finish(&mut outcome, &repository, gaps, begin);
            return Ok(outcome);
        };
        gaps.append(&mut brought.gaps);
        gaps.extend(lookup.take_gaps());
        let mut items = brought.items(name, &ahead);
        items.extend(extras);
        self.prepare(items.iter().map(|item| item.origin.clone()))?;
        let mut outcome = self.scan(&[Box::new(objects(items))])?;
        let mut fingerprints = Fingerprints::new(self.before(), name, &repository);
        keep_news(&mut outcome, |place, secret| brought.news(name, &ahead, place, secret, &mut fingerprints));
        self.apply(&mut outcome)?;
        let skip =
            |path: &Vec<u8>| Skip { what: native(path).to_string_lossy().into_owned(), kind: SkipKind::Submodule };
        outcome.skips.extend(brought.submodules.iter().map(skip));
        finish(&mut outcome, &repository, gaps, begin);
        Ok(outcome)
    }

    /// Scans all stored objects, and reports what these commits introduced.
    fn history(&self, repository: &Repository, name: &Path, ahead: &Ahead) -> Result<Outcome, ChangeError> {
        let commits: HashSet<Oid> = ahead.commits.iter().map(|commit| commit.oid).collect();
        let selection = Selection { commits: Some(Arc::new(commits)), ..Selection::default() };
        let scan = HistoryScan::new(self.engine, self.confidence, Arc::clone(&self.progress));
        let scan = match self.policy {
            Some((scopes, root)) => scan.under(scopes, root),
            None => scan,
        };
        Ok(scan.run_in(repository, name, &selection)?)
    }
}

impl Receiver {
    /// Objects that the receiver certainly has, with everything reachable from them.
    fn targets(&self, repository: &Repository) -> Vec<Oid> {
        let refs = Refs::read(repository).list;
        let is_known = |name: &[u8]| match self {
            Receiver::Here => true,
            Receiver::Nobody => false,
            Receiver::Remote(remote) => {
                let remote = repository.config.remote_of(remote).unwrap_or(remote);
                name.strip_prefix(b"refs/remotes/")
                    .and_then(|rest| rest.strip_prefix(remote.as_bytes()))
                    .is_some_and(|rest| rest.starts_with(b"/"))
            }
        };
        refs.iter().filter(|reference| is_known(&reference.name)).map(|reference| reference.target).collect()
    }
}

/// The versions of files that commits introduce.
#[derive(Default)]
struct Brought {
    /// For each version: the indices of the commits that introduce it, with its paths.
    places: BTreeMap<Oid, Vec<(usize, Vec<u8>)>>,
    /// By commit.
    before: Vec<Before>,
    /// Index of each commit, by its id.
    commits: HashMap<String, usize>,
    submodules: Vec<Vec<u8>>,
    gaps: Vec<Gap>,
}

impl Brought {
    /// Compares each commit with its parents; `None` when they introduce too many versions.
    fn find(lookup: &mut Lookup, ahead: &Ahead) -> Option<Brought> {
        let mut brought = Brought::default();
        let mut count = 0;
        for (place, commit) in ahead.commits.iter().enumerate() {
            let parents = trees(lookup, &commit.parents, &mut brought.gaps);
            let changes = changes::of_tree(lookup, commit.tree, &parents);
            for file in changes.files {
                brought.places.entry(file.blob).or_default().push((place, file.path));
                count += 1;
            }
            if brought.places.len() > MANY_BLOBS || count > MANY_PLACES {
                return None;
            }
            brought.before.push(Before { parents, removed: changes.removed });
            brought.commits.insert(commit.oid.to_string(), place);
            brought.submodules.extend(changes.submodules);
            brought.gaps.extend(changes.gaps);
        }
        let paths = |places: &Vec<(usize, Vec<u8>)>| places.iter().map(|(_, path)| path).collect::<HashSet<_>>().len();
        let more: usize = brought.places.values().map(|places| paths(places) - 1).sum();
        (more <= MANY_PATHS).then_some(brought)
    }

    /// Objects to be scanned: each version once, and the commits' messages.
    fn items(&self, name: &Path, ahead: &Ahead) -> Vec<Item> {
        let versions = self.places.iter().flat_map(|(blob, places)| {
            // The policy depends on the path.
            let mut first: BTreeMap<&[u8], usize> = BTreeMap::new();
            for (commit, path) in places {
                first.entry(path).or_insert(*commit);
            }
            first.into_iter().map(|(path, commit)| Item { oid: *blob, origin: committed(name, ahead, commit, path) })
        });
        versions.chain(ahead.commits.iter().map(|commit| object(name, "commit message", commit.oid))).collect()
    }

    /// Where a secret that was found in a version is new.
    fn news(
        &self,
        name: &Path,
        ahead: &Ahead,
        found: &Arc<Origin>,
        secret: Secret,
        known: &mut Fingerprints<'_>,
    ) -> Vec<Arc<Origin>> {
        let Outer::Committed { path, commit, .. } = &found.outer else { return vec![Arc::clone(found)] };
        let first = self.commits.get(&**commit).map(|place| ahead.commits[*place].tree);
        let blob = first.and_then(|tree| known.lookup.descend(tree, &path::of(path)).ok().flatten());
        let Some(places) = blob.filter(|(kind, _)| *kind == EntryKind::Blob).and_then(|(_, oid)| self.places.get(&oid))
        else {
            return vec![Arc::clone(found)];
        };
        let same = path::of(path);
        let is_news =
            |(commit, path): &&(usize, Vec<u8>)| *path == *same && !self.before[*commit].holds(known, path, secret);
        places.iter().filter(is_news).map(|(commit, path)| Arc::new(committed(name, ahead, *commit, path))).collect()
    }
}

/// Objects that no commit reaches: messages of tags, and blobs that references name directly or through a tree.
fn extras(lookup: &mut Lookup, name: &Path, ahead: &Ahead) -> Vec<Item> {
    let mut items: Vec<Item> = ahead.tags.iter().map(|tag| object(name, "tag message", *tag)).collect();
    for (kind, oid) in &ahead.others {
        match kind {
            Kind::Tree => lookup.blobs_below(*oid, |_, blob| {
                items.push(object(name, "blob", blob));
                true
            }),
            _ => items.push(object(name, "blob", *oid)),
        }
    }
    items
}

fn object(name: &Path, what: &'static str, oid: Oid) -> Item {
    let origin = Outer::Object { repository: name.to_owned(), what, id: oid.to_string().into() }.into();
    Item { oid, origin }
}

fn committed(name: &Path, ahead: &Ahead, commit: usize, path: &[u8]) -> Origin {
    let commit = ahead.commits[commit].oid.to_string().into();
    Outer::Committed { repository: name.to_owned(), path: native(path), commit }.into()
}
