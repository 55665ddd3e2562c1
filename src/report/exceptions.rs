//! Human-readable list of suppressed findings and of policy warnings.

use super::Options;
use super::escape::{line_start, printable};
use super::phrase::shown;
use crate::model::Outcome;
use crate::model::{Cause, Suppressed};
use std::io::{self, Write};

/// Largest number of notes that are listed; the others are counted.
const MOST_NOTES: usize = 20;

/// Number of suppressed findings by cause; `None` when there are none.
pub(super) fn counted(outcome: &Outcome) -> Option<String> {
    let counts = outcome.suppressed_by_cause();
    let causes = Cause::ALL.iter().filter_map(|cause| Some(format!("{} {}", counts.get(cause)?, cause.as_str())));
    let causes: Vec<String> = causes.collect();
    let findings = if outcome.suppressed.len() == 1 { "finding" } else { "findings" };
    (!causes.is_empty()).then(|| format!("{} {findings} suppressed: {}", outcome.suppressed.len(), causes.join(", ")))
}

/// Lists suppressed findings, if requested.
pub(super) fn list(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if options.explain && !outcome.suppressed.is_empty() {
        writeln!(out, "Suppressed:")?;
        for one in &outcome.suppressed {
            listed(one, options, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    list(outcome, options, out)?;
    for note in outcome.notes.iter().take(MOST_NOTES) {
        writeln!(out, "note: {}", printable(note))?;
    }
    if outcome.notes.len() > MOST_NOTES {
        writeln!(out, "note: and {} more; `--format json` has them all", outcome.notes.len() - MOST_NOTES)?;
    }
    if let Some(counted) = counted(outcome) {
        let hint = if options.explain { "" } else { " (`--explain` lists them)" };
        writeln!(out, "{counted}{hint}")?;
    }
    Ok(())
}

/// One suppressed finding with its locations and the exception.
fn listed(one: &Suppressed, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let finding = &one.finding;
    let (secret, name) = (printable(&shown(finding, options)), printable(&finding.name));
    for occurrence in &finding.occurrences {
        let start = occurrence.location.start;
        let place = line_start(&occurrence.origin.display());
        writeln!(out, "  {place}:{}:{}  {name}  {secret}  {}", start.line, start.column, finding.rule)?;
    }
    writeln!(out, "      {}", line_start(&one.by.to_string()))
}
