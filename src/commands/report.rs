//! What every scan ends with: the reports are delivered, and the exit code decided.

use super::exit::Lost;
use super::{Exit, Failure};
use crate::model::Outcome;
use crate::model::{Problem, ProblemKind, Skip, SkipKind};
use crate::pipeline::Progress;
use crate::policy::Scopes;
use crate::report::{self, Destination, Format};
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// One report of an outcome.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its format.
    pub format: Format,
    /// The file that it goes to; standard output when `None`.
    pub to: Option<PathBuf>,
    /// Whether it is in colour, if its format has any.
    pub color: bool,
}

/// What becomes of an outcome.
#[derive(Clone, Debug)]
pub struct Reporting {
    /// The reports that are made.
    pub deliveries: Vec<Delivery>,
    /// How they look.
    pub look: report::Options,
    /// Exit code for findings.
    pub exit_code: u8,
    /// Whether an incomplete scan without findings is as good as a clean one.
    pub allow_incomplete: bool,
    /// Whether what is too large is left out on purpose.
    pub large_is_left_out: bool,
    /// Whether standard error gets the details: which files say what counts, what was left out, why matches were rejected.
    pub verbose: bool,
}

/// The files of the reports, ready to be written.
pub(super) struct Destinations(Vec<Option<Destination>>);

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.to {
            Some(path) => path.display().fmt(f),
            None => f.write_str("standard output"),
        }
    }
}

impl Reporting {
    /// Gets the reports' files ready: before the scan, so that a mistyped path costs none.
    pub(super) fn open(&self) -> Result<Destinations, Failure> {
        // Reports with secrets in full are for their owner alone.
        let is_private = self.look.show_secrets || self.look.gitleaks.shown > 0;
        let mut opened: Vec<Option<Destination>> = Vec::new();
        for delivery in &self.deliveries {
            let Some(path) = &delivery.to else {
                opened.push(None);
                continue;
            };
            let new = Destination::open(path, is_private)
                .map_err(|error| Failure::Usage(format!("cannot write to {}: {error}", path.display())))?;
            if opened.iter().flatten().any(|other| other.replaces() == new.replaces() && new.replaces().is_some()) {
                return Err(Failure::Usage(format!("two reports would go to {}", path.display())));
            }
            opened.push(Some(new));
        }
        Ok(Destinations(opened))
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

/// Writes the reports, and says what the scan came to. One that cannot be written does not keep the others from being.
pub(super) fn deliver(
    mut outcome: Outcome,
    reporting: &Reporting,
    scopes: &Scopes,
    progress: &Progress,
    destinations: Destinations,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    if reporting.large_is_left_out {
        let is_large = |problem: &Problem| problem.kind == ProblemKind::TooLarge;
        let (large, problems) = std::mem::take(&mut outcome.problems).into_iter().partition::<Vec<_>, _>(is_large);
        outcome.problems = problems;
        outcome.skips.extend(large.into_iter().map(|one| Skip { what: one.what, kind: SkipKind::Excluded }));
        outcome.skips.sort();
    }
    let exit = reporting.exit(&outcome, progress);
    let findings = outcome.findings.len();
    let shows_secrets = reporting.look.show_secrets;
    let outcome = Arc::new(if shows_secrets { outcome } else { report::conceal_names(outcome) });
    if reporting.verbose {
        // The progress bar is removed first. The report comes last, because its result is what users read first. Errors of standard error
        // are ignored.
        out.flush().map_err(Failure::of_output)?;
        let _ = report::write_details(&scopes.active_files(), &outcome, &mut io::stderr().lock());
    }
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let finished = i64::try_from(since_1970.as_secs()).unwrap_or_default();
    let mut lost = Vec::new();
    // Files first: who reads standard output may go away before it ends.
    let mut deliveries: Vec<_> = reporting.deliveries.iter().zip(destinations.0).collect();
    deliveries.sort_by_key(|(delivery, _)| delivery.to.is_none());
    for (delivery, destination) in deliveries {
        let look = report::Options { color: delivery.color, finished, ..reporting.look.clone() };
        let written = match destination {
            Some(file) => {
                file.write(&progress.stop_flag(), |file| report::write(delivery.format, &outcome, &look, file))
            }
            None => report::write(delivery.format, &outcome, &look, out).and_then(|()| out.flush()),
        };
        match written {
            Ok(()) => {}
            Err(error) => lost.push(Lost { to: delivery.to_string(), error }),
        }
    }
    if lost.is_empty() { Ok(exit) } else { Err(Failure::Reports { lost, findings, exit }) }
}
