//! Collects the results of a scan into an outcome: one finding for each secret, in an order that does not depend on threads.

use crate::model::{
    Detection, Finding, Fingerprint, Outcome, Problem, RejectedMatch, Sink, Skip, Stats, Suppressed, Suppression,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

/// The sink that builds an [`Outcome`].
#[derive(Debug, Default)]
pub struct Collector {
    findings: HashMap<Fingerprint, Finding>,
    suppressed: HashMap<(Fingerprint, Suppression), Finding>,
    problems: Vec<Problem>,
    skips: Vec<Skip>,
    rejected: Vec<RejectedMatch>,
    keeps_rejected: bool,
}

impl Collector {
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
        absorb(&mut self.findings, new.fingerprint, new);
    }

    fn suppressed(&mut self, new: Detection, by: Suppression) {
        absorb(&mut self.suppressed, (new.fingerprint, by), new);
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
