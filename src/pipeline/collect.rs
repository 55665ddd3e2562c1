//! Collects the results of a scan into an outcome: one finding for each secret, in an order that does not depend on threads.

use crate::model::{
    Detection, Finding, Fingerprint, Occurrence, Outcome, Problem, ProblemKind, RejectedMatch, Sink, Skip, Stats,
    Suppressed, Suppression,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

/// What a scan may take when nobody says otherwise, bytes.
pub const MEMORY: u64 = 256 << 20;

/// The sink that makes an [`Outcome`]. It keeps as many detections as fit into a quarter of the memory; that there were more makes the outcome
/// incomplete.
#[derive(Debug)]
pub struct Collector {
    findings: HashMap<Fingerprint, Finding>,
    suppressed: HashMap<(Fingerprint, Suppression), Finding>,
    problems: Vec<Problem>,
    skips: Vec<Skip>,
    rejected: Vec<RejectedMatch>,
    keeps_rejected: bool,
    /// Bytes that further detections may take.
    room: usize,
    /// Detections for which there was none.
    lost: u64,
}

impl Default for Collector {
    fn default() -> Collector {
        Collector::of_memory(MEMORY)
    }
}

impl Collector {
    /// A collector for a scan that may take so many bytes.
    #[must_use]
    pub fn of_memory(memory: u64) -> Collector {
        let room = usize::try_from(memory / 4).unwrap_or(usize::MAX);
        let (findings, suppressed, problems, skips) = (HashMap::new(), HashMap::new(), Vec::new(), Vec::new());
        Collector { findings, suppressed, problems, skips, rejected: Vec::new(), keeps_rejected: false, room, lost: 0 }
    }

    /// Whether a detection is to be kept, of a finding that is known or not.
    fn takes(&mut self, new: &Detection, is_known: bool) -> bool {
        let finding = if is_known { 0 } else { size_of::<Finding>() + new.secret.len() };
        match self.room.checked_sub(finding + size_of::<Occurrence>()) {
            Some(room) => self.room = room,
            None => self.lost += 1,
        }
        self.lost == 0
    }

    /// A collector that also keeps rejected matches.
    #[must_use]
    pub fn with_rejected() -> Collector {
        Collector { keeps_rejected: true, ..Collector::default() }
    }

    /// The sorted outcome, and the rejected matches sorted by location.
    #[must_use]
    pub fn finish(mut self, stats: Stats) -> (Outcome, Vec<RejectedMatch>) {
        let mut findings: Vec<Finding> = self.findings.into_values().map(tidy).collect();
        let suppressed =
            self.suppressed.into_iter().map(|((_, by), finding)| Suppressed { finding: tidy(finding), by });
        let mut suppressed: Vec<Suppressed> = suppressed.collect();
        suppressed.sort_by(|a, b| {
            (&a.finding.occurrences, a.finding.fingerprint, &a.by).cmp(&(
                &b.finding.occurrences,
                b.finding.fingerprint,
                &b.by,
            ))
        });
        findings.sort_by(|a, b| (&a.occurrences, a.fingerprint).cmp(&(&b.occurrences, b.fingerprint)));
        if self.lost > 0 {
            let why = "more was found than the memory holds; scan parts of it, or give more with --memory";
            let what = format!("{} places of secrets", self.lost);
            self.problems.push(Problem { what, kind: ProblemKind::Unsupported, detail: why.to_owned() });
        }
        self.problems.sort();
        self.problems.dedup();
        self.skips.sort();
        self.skips.dedup();
        self.rejected.sort_by(|a, b| (&a.origin, a.location, &a.rule).cmp(&(&b.origin, b.location, &b.rule)));
        let notes = Vec::new();
        let (problems, skips) = (self.problems, self.skips);
        (Outcome { findings, suppressed, notes, problems, skips, stats, ..Outcome::default() }, self.rejected)
    }
}

/// A finding with its occurrences in order.
fn tidy(mut finding: Finding) -> Finding {
    finding.tidy();
    finding
}

/// Adds a detection to the finding with its key.
fn absorb<K: Eq + Hash>(findings: &mut HashMap<K, Finding>, key: K, new: Detection) {
    match findings.entry(key) {
        Entry::Vacant(entry) => {
            entry.insert(new.into());
        }
        Entry::Occupied(mut entry) => entry.get_mut().join(new.into()),
    }
}

impl Sink for Collector {
    fn detection(&mut self, new: Detection) {
        let is_known = self.findings.contains_key(&new.fingerprint);
        if self.takes(&new, is_known) {
            absorb(&mut self.findings, new.fingerprint, new);
        }
    }

    fn suppressed(&mut self, new: Detection, by: Suppression) {
        let key = (new.fingerprint, by);
        let is_known = self.suppressed.contains_key(&key);
        if self.takes(&new, is_known) {
            absorb(&mut self.suppressed, key, new);
        }
    }

    fn rejected(&mut self, rejected: RejectedMatch) {
        self.rejected.push(rejected);
    }

    fn wants_rejected(&self) -> bool {
        self.keeps_rejected
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn skip(&mut self, skip: Skip) {
        self.skips.push(skip);
    }
}
