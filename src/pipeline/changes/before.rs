//! Finds secrets that existed before a change, so that only new ones are reported.

use super::super::Scan;
use crate::git::changes::Removed;
use crate::git::lookup::Lookup;
use crate::git::oid::Oid;
use crate::git::path::native;
use crate::git::repo::Repository;
use crate::git::store::Limits;
use crate::git::tree::EntryKind;
use crate::model::Outcome;
use crate::model::{Detection, Fingerprint, Occurrence, Origin, Outer, Problem, Sink, Skip, Suppression};
use crate::sources::{Item, Objects, Source};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// Largest number of removed blobs that are scanned for a change.
const MOST_REMOVED: usize = 20_000;
/// Rejection reason of secrets that are not new.
const NO_NEWS: &str = "stood there before the change";

/// The state before a commit.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    /// The trees of its parents.
    pub(super) parents: Vec<Oid>,
    /// What they have and it has not.
    pub(super) removed: Vec<Removed>,
}

impl Before {
    /// Whether a parent has this secret in the file at this path, or in one that is removed. What is to be reported is known only from where
    /// nothing exempts it; what is exempt, from anywhere.
    pub(super) fn holds(&self, known: &mut Fingerprints<'_>, path: &[u8], secret: Secret) -> bool {
        let in_file = self.parents.iter().any(|tree| match known.lookup.descend(*tree, path) {
            Ok(Some((EntryKind::Blob, blob))) => known.of(path, blob).has(secret),
            _ => false,
        });
        in_file || known.of_removed(&self.removed).has(secret)
    }
}

/// The secrets in blobs that would be reported there. Only blobs that are asked for are scanned: those that had a file's place when something
/// was found in it.
pub(super) struct Fingerprints<'e> {
    scan: Scan<'e>,
    repository: &'e Repository,
    /// What the user calls the repository.
    name: &'e Path,
    pub(super) lookup: Lookup,
    /// By path and blob.
    of_files: HashMap<(Vec<u8>, Oid), Gather>,
    of_removed: HashMap<Vec<Removed>, Gather>,
}

impl<'e> Fingerprints<'e> {
    pub(super) fn new(scan: Scan<'e>, name: &'e Path, repository: &'e Repository) -> Fingerprints<'e> {
        let lookup = repository.lookup(Limits::default());
        Fingerprints { scan, repository, name, lookup, of_files: HashMap::new(), of_removed: HashMap::new() }
    }

    fn of(&mut self, path: &[u8], blob: Oid) -> &Gather {
        let key = (path.to_owned(), blob);
        if !self.of_files.contains_key(&key) {
            let found = self.scan(vec![key.clone()]);
            self.of_files.insert(key.clone(), found);
        }
        &self.of_files[&key]
    }

    fn of_removed(&mut self, removed: &[Removed]) -> &Gather {
        if !self.of_removed.contains_key(removed) {
            let mut files = Vec::new();
            for Removed { path, kind, oid } in removed {
                match kind {
                    EntryKind::Blob => files.push((path.clone(), *oid)),
                    EntryKind::Tree => self.lookup.blobs_below(*oid, |below, blob| {
                        files.push(([path, &b"/"[..], below].concat(), blob));
                        files.len() < MOST_REMOVED
                    }),
                    EntryKind::Submodule => {}
                }
            }
            files.truncate(MOST_REMOVED);
            let found = self.scan(files);
            self.of_removed.insert(removed.to_owned(), found);
        }
        &self.of_removed[removed]
    }

    /// All secrets in these files. What cannot be read holds none: in doubt something is news.
    fn scan(&self, files: Vec<(Vec<u8>, Oid)>) -> Gather {
        let mut found = Gather::default();
        if files.is_empty() {
            return found;
        }
        let item = |(path, oid): (Vec<u8>, Oid)| {
            let origin = Outer::Staged { repository: self.name.to_owned(), path: native(&path) }.into();
            Item { oid, origin }
        };
        let items = files.into_iter().map(item).collect();
        let source: Box<dyn Source> = Box::new(Objects::new(self.repository, items));
        let _ = self.scan.run(&[source], &mut found);
        found
    }
}

/// A sink that keeps only fingerprints.
#[derive(Default)]
struct Gather {
    /// Those that would be reported.
    counting: HashSet<Fingerprint>,
    exempt: HashSet<Fingerprint>,
}

/// A secret that was found now.
#[derive(Clone, Copy)]
pub(super) struct Secret {
    pub(super) fingerprint: Fingerprint,
    pub(super) is_exempt: bool,
}

impl Gather {
    fn has(&self, secret: Secret) -> bool {
        let Secret { fingerprint, is_exempt } = secret;
        self.counting.contains(&fingerprint) || is_exempt && self.exempt.contains(&fingerprint)
    }
}

impl Sink for Gather {
    fn detection(&mut self, detection: Detection) {
        self.counting.insert(detection.fingerprint);
    }

    fn suppressed(&mut self, detection: Detection, _: Suppression) {
        self.exempt.insert(detection.fingerprint);
    }

    fn problem(&mut self, _: Problem) {}

    fn skip(&mut self, _: Skip) {}
}

/// Puts each occurrence where `news` says the secret is news, and drops those and in the end the findings for which that is nowhere.
pub(super) fn keep_news(outcome: &mut Outcome, mut news: impl FnMut(&Arc<Origin>, Secret) -> Vec<Arc<Origin>>) {
    let mut dropped = 0;
    let suppressed = outcome.suppressed.iter_mut().map(|one| (&mut one.finding, true));
    for (finding, is_exempt) in outcome.findings.iter_mut().map(|finding| (finding, false)).chain(suppressed) {
        let secret = Secret { fingerprint: finding.fingerprint, is_exempt };
        let mut places: HashMap<Arc<Origin>, Vec<Arc<Origin>>> = HashMap::new();
        let mut kept = Vec::new();
        for occurrence in std::mem::take(&mut finding.occurrences) {
            let place = Arc::clone(&occurrence.origin);
            let places = places.entry(place).or_insert_with_key(|place| news(place, secret));
            dropped += u64::from(places.is_empty());
            let occurrence = |place: &Arc<Origin>| Occurrence { origin: Arc::clone(place), ..occurrence.clone() };
            kept.extend(places.iter().map(occurrence));
        }
        kept.sort();
        finding.occurrences = kept;
    }
    outcome.findings.retain(|finding| !finding.occurrences.is_empty());
    outcome.suppressed.retain(|one| !one.finding.occurrences.is_empty());
    outcome.findings.sort_by(|a, b| (&a.occurrences, a.fingerprint).cmp(&(&b.occurrences, b.fingerprint)));
    if dropped > 0 {
        *outcome.stats.rejected.entry(NO_NEWS.to_owned()).or_default() += dropped;
    }
}
