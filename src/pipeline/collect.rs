//! Gathers what a scan pushes into an outcome: one finding a secret, in an order that does not depend on threads.

use super::{Outcome, Stats};
use crate::model::{Detection, Finding, Fingerprint, Problem, RejectedMatch, Sink, Skip};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The sink that makes an [`Outcome`].
#[derive(Debug, Default)]
pub struct Collector {
    findings: HashMap<Fingerprint, Finding>,
    problems: Vec<Problem>,
    skips: Vec<Skip>,
    rejected: Vec<RejectedMatch>,
    keeps_rejected: bool,
}

impl Collector {
    /// A collector that keeps the rejected matches too.
    #[must_use]
    pub fn with_rejected() -> Collector {
        Collector { keeps_rejected: true, ..Collector::default() }
    }

    /// The outcome, sorted; and the rejected matches, sorted by place.
    #[must_use]
    pub fn finish(mut self, stats: Stats) -> (Outcome, Vec<RejectedMatch>) {
        let mut findings: Vec<Finding> = self.findings.into_values().collect();
        for finding in &mut findings {
            finding.occurrences.sort();
            finding.occurrences.dedup();
        }
        findings.sort_by(|a, b| (&a.occurrences, a.fingerprint).cmp(&(&b.occurrences, b.fingerprint)));
        self.problems.sort();
        self.problems.dedup();
        self.skips.sort();
        self.skips.dedup();
        self.rejected.sort_by(|a, b| (&a.provenance, a.location, &a.rule).cmp(&(&b.provenance, b.location, &b.rule)));
        (Outcome { findings, problems: self.problems, skips: self.skips, stats }, self.rejected)
    }
}

impl Sink for Collector {
    fn detection(&mut self, new: Detection) {
        match self.findings.entry(new.fingerprint) {
            Entry::Vacant(entry) => {
                entry.insert(Finding {
                    rule: new.rule,
                    family: new.family,
                    name: new.name,
                    severity: new.severity,
                    confidence: new.confidence,
                    rotate: new.rotate,
                    references: new.references,
                    secret: new.secret,
                    fingerprint: new.fingerprint,
                    proof: new.proof,
                    occurrences: vec![new.occurrence],
                    history: None,
                });
            }
            Entry::Occupied(mut entry) => {
                let finding = entry.get_mut();
                // Rules of one family may find the same secret in different places: the choice must not depend on which came first.
                if (new.severity, new.confidence, std::cmp::Reverse(&new.rule), &new.proof)
                    > (finding.severity, finding.confidence, std::cmp::Reverse(&finding.rule), &finding.proof)
                {
                    finding.rule = new.rule;
                    finding.name = new.name;
                    finding.severity = new.severity;
                    finding.rotate = new.rotate;
                    finding.references = new.references;
                    finding.confidence = new.confidence;
                    finding.proof = new.proof;
                }
                finding.occurrences.push(new.occurrence);
            }
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
