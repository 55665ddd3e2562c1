//! The result of a scan: everything that a report may contain.

use super::{Cause, Finding, Fingerprint, Problem, Skip, Suppressed};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The result of one scan, sorted so that it does not depend on threads.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The distinct secrets, in the order of their first occurrences.
    pub findings: Vec<Finding>,
    /// Suppressed findings with the cause, in the same order. A secret of which only some occurrences are suppressed is also among the
    /// findings, with the others.
    pub suppressed: Vec<Suppressed>,
    /// Of a host: secrets in the stores where they belong, closed as these should be. A secret that stands elsewhere too is also among the
    /// findings, with the other occurrences.
    pub inventory: Vec<Finding>,
    /// Warnings about the policy, sorted: settings without effect, expired exceptions.
    pub notes: Vec<String>,
    /// What was requested but not read, sorted.
    pub problems: Vec<Problem>,
    /// What was skipped on purpose, sorted.
    pub skips: Vec<Skip>,
    /// The repositories that were scanned, by the name that origins use.
    pub repositories: BTreeMap<PathBuf, ScannedRepository>,
    /// The counts.
    pub stats: Stats,
}

/// What identifies a repository beyond the name that the user gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScannedRepository {
    /// The oldest commit without parents, in hexadecimal: the same in every clone. `None` where it is not stored (a shallow clone) or there
    /// is no commit.
    pub root_commit: Option<Arc<str>>,
    /// The path of a submodule in the repository that was asked for.
    pub submodule: Option<PathBuf>,
}

impl Outcome {
    /// Adds the outcome of another scan. Findings are joined by fingerprint: a secret that stands in two repositories is one finding with two
    /// histories.
    pub fn merge(&mut self, other: Outcome) {
        if self.findings.is_empty() && self.suppressed.is_empty() {
            self.findings = other.findings;
            self.suppressed = other.suppressed;
        } else {
            self.join(other.findings, other.suppressed);
        }
        self.repositories.extend(other.repositories);
        self.notes.extend(other.notes);
        self.notes.sort();
        self.notes.dedup();
        self.inventory.extend(other.inventory);
        self.problems.extend(other.problems);
        self.skips.extend(other.skips);
        self.stats.add(&other.stats);
        self.stats.elapsed += other.stats.elapsed;
    }

    fn join(&mut self, findings: Vec<Finding>, suppressed: Vec<Suppressed>) {
        let mut index: HashMap<Fingerprint, usize> =
            self.findings.iter().zip(0..).map(|(finding, at)| (finding.fingerprint, at)).collect();
        for finding in findings {
            match index.get(&finding.fingerprint) {
                Some(at) => self.findings[*at].join(finding),
                None => {
                    index.insert(finding.fingerprint, self.findings.len());
                    self.findings.push(finding);
                }
            }
        }
        self.findings.iter_mut().for_each(Finding::tidy);
        self.findings.sort_by(|a, b| (&a.occurrences, a.fingerprint).cmp(&(&b.occurrences, b.fingerprint)));
        for new in suppressed {
            let is_same =
                |old: &&mut Suppressed| old.finding.fingerprint == new.finding.fingerprint && old.by == new.by;
            match self.suppressed.iter_mut().find(is_same) {
                Some(old) => {
                    old.finding.join(new.finding);
                    old.finding.tidy();
                }
                None => self.suppressed.push(new),
            }
        }
    }

    /// Whether everything that was requested was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.problems.is_empty()
    }

    /// Total number of occurrences.
    #[must_use]
    pub fn occurrences(&self) -> usize {
        self.findings.iter().map(|finding| finding.occurrences.len()).sum()
    }
}

impl Outcome {
    /// Number of suppressed secrets by cause, without zeros.
    #[must_use]
    pub fn suppressed_by_cause(&self) -> BTreeMap<Cause, u64> {
        let mut counts = BTreeMap::new();
        for one in &self.suppressed {
            *counts.entry(one.by.cause).or_default() += 1;
        }
        counts
    }
}

/// Counts of a scan.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Blobs read to the end.
    pub blobs: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Rejected matches, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Findings below the requested confidence.
    pub below_confidence: u64,
    /// Findings below the requested severity.
    pub below_severity: u64,
    /// Wall time of the scan.
    pub elapsed: Duration,
}

impl Stats {
    /// Adds the counts of another part of the scan.
    pub fn add(&mut self, other: &Stats) {
        self.blobs += other.blobs;
        self.bytes += other.bytes;
        self.below_confidence += other.below_confidence;
        self.below_severity += other.below_severity;
        for (reason, count) in &other.rejected {
            *self.rejected.entry(reason.clone()).or_default() += count;
        }
    }
}
