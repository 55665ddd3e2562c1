//! Records reports.

use super::{LedgerOptions, counted, failed, line, prepare};
use crate::commands::{Exit, Failure};
use crate::ledger::lives::{Lives, Recorded, Report};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// A longer report is none, bytes.
const LONGEST_REPORT: u64 = 2 << 30;

/// What is recorded.
#[derive(Clone, Debug)]
pub struct RecordOptions {
    /// JSON or JSON Lines reports; `-` is standard input.
    pub reports: Vec<PathBuf>,
    /// The environment that was scanned, such as `production`.
    pub environment: Option<String>,
}

/// Records reports, each whole or not at all. All are read before the first one is recorded.
///
/// # Errors
/// Fails when a report cannot be read or is none, or the ledger fails.
pub fn ledger_record(
    ledger: &LedgerOptions,
    options: &RecordOptions,
    input: &mut dyn Read,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let mut reports = Vec::new();
    for path in &options.reports {
        let name = path.display();
        let text =
            read(path, input).map_err(|error| Failure::Usage(format!("{name}: cannot read this report: {error}")))?;
        let report = Report::parse(&text)
            .map_err(|error| Failure::Usage(format!("{name}: {error}; make one with `stanch scan --format json`")))?;
        reports.push((path, report));
    }
    prepare(&ledger.file)?;
    let mut lives = Lives::open(&ledger.file, true).map_err(failed)?;
    let (who, at) = ledger.by();
    for (path, report) in reports {
        let told = lives.record(&report, (&who, at), options.environment.as_deref()).map_err(failed)?;
        line(out, &format!("{}: {}", path.display(), summary(&told)))?;
    }
    Ok(Exit::Clean)
}

fn summary(told: &Recorded) -> String {
    if told.is_known {
        return "recorded before; nothing was changed".to_owned();
    }
    let mut text = format!("{} new, {} seen again", counted(told.new, "secret"), told.seen);
    for (count, what) in [(told.reopened, "reopened"), (told.proved_dead, "proved dead")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    if told.gone > 0 {
        text.push_str(&format!(", {} no longer there", counted(told.gone, "place")));
    }
    text
}

fn read(path: &Path, input: &mut dyn Read) -> std::io::Result<String> {
    let mut text = String::new();
    let mut from: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(input),
        false => Box::new(std::fs::File::open(path)?),
    };
    (&mut from).take(LONGEST_REPORT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST_REPORT {
        return Err(std::io::Error::other("it has more than 2 GB"));
    }
    Ok(text)
}
