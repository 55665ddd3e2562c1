//! What we say of a scan, as predicates of in-toto's list: a simple verification result, or a test result.
//! Specifications: <https://github.com/in-toto/attestation/blob/main/spec/predicates/svr.md> (0.2) and `test-result.md` there (0.1), read
//! 2026-12-01. `stanch*` fields are our extensions: consumers that do not know them ignore them.

use super::digest::Sha256Digest;
use crate::model::{Moment, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Who says it. The last part changes when a property comes to mean something else.
pub(super) const VERIFIER: &str = "https://crates.io/crates/stanch#attest-v1";
/// More names of what was not read do not stand in a statement.
const MOST_NAMES: usize = 100;

/// The predicates that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredicateType {
    /// A simple verification result.
    Svr,
    /// A test result.
    TestResult,
}

impl PredicateType {
    /// Its URI.
    #[must_use]
    pub fn uri(self) -> &'static str {
        match self {
            PredicateType::Svr => "https://in-toto.io/attestation/svr/v0.2",
            PredicateType::TestResult => "https://in-toto.io/attestation/test-result/v0.1",
        }
    }
}

/// What can be claimed of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// No secret was found that no exception covers.
    NoUnprotectedSecrets,
    /// Every byte of the subject was read.
    CoverageComplete,
    /// Everything was read that the configuration does not leave out.
    ScanComplete,
    /// All commits that lead to the subject were read, with their messages.
    HistoryScanned,
    /// No exception covers any secret: the subject holds none at all.
    NoExceptions,
}

impl Property {
    /// All of them.
    pub const ALL: [Property; 5] = [
        Property::NoUnprotectedSecrets,
        Property::CoverageComplete,
        Property::ScanComplete,
        Property::HistoryScanned,
        Property::NoExceptions,
    ];

    /// Its name in a statement.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Property::NoUnprotectedSecrets => "STANCH_NO_UNPROTECTED_SECRETS",
            Property::CoverageComplete => "STANCH_COVERAGE_COMPLETE",
            Property::ScanComplete => "STANCH_SCAN_COMPLETE",
            Property::HistoryScanned => "STANCH_HISTORY_SCANNED",
            Property::NoExceptions => "STANCH_NO_EXCEPTIONS",
        }
    }
}

/// A policy by its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What it is: `rules`, `configuration`, `ignores`, `baseline`, with the file's name.
    pub name: String,
    /// SHA-256 of it.
    pub digest: Sha256Digest,
}

/// Something that was left out on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub what: String,
    /// The reason, in words.
    pub why: String,
    /// Whether it has bytes of the subject: a symbolic link has none.
    pub has_bytes: bool,
}

/// Everything that a statement is made of.
#[derive(Clone, Debug)]
pub struct Claims {
    /// When the scan ended.
    pub time: Moment,
    /// The policies that held.
    pub policies: Vec<Policy>,
    /// Secrets that no exception covers.
    pub findings: u64,
    /// Secrets that an exception covers.
    pub suppressed: u64,
    /// What was not read, and should have been. Names are as they may be shown.
    pub unread: Vec<Problem>,
    /// What was left out. Names are as they may be shown.
    pub left_out: Vec<LeftOut>,
    /// Whether the subject is a commit whose history was read.
    pub is_history: bool,
    /// The root of the coverage tree.
    pub root: Sha256Digest,
    /// How many leaves it has.
    pub leaves: u64,
    /// How many bytes were read.
    pub bytes: u64,
}

/// Our extension, as a gate reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The version of the program that scanned.
    pub version: String,
    /// Secrets that no exception covers.
    pub findings: u64,
    /// Secrets that an exception covers.
    pub suppressed: u64,
    /// How many things were not read.
    pub unread: u64,
    /// The first of them.
    pub unread_names: Vec<String>,
    /// How many things were left out, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// The first of those that have bytes.
    pub left_out_names: Vec<String>,
    /// The root of the coverage tree, SHA-256 in hexadecimal.
    pub coverage_root: String,
    /// How the tree is made.
    pub coverage_tree: String,
    /// Its leaves.
    pub coverage_leaves: u64,
    /// Bytes that were read.
    pub bytes: u64,
}

/// The name of the tree's construction.
pub(super) const TREE: &str = "rfc6962-sha256 stanch-leaf-1";

impl Claims {
    /// What is true of the subject.
    #[must_use]
    pub fn properties(&self) -> Vec<Property> {
        let is_read = self.unread.is_empty() && self.leaves > 0;
        let is_true = |property: &Property| match property {
            Property::NoUnprotectedSecrets => self.findings == 0,
            Property::NoExceptions => self.findings == 0 && self.suppressed == 0,
            Property::ScanComplete => is_read,
            Property::CoverageComplete => is_read && !self.left_out.iter().any(|one| one.has_bytes),
            Property::HistoryScanned => is_read && self.is_history,
        };
        Property::ALL.into_iter().filter(is_true).collect()
    }

    fn verdict(&self) -> Verdict {
        let mut left_out = BTreeMap::new();
        self.left_out.iter().for_each(|one| *left_out.entry(one.why.clone()).or_default() += 1);
        let with_bytes = self.left_out.iter().filter(|one| one.has_bytes);
        Verdict {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            findings: self.findings,
            suppressed: self.suppressed,
            unread: self.unread.len() as u64,
            unread_names: self.unread.iter().take(MOST_NAMES).map(ToString::to_string).collect(),
            left_out,
            left_out_names: with_bytes.take(MOST_NAMES).map(|one| one.what.clone()).collect(),
            coverage_root: self.root.to_string(),
            coverage_tree: TREE.to_owned(),
            coverage_leaves: self.leaves,
            bytes: self.bytes,
        }
    }

    fn descriptors(&self) -> Vec<Value> {
        let policies = self.policies.iter();
        policies.map(|one| json!({"name": one.name, "digest": {"sha256": one.digest.to_string()}})).collect()
    }

    /// The predicate.
    #[must_use]
    pub fn predicate(&self, kind: PredicateType) -> Value {
        let properties: Vec<&str> = self.properties().into_iter().map(Property::name).collect();
        let verdict = self.verdict();
        match kind {
            PredicateType::Svr => json!({
                "verifier": {"id": VERIFIER, "policies": self.descriptors()},
                "timeCreated": self.time.to_string(),
                "properties": properties,
                "stanch": verdict,
            }),
            PredicateType::TestResult => {
                let wanted = |property: &Property| self.is_history || *property != Property::HistoryScanned;
                let all = Property::ALL.into_iter().filter(wanted).map(Property::name);
                let (passed, others): (Vec<_>, Vec<_>) = all.partition(|name| properties.contains(name));
                let (warned, failed): (Vec<_>, Vec<_>) =
                    others.into_iter().partition(|name| *name == Property::NoExceptions.name() && self.findings == 0);
                let result = match () {
                    () if !failed.is_empty() => "FAILED",
                    () if !warned.is_empty() => "WARNED",
                    () => "PASSED",
                };
                json!({
                    "result": result,
                    "configuration": self.descriptors(),
                    "passedTests": passed,
                    "warnedTests": warned,
                    "failedTests": failed,
                    "stanchTimeCreated": self.time.to_string(),
                    "stanch": verdict,
                })
            }
        }
    }
}
