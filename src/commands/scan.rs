//! `stanch scan`: reads trees, files and standard input, and reports what leaks.

use super::report::deliver;
use super::{Exit, Failure, Reporting};
use crate::pipeline::{Collector, Progress, TreeScan};
use crate::policy::Scopes;
use crate::sources::FileOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// What to scan and how to say it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Paths; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// What the scan may take, bytes.
    pub memory: u64,
    /// How directories are walked; what a policy may say about it is the policy's.
    pub files: FileOptions,
    /// What becomes of the outcome.
    pub reporting: Reporting,
}

/// Scans, and writes the report to its file or to `out`.
///
/// # Errors
/// Fails when nothing could be scanned, or the report could not be written.
pub fn scan(
    options: &Options,
    scopes: &Scopes,
    progress: &Arc<Progress>,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let destinations = options.reporting.open()?;
    let scan = TreeScan::new(scopes, options.files.clone(), Arc::clone(progress));
    let (outcome, _) = scan.run(&options.paths, Collector::of_memory(options.memory))?;
    deliver(outcome, &options.reporting, scopes, progress, destinations, out)
}
