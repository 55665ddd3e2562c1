//! Finds secrets that existed before a change, so that only new ones are reported.

use super::super::whole_text::WholeText;
use super::super::{Progress, Scan};
use crate::engine::Engine;
use crate::git::lookup::Lookup;
use crate::git::oid::Oid;
use crate::git::repo::Repository;
use crate::git::store::Limits;
use crate::git::tree::EntryKind;
use crate::model::Outcome;
use crate::model::{Confidence, Detection, Fingerprint, Occurrence, Origin, Outer, Problem, Sink, Skip};
use crate::sources::{Item, Objects, Source};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
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
    /// Entries of the parents that the commit removes.
    pub(super) removed: Vec<(EntryKind, Oid)>,
}

impl Before {
    /// Whether a parent has this secret in the file at this path, or in one that is removed.
    pub(super) fn holds(&self, known: &mut Fingerprints<'_>, path: &[u8], fingerprint: Fingerprint) -> bool {
        let in_file = self.parents.iter().any(|tree| match known.lookup.descend(*tree, path) {
            Ok(Some((EntryKind::Blob, blob))) => known.of(blob).contains(&fingerprint),
            _ => false,
        });
        in_file || known.of_removed(&self.removed).contains(&fingerprint)
    }
}

/// Fingerprints of the secrets in blobs. Only requested blobs are scanned: the earlier versions of files in which something was found.
pub(super) struct Fingerprints<'e> {
    engine: &'e Engine,
    whole_text: Option<WholeText>,
    repository: &'e Repository,
    pub(super) lookup: Lookup,
    of_blobs: HashMap<Oid, HashSet<Fingerprint>>,
    of_removed: HashMap<Vec<(EntryKind, Oid)>, HashSet<Fingerprint>>,
}

impl<'e> Fingerprints<'e> {
    pub(super) fn new(
        engine: &'e Engine,
        whole_text: Option<WholeText>,
        repository: &'e Repository,
    ) -> Fingerprints<'e> {
        Fingerprints {
            engine,
            whole_text,
            repository,
            lookup: repository.lookup(Limits::default()),
            of_blobs: HashMap::new(),
            of_removed: HashMap::new(),
        }
    }

    fn of(&mut self, blob: Oid) -> &HashSet<Fingerprint> {
        if !self.of_blobs.contains_key(&blob) {
            let found = self.scan(vec![blob]);
            self.of_blobs.insert(blob, found);
        }
        &self.of_blobs[&blob]
    }

    fn of_removed(&mut self, removed: &[(EntryKind, Oid)]) -> &HashSet<Fingerprint> {
        if !self.of_removed.contains_key(removed) {
            let mut blobs = Vec::new();
            for (kind, oid) in removed {
                match kind {
                    EntryKind::Blob => blobs.push(*oid),
                    EntryKind::Tree => self.lookup.blobs_below(*oid, |blob| {
                        blobs.push(blob);
                        blobs.len() < MOST_REMOVED
                    }),
                    EntryKind::Submodule => {}
                }
            }
            blobs.truncate(MOST_REMOVED);
            let found = self.scan(blobs);
            self.of_removed.insert(removed.to_owned(), found);
        }
        &self.of_removed[removed]
    }

    /// All secrets in these blobs, of any confidence. Unreadable blobs contain none, so that a secret counts as new in case of doubt.
    fn scan(&self, blobs: Vec<Oid>) -> HashSet<Fingerprint> {
        let mut found = Gather::default();
        if blobs.is_empty() {
            return found.0;
        }
        let origin = Origin::from(Outer::Object { repository: PathBuf::new(), what: "blob", id: "".into() });
        let items = blobs.into_iter().map(|oid| Item { oid, origin: origin.clone() }).collect();
        let source: Box<dyn Source> = Box::new(Objects::new(self.repository, items));
        // Earlier versions have a separate progress counter and do not count as read.
        let scan = Scan::new(self.engine, Confidence::Low, Arc::new(Progress::default()))
            .with_whole_text_rules(self.whole_text.clone());
        let _ = scan.run(&[source], &mut found);
        found.0
    }
}

/// A sink that keeps only fingerprints.
#[derive(Default)]
struct Gather(HashSet<Fingerprint>);

impl Sink for Gather {
    fn detection(&mut self, detection: Detection) {
        self.0.insert(detection.fingerprint);
    }

    fn problem(&mut self, _: Problem) {}

    fn skip(&mut self, _: Skip) {}
}

/// Replaces each occurrence by those that `news` returns, and drops findings without occurrences.
pub(super) fn keep_news(outcome: &mut Outcome, mut news: impl FnMut(&Arc<Origin>, Fingerprint) -> Vec<Arc<Origin>>) {
    let mut dropped = 0;
    let suppressed = outcome.suppressed.iter_mut().map(|one| &mut one.finding);
    for finding in outcome.findings.iter_mut().chain(suppressed) {
        let mut places: HashMap<Arc<Origin>, Vec<Arc<Origin>>> = HashMap::new();
        let mut kept = Vec::new();
        for occurrence in std::mem::take(&mut finding.occurrences) {
            let place = Arc::clone(&occurrence.origin);
            let places = places.entry(place).or_insert_with_key(|place| news(place, finding.fingerprint));
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
