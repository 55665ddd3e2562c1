//! The policy of the place where something was found, for scans that cross directories: of a history, of a change.

use super::error::PolicyError;
use super::scope::Candidate;
use super::scopes::Scopes;
use crate::engine::Surroundings;
use crate::model::{Cause, Confidence, Fingerprint, Origin, Suppression};
use crate::rules::Rule;

/// Something that was found somewhere.
pub(crate) struct LocatedFinding<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) confidence: Confidence,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) secret: &'a [u8],
    pub(crate) origin: &'a Origin,
    /// What stands around it, if that is known.
    pub(crate) around: Option<&'a Surroundings>,
    /// All rules that were looked for.
    pub(crate) rules: &'a [Rule],
}

impl Scopes {
    /// Who says that it is not to be reported: what is not read there, not looked for there, or allowed there.
    ///
    /// # Errors
    /// When a file that holds there is at fault.
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

    /// Reads everything that holds in these places, so that what is at fault is known before a scan.
    ///
    /// # Errors
    /// When a file is at fault.
    pub(crate) fn prepare<'p>(&self, places: impl IntoIterator<Item = &'p Origin>) -> Result<(), PolicyError> {
        places.into_iter().try_for_each(|place| self.of(place).map(drop))
    }
}
