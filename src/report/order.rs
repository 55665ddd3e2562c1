//! Orders findings by severity, for receivers that accept a limited number.

use crate::model::Outcome;
use crate::model::{Finding, Occurrence};
use std::cmp::Reverse;
use std::sync::Arc;

/// One occurrence of a secret, which hosts count as a result.
#[derive(Clone, Copy)]
pub(super) struct ReportedOccurrence<'o> {
    pub(super) finding: &'o Finding,
    pub(super) occurrence: &'o Occurrence,
    /// How many occurrences of the same secret stand before it in the same blob. With the fingerprint and the path this is
    /// an identity that survives moved lines.
    pub(super) ordinal: u32,
}

/// All occurrences: by severity, then confidence, then in the order of the outcome (by the secret's first occurrence).
pub(super) fn worst_first(outcome: &Outcome) -> Vec<ReportedOccurrence<'_>> {
    let mut places = Vec::with_capacity(outcome.occurrences());
    for finding in worst_secrets_first(outcome) {
        let mut before: Option<ReportedOccurrence<'_>> = None;
        for occurrence in &finding.occurrences {
            // They are sorted by place: those of one blob stand together.
            let is_same = |other: &ReportedOccurrence<'_>| {
                let (this, other) = (&occurrence.origin, &other.occurrence.origin);
                Arc::ptr_eq(this, other) || this == other
            };
            let ordinal = before.filter(is_same).map_or(0, |before| before.ordinal + 1);
            let place = ReportedOccurrence { finding, occurrence, ordinal };
            places.push(place);
            before = Some(place);
        }
    }
    places
}

/// All secrets: by severity, then confidence, then in the order of the outcome.
pub(super) fn worst_secrets_first(outcome: &Outcome) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = outcome.findings.iter().collect();
    findings.sort_by_key(|finding| (Reverse(finding.severity), Reverse(finding.confidence)));
    findings
}
