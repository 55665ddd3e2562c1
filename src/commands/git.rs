//! `stanch git`: everything that repositories remember, or what is about to be committed.

use super::report::deliver;
use super::rules::load;
use super::{Exit, Failure, Reporting};
use crate::engine::Engine;
use crate::git::environment::Environment;
use crate::git::repo::OpenOptions;
use crate::model::Confidence;
use crate::pipeline::{ChangeScan, Extent, HistoryScan, Outcome, Progress, Selection};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// What to scan and how to say it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Repositories: work trees, or bare ones.
    pub repositories: Vec<PathBuf>,
    /// What may be followed out of a repository.
    pub open: OpenOptions,
    /// What counts.
    pub scope: Scope,
    /// Rule files beside the built-in rules.
    pub rules: Vec<PathBuf>,
    /// Findings of less confidence are counted only.
    pub confidence: Confidence,
    /// What becomes of the outcome.
    pub reporting: Reporting,
}

/// Which part of a repository counts.
#[derive(Clone, Debug)]
pub enum Scope {
    /// What commits brought.
    History(Selection),
    /// What has changed since the last commit.
    Changes(Extent),
}

/// Scans repositories, and writes the report to its file or to `out`.
///
/// # Errors
/// When nothing could be scanned, or the report could not be written.
pub fn git(options: &Options, progress: &Arc<Progress>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let engine = Engine::new(load(&options.rules)?);
    let destinations = options.reporting.open()?;
    let history = HistoryScan::new(&engine, options.confidence, Arc::clone(progress)).opening(options.open);
    if let (Scope::History(selection), true) = (&options.scope, options.repositories.len() > 1) {
        options.repositories.iter().try_for_each(|repository| history.check(repository, selection))?;
    }
    let changes = ChangeScan::new(&engine, options.confidence, Arc::clone(progress), Environment::read());
    let mut outcome = Outcome::default();
    for repository in &options.repositories {
        outcome.merge(match &options.scope {
            Scope::History(selection) => history.run(repository, selection)?,
            Scope::Changes(extent) => changes.run(repository, *extent)?,
        });
    }
    deliver(outcome, &options.reporting, progress, destinations, out)
}
