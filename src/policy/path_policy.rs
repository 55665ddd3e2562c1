//! The policy of single findings, for scans that cross directories: of a history or a change.

use super::candidate::Candidate;
use super::error::PolicyError;
use super::scopes::Scopes;
use crate::engine::Surroundings;
use crate::model::{Cause, Confidence, Fingerprint, Origin, Suppression};
use crate::rules::Rule;

/// A finding with its origin.
pub(crate) struct LocatedFinding<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) confidence: Confidence,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) secret: &'a [u8],
    pub(crate) origin: &'a Origin,
    /// The surrounding text, if available.
    pub(crate) around: Option<&'a Surroundings>,
    /// All rules of the scan.
    pub(crate) rules: &'a [Rule],
}

impl Scopes {
    /// The reason for not reporting it: the path is excluded, the rule is disabled there, or an exception applies.
    ///
    /// # Errors
    /// Fails when a policy file that applies there is malformed.
    pub(crate) fn suppression_for(&self, found: &LocatedFinding<'_>) -> Result<Option<Suppression>, PolicyError> {
        let (scope, path) = self.of(found.origin)?;
        if let Some(by) = path.as_ref().and_then(|path| scope.excluded(path)) {
            return Ok(Some(Suppression { cause: Cause::Excluded, ..by }));
        }
        if let Some(by) = scope.switched_off(&found.rule.id, found.confidence, found.rule.severity) {
            return Ok(Some(by));
        }
        Ok(scope.suppression_for(&Candidate {
            rule: &found.rule.id,
            family: &found.rule.family,
            fingerprint: found.fingerprint,
            secret: found.secret,
            around: found.around,
            rules: found.rules,
            at: &|| path.clone(),
        }))
    }

    /// Loads the policies of these origins, so that faults are reported before a scan.
    ///
    /// # Errors
    /// Fails when a policy file is malformed.
    pub(crate) fn prepare<'p>(&self, places: impl IntoIterator<Item = &'p Origin>) -> Result<(), PolicyError> {
        places.into_iter().try_for_each(|place| self.of(place).map(drop))
    }
}
