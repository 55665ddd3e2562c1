//! `stanch scan`: reads trees, files and standard input, and reports what leaks.

use super::rules::load;
use super::{Exit, Failure};
use crate::engine::Engine;
use crate::model::Confidence;
use crate::pipeline::{Collector, Outcome, Progress, Scan};
use crate::report::{self, Destination, Format};
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
    /// The report's format.
    pub format: Format,
    /// How the report looks.
    pub report: report::Options,
    /// Whether nobody wants to watch.
    pub quiet: bool,
    /// Where the report goes; standard output when `None`.
    pub output: Option<PathBuf>,
    /// Exit code for findings.
    pub exit_code: u8,
    /// Whether an incomplete scan without findings is as good as a clean one.
    pub allow_incomplete: bool,
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
    // Before the scan, so that a mistyped path costs no scan.
    let destination = options.output.as_deref().map(open).transpose()?;
    let mut collector = Collector::default();
    let stats = Scan::new(&engine, options.confidence, Arc::clone(progress)).run(&sources, &mut collector)?;
    let (outcome, _) = collector.finish(stats);
    let exit = exit(&outcome, options, progress);
    deliver(&outcome, options, destination, out).map_err(|(to, error)| {
        if to.is_none() && error.kind() == std::io::ErrorKind::BrokenPipe {
            return Failure::Closed;
        }
        let to = to.map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
        Failure::Report { to, error, findings: outcome.findings.len(), exit }
    })?;
    Ok(exit)
}

fn open(path: &Path) -> Result<Destination, Failure> {
    Destination::open(path).map_err(|error| Failure::Usage(format!("cannot write to {}: {error}", path.display())))
}

fn exit(outcome: &Outcome, options: &Options, progress: &Progress) -> Exit {
    if progress.is_stopped() {
        Exit::Interrupted
    } else if !outcome.findings.is_empty() {
        Exit::Findings(options.exit_code)
    } else if !outcome.is_complete() && !options.allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Clean
    }
}

/// Where a report failed to go (`None`: standard output), and why.
type Lost = (Option<PathBuf>, std::io::Error);

fn deliver(
    outcome: &Outcome,
    options: &Options,
    destination: Option<Destination>,
    out: &mut dyn Write,
) -> Result<(), Lost> {
    let Some(mut file) = destination else {
        return report::write(options.format, outcome, &options.report, out)
            .and_then(|()| out.flush())
            .map_err(|error| (None, error));
    };
    report::write(options.format, outcome, &options.report, &mut file)
        .and_then(|()| file.commit())
        .map_err(|error| (options.output.clone(), error))
}
