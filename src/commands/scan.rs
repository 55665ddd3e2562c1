//! `stanch scan`: reads trees, files and standard input, and reports what leaks.

use super::report::deliver;
use super::rules::load;
use super::{Exit, Failure, Reporting};
use crate::engine::Engine;
use crate::model::Confidence;
use crate::pipeline::{Collector, Progress, Scan};
use crate::sources::{FileOptions, Files, Source, Stdin};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to scan and how to say it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Paths; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// How directories are walked.
    pub files: FileOptions,
    /// Rule files beside the built-in rules.
    pub rules: Vec<PathBuf>,
    /// Findings of less confidence are counted only.
    pub confidence: Confidence,
    /// What becomes of the outcome.
    pub reporting: Reporting,
}

/// Scans, and writes the report to its file or to `out`.
///
/// # Errors
/// When nothing could be scanned, or the report could not be written.
pub fn scan(options: &Options, progress: &Arc<Progress>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let engine = Engine::new(load(&options.rules)?);
    let (inputs, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        options.paths.iter().partition(|path| *path == Path::new("-"));
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    if !inputs.is_empty() {
        sources.push(Box::new(Stdin));
    }
    if !paths.is_empty() {
        sources.push(Box::new(Files::new(paths.into_iter().cloned().collect(), options.files.clone())?));
    }
    let destinations = options.reporting.open()?;
    let mut collector = Collector::default();
    let stats = Scan::new(&engine, options.confidence, Arc::clone(progress)).run(&sources, &mut collector)?;
    let (outcome, _) = collector.finish(stats);
    deliver(outcome, &options.reporting, progress, destinations, out)
}
