//! In which scopes findings occur: asked once for each directory, while the scan runs, since whoever waits for its end waits for all of it.

use super::error::PolicyError;
use super::scope::Scope;
use super::scopes::{Scopes, lock};
use crate::model::{Finding, Origin, Outer};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A scope, and an absolute path in it where a list of another tool names paths.
pub(super) type At = (Arc<Scope>, Option<PathBuf>);

/// For each finding the scopes of its occurrences.
///
/// # Errors
/// When a file that holds for one of them is at fault.
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
    /// The scope of a place where something was found.
    ///
    /// # Errors
    /// When a file that holds there is at fault; it is when somebody asks again, too.
    pub(crate) fn meet(&self, origin: &Origin) -> Result<Arc<Scope>, PolicyError> {
        let Some(dir) = self.shared(origin) else { return Ok(self.of(origin)?.0) };
        if let Some(known) = lock(&self.met).get(dir) {
            return Ok(Arc::clone(known));
        }
        let (scope, _) = self.of(origin)?;
        lock(&self.met).insert(dir.to_owned(), Arc::clone(&scope));
        Ok(scope)
    }

    /// The directory of a file as it is called, if all files that are called so lie in one directory: one that was asked for by name, or by way
    /// of `..`, may be a link to anywhere.
    fn shared<'p>(&self, origin: &'p Origin) -> Option<&'p Path> {
        let Outer::File(path) = &origin.outer else { return None };
        let wanders = path.components().any(|part| part == Component::ParentDir);
        if wanders || self.is_root(path) { None } else { path.parent() }
    }
}
