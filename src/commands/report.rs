//! What every scan ends with: the report is delivered, and the exit code decided.

use super::{Exit, Failure};
use crate::pipeline::{Outcome, Progress};
use crate::report::{self, Destination, Format};
use std::io::Write;
use std::path::PathBuf;

/// What becomes of an outcome.
#[derive(Clone, Debug)]
pub struct Reporting {
    /// The report's format.
    pub format: Format,
    /// How the report looks.
    pub look: report::Options,
    /// Where it goes; standard output when `None`.
    pub output: Option<PathBuf>,
    /// Exit code for findings.
    pub exit_code: u8,
    /// Whether an incomplete scan without findings is as good as a clean one.
    pub allow_incomplete: bool,
}

impl Reporting {
    /// Gets the report's file ready: before the scan, so that a mistyped path costs none.
    pub(super) fn open(&self) -> Result<Option<Destination>, Failure> {
        let Some(path) = &self.output else { return Ok(None) };
        let unwritable = |error| Failure::Usage(format!("cannot write to {}: {error}", path.display()));
        Destination::open(path).map(Some).map_err(unwritable)
    }

    fn exit(&self, outcome: &Outcome, progress: &Progress) -> Exit {
        if progress.is_stopped() {
            Exit::Interrupted
        } else if !outcome.findings.is_empty() && self.exit_code != 0 {
            Exit::Findings(self.exit_code)
        } else if !outcome.is_complete() && !self.allow_incomplete {
            Exit::Incomplete
        } else {
            Exit::Clean
        }
    }
}

/// Writes the report, and says what the scan came to.
pub(super) fn deliver(
    outcome: &Outcome,
    reporting: &Reporting,
    progress: &Progress,
    destination: Option<Destination>,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let exit = reporting.exit(outcome, progress);
    let written = match destination {
        Some(file) => file.write(|file| report::write(reporting.format, outcome, &reporting.look, file)),
        None => report::write(reporting.format, outcome, &reporting.look, out).and_then(|()| out.flush()),
    };
    match (written, &reporting.output) {
        (Ok(()), _) => Ok(exit),
        (Err(error), None) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Failure::Closed),
        (Err(error), to) => {
            let to = to.as_ref().map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
            Err(Failure::Report { to, error, findings: outcome.findings.len(), exit })
        }
    }
}
