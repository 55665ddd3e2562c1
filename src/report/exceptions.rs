//! For people: what was found and is not reported, and what is wrong with the policy that says so.

use super::Options;
use super::escape::{line_start, printable};
use super::phrase::shown;
use crate::model::Outcome;
use crate::model::{Cause, Suppressed};
use std::io::{self, Write};

/// More notes are counted only.
const MOST_NOTES: usize = 20;

/// How much is suppressed, by cause; `None` when nothing is.
pub(super) fn counted(outcome: &Outcome) -> Option<String> {
    let counts = outcome.suppressed_by_cause();
    let causes = Cause::ALL.iter().filter_map(|cause| Some(format!("{} {}", counts.get(cause)?, cause.as_str())));
    let causes: Vec<String> = causes.collect();
    let findings = if outcome.suppressed.len() == 1 { "finding" } else { "findings" };
    (!causes.is_empty()).then(|| format!("{} {findings} suppressed: {}", outcome.suppressed.len(), causes.join(", ")))
}

/// Lists what is suppressed, if that was asked for.
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

/// One finding with all its places, and why it is none.
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
