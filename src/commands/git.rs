//! `stanch git`: everything that repositories remember.

use super::report::deliver;
use super::rules::load;
use super::{Exit, Failure, Reporting};
use crate::engine::Engine;
use crate::git::repo::OpenOptions;
use crate::model::Confidence;
use crate::pipeline::{HistoryScan, Outcome, Progress, Selection};
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
    /// The commits that count.
    pub selection: Selection,
    /// Rule files beside the built-in rules.
    pub rules: Vec<PathBuf>,
    /// Findings of less confidence are counted only.
    pub confidence: Confidence,
    /// What becomes of the outcome.
    pub reporting: Reporting,
}

/// Scans histories, and writes the report to its file or to `out`.
///
/// # Errors
/// When nothing could be scanned, or the report could not be written.
pub fn git(options: &Options, progress: &Arc<Progress>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let engine = Engine::new(load(&options.rules)?);
    let destinations = options.reporting.open()?;
    let scan = HistoryScan::new(&engine, options.confidence, Arc::clone(progress)).opening(options.open);
    if options.repositories.len() > 1 {
        options.repositories.iter().try_for_each(|repository| scan.check(repository, &options.selection))?;
    }
    let mut outcome = Outcome::default();
    for repository in &options.repositories {
        outcome.merge(scan.run(repository, &options.selection)?);
    }
    deliver(outcome, &options.reporting, progress, destinations, out)
}
