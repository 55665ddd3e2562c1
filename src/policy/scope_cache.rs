//! Caches each directory's scope during the scan.

use super::error::PolicyError;
use super::scope::Scope;
use super::scopes::{Scopes, lock};
use crate::model::{Finding, Origin, Outer};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A scope, and the absolute path of the file if another scanner's list needs it.
pub(super) type At = (Arc<Scope>, Option<PathBuf>);

/// The scopes of each finding's occurrences.
///
/// # Errors
/// Fails when a policy file that applies to one of them is malformed.
pub(super) fn places(scopes: &Scopes, findings: &[Finding]) -> Result<Vec<Vec<At>>, PolicyError> {
    let at = |origin: &Origin| {
        let scope = scopes.meet(origin)?;
        let path = if scope.known.is_empty() { None } else { scopes.absolute(origin) };
        Ok((scope, path))
    };
    let of_finding = |finding: &Finding| finding.occurrences.iter().map(|occurrence| at(&occurrence.origin)).collect();
    findings.iter().map(of_finding).collect()
}

impl Scopes {
    /// The scope of a finding's origin.
    ///
    /// # Errors
    /// Fails when a policy file that applies there is malformed. A later call fails too.
    pub(crate) fn meet(&self, origin: &Origin) -> Result<Arc<Scope>, PolicyError> {
        let Some(dir) = self.shared(origin) else { return Ok(self.of(origin)?.0) };
        if let Some(known) = lock(&self.met).get(dir) {
            return Ok(Arc::clone(known));
        }
        let (scope, _) = self.of(origin)?;
        lock(&self.met).insert(dir.to_owned(), Arc::clone(&scope));
        Ok(scope)
    }

    /// The directory of a path, if all paths with this parent lie in one real directory. A path that the user named, or one with `..`, may
    /// be a link to anywhere.
    fn shared<'p>(&self, origin: &'p Origin) -> Option<&'p Path> {
        let Outer::File(path) = &origin.outer else { return None };
        let wanders = path.components().any(|part| part == Component::ParentDir);
        if wanders || self.is_root(path) { None } else { path.parent() }
    }
}
