//! `stanch git`: everything that repositories remember.

use super::report::deliver;
use super::{Exit, Failure, Reporting};
use crate::engine::Engine;
use crate::git::repo::OpenOptions;
use crate::pipeline::{HistoryScan, Outcome, Progress, Scopes, Selection};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to scan and how to say it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Repositories: work trees, or bare ones.
    pub repositories: Vec<PathBuf>,
    /// What may be followed out of a repository.
    pub open: OpenOptions,
    /// The commits that count.
    pub selection: Selection,
    /// What becomes of the outcome.
    pub reporting: Reporting,
}

/// Scans histories, and writes the report to its file or to `out`.
///
/// # Errors
/// When nothing could be scanned, or the report could not be written.
pub fn git(options: &Options, scopes: &Scopes, progress: &Arc<Progress>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let destinations = options.reporting.open()?;
    if options.repositories.len() > 1 {
        let check = |repository| HistoryScan::check(repository, options.open, &options.selection);
        options.repositories.iter().try_for_each(|repository| check(repository))?;
    }
    let mut outcome = Outcome::default();
    for repository in &options.repositories {
        outcome.merge(history(repository, options.open, &options.selection, scopes, progress)?);
    }
    deliver(outcome, &options.reporting, progress, destinations, out)
}

/// Scans one repository's history under its policy.
pub(super) fn history(
    repository: &Path,
    open: OpenOptions,
    selection: &Selection,
    scopes: &Scopes,
    progress: &Arc<Progress>,
) -> Result<Outcome, Failure> {
    let scope = scopes.of_target(repository)?;
    let engine = Engine::new(scope.rule_set()?);
    let scan =
        HistoryScan::new(&engine, scope.confidence().value, Arc::clone(progress)).under(scopes, &scope).opening(open);
    Ok(scan.run(repository, selection)?)
}
