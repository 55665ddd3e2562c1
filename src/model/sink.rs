//! Where a scan's results go.

use super::{Detection, Location, Origin, Problem, RuleId, Secret, Skip, Suppression};
use std::sync::Arc;

/// Something that looked like a secret and was turned down.
#[derive(Clone, Debug)]
pub struct RejectedMatch {
    /// The rule that matched.
    pub rule: RuleId,
    /// The value.
    pub secret: Secret,
    /// The blob.
    pub origin: Arc<Origin>,
    /// Where in the blob.
    pub location: Location,
    /// Why it was turned down, for people.
    pub reason: String,
}

/// Takes what a scan pushes, in no particular order, from one thread.
///
/// Push, and not pull, because the sources call us (a parallel walk); one owner, because then the order of what is
/// reported is made in one place and does not depend on threads.
pub trait Sink {
    /// A secret was found.
    fn detection(&mut self, detection: Detection);

    /// A secret was found that is not to be reported, and somebody said so.
    fn suppressed(&mut self, _detection: Detection, _by: Suppression) {}

    /// A match was rejected. Only called when [`Sink::wants_rejected`] says so.
    fn rejected(&mut self, _rejected: RejectedMatch) {}

    /// Whether [`Sink::rejected`] is worth the work; asked once.
    fn wants_rejected(&self) -> bool {
        false
    }

    /// Something that was asked for could not be read.
    fn problem(&mut self, problem: Problem);

    /// Something was left out on purpose.
    fn skip(&mut self, skip: Skip);
}
