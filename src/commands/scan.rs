//! `stanch scan`: reads trees, files and standard input, and reports what leaks.

use super::report::deliver;
use super::{Exit, Failure, Reporting};
use crate::model::{Problem, ProblemKind};
use crate::pipeline::{Collector, Progress, TreeScan};
use crate::policy::Scopes;
use crate::sources::{FileOptions, is_missing};
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
    // One wrong path among many is named; when none of them is there, the command line is wrong.
    let is_there = |path: &&PathBuf| path.as_os_str() == "-" || !is_missing(path);
    let (found, missing): (Vec<&PathBuf>, Vec<&PathBuf>) = options.paths.iter().partition(is_there);
    let found: Vec<PathBuf> =
        if found.is_empty() { options.paths.clone() } else { found.into_iter().cloned().collect() };
    let (mut outcome, _) = scan.run(&found, Collector::of_memory(options.memory))?;
    outcome.problems.extend(missing.into_iter().map(|path| Problem {
        what: path.display().to_string(),
        kind: ProblemKind::Unreadable,
        detail: "no such file or directory; check the path".to_owned(),
    }));
    outcome.problems.sort();
    deliver(outcome, &options.reporting, scopes, progress, destinations, out)
}
