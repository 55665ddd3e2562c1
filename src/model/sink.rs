//! Receiver of a scan's results.

use super::{Detection, Location, Origin, Problem, RuleId, Secret, Skip, Suppression};
use std::sync::Arc;

/// A match that a filter rejected.
#[derive(Clone, Debug)]
pub struct RejectedMatch {
    /// The rule that matched.
    pub rule: RuleId,
    /// The value.
    pub secret: Secret,
    /// The blob.
    pub origin: Arc<Origin>,
    /// Location in the blob.
    pub location: Location,
    /// Reason for the rejection, for reports.
    pub reason: String,
}

/// Receives the results of a scan, in no particular order, on one thread.
///
/// Results are pushed because the sources call the scan (a parallel walk). One thread owns the sink, so that the order of reports is made
/// in one place and does not depend on threads.
pub trait Sink {
    /// A secret was found.
    fn detection(&mut self, detection: Detection);

    /// A secret was found that an exception suppresses.
    fn suppressed(&mut self, _detection: Detection, _by: Suppression) {}

    /// A match was rejected. Only called if [`Sink::wants_rejected`] returns true.
    fn rejected(&mut self, _rejected: RejectedMatch) {}

    /// Whether [`Sink::rejected`] should be called. Called once.
    fn wants_rejected(&self) -> bool {
        false
    }

    /// Something that was requested could not be read.
    fn problem(&mut self, problem: Problem);

    /// Something was skipped on purpose.
    fn skip(&mut self, skip: Skip);
}
