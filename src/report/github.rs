//! Annotations of GitHub Actions: lines that its runner takes from the log of a step
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>, read 2026-11-24).
//!
//! It shows ten errors, ten warnings and ten notices of a step and silently drops the others
//! (<https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations>, read 2026-11-24): so the worst come first,
//! and what was left out is said.

use super::Options;
use super::escape::Escaped;
use super::order::{ReportedOccurrence, worst_first};
use super::path::host_path;
use super::phrase::{counted, incomplete, shown};
use crate::model::Outcome;
use crate::model::Severity;
use std::fmt::Display;
use std::io::{self, Write};

/// Annotations of one kind that a step may have.
const MAX_ANNOTATIONS: usize = 10;

/// The kinds of annotations.
const KINDS: [&str; 3] = ["error", "warning", "notice"];

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut written = [0; KINDS.len()];
    if let Some(text) = incomplete(outcome) {
        let first = outcome.problems.first().map_or_else(String::new, |problem| format!(" (the first: {problem})"));
        writeln!(out, "::error title=stanch%3A scan incomplete::{}", data(&format!("{text}{first}")))?;
        written[0] += 1;
    }
    let places = worst_first(outcome);
    let kind_of = |place: &ReportedOccurrence<'_>| kind(place.finding.severity);
    let mut totals = written;
    places.iter().for_each(|place| totals[kind_of(place)] += 1);
    let is_capped = totals.iter().any(|total| *total > MAX_ANNOTATIONS);
    // One notice is kept for saying what was dropped.
    let room = [MAX_ANNOTATIONS, MAX_ANNOTATIONS, if is_capped { MAX_ANNOTATIONS - 1 } else { MAX_ANNOTATIONS }];
    let mut dropped = 0;
    for place in places {
        let kind = kind_of(&place);
        if written[kind] == room[kind] {
            dropped += 1;
            continue;
        }
        written[kind] += 1;
        annotate(place, KINDS[kind], options, out)?;
    }
    if dropped > 0 {
        let dropped = counted(dropped, "more place");
        let text = format!(
            "{dropped} with secrets: GitHub shows {MAX_ANNOTATIONS} annotations of a kind; other reports have them all"
        );
        writeln!(out, "::notice title=stanch%3A not all are shown::{}", data(&text))?;
    }
    Ok(())
}

fn annotate(place: ReportedOccurrence<'_>, kind: &str, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ReportedOccurrence { finding, occurrence, .. } = place;
    let location = occurrence.location;
    write!(out, "::{kind} ")?;
    if let Some(path) = host_path(&occurrence.origin, options) {
        let (start, end) = (location.start, location.end);
        write!(out, "file={},line={},endLine={}", property(&path), start.line, end.line.max(start.line))?;
        // Columns count only within one line.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column.max(start.column))?;
        }
        write!(out, ",")?;
    }
    let mut text = format!("{} ({}), severity {}", finding.name, shown(finding, options), finding.severity);
    if let Some(commit) = occurrence.origin.commit() {
        text += &format!(", in commit {commit:.12}");
    }
    if let Some(rotate) = &finding.rotate {
        text += &format!(". Rotate it at {rotate}");
    }
    text += &format!(". Fingerprint {}", finding.fingerprint);
    writeln!(out, "title={}::{}", property(&format!("stanch: {}", finding.rule)), data(&text))
}

fn kind(severity: Severity) -> usize {
    match severity {
        Severity::Critical | Severity::High => 0,
        Severity::Medium => 1,
        Severity::Low => 2,
    }
}

/// The message of a command.
fn data(text: &str) -> impl Display + '_ {
    Escaped::new(text, |c| match c {
        '%' => Some("%25"),
        '\r' => Some("%0D"),
        '\n' => Some("%0A"),
        _ => None,
    })
}

/// A property of a command.
fn property(text: &str) -> impl Display + '_ {
    Escaped::new(text, |c| match c {
        '%' => Some("%25"),
        ':' => Some("%3A"),
        ',' => Some("%2C"),
        '\r' => Some("%0D"),
        '\n' => Some("%0A"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_property_ends_it() {
        assert_eq!(property("a%b:c,d\r\n::error::x").to_string(), "a%25b%3Ac%2Cd%0D%0A%3A%3Aerror%3A%3Ax");
        assert_eq!(data("100%\n::error::x\u{1b}").to_string(), "100%25%0A::error::x\\u{1b}");
    }
}
