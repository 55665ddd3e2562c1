//! What exceptions are asked about.

use crate::engine::Surroundings;
use crate::model::Fingerprint;
use crate::rules::Rule;
use std::path::PathBuf;

/// An occurrence that an exception may cover.
pub struct Candidate<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The rule's family.
    pub family: &'a str,
    /// The secret's identity.
    pub fingerprint: Fingerprint,
    /// The secret.
    pub secret: &'a [u8],
    /// The surrounding text, if available.
    pub around: Option<&'a Surroundings>,
    /// The rules of the scan.
    pub rules: &'a [Rule],
    /// The absolute path of the file, computed on demand.
    pub at: &'a dyn Fn() -> Option<PathBuf>,
}

impl Candidate<'_> {
    pub(super) fn path(&self) -> Option<PathBuf> {
        (self.at)()
    }
}
