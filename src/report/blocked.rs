//! Report for a developer whose commit or push was blocked: what, where, why, and what to do next.

use super::escape::printable;
use crate::model::Outcome;
use crate::model::{Finding, Occurrence, Outer, Problem};
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;
use std::io::{self, Write};

/// Largest number of secrets, and of locations of one secret, that are listed; the others are counted.
const MOST_SECRETS: usize = 20;
const MOST_PLACES: usize = 5;
/// Largest number of problems that are listed; the others are counted.
const MOST_PROBLEMS: usize = 10;

/// The blocked operation.
#[derive(Clone, Copy, Debug)]
pub struct Blocked<'a> {
    /// A `commit` or a `push`.
    pub subject: &'a str,
    /// The command that bypasses the check, if any.
    pub skip: Option<&'a str>,
    /// Whether it is blocked; otherwise it passes although something could not be read.
    pub is_stopped: bool,
    /// Use colour.
    pub color: bool,
}

impl Blocked<'_> {
    /// Writes the reason, unless everything was read and nothing was found: a hook that passes is silent.
    ///
    /// # Errors
    /// Fails when `out` fails.
    pub fn write(&self, outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
        if !outcome.findings.is_empty() {
            self.secrets(&outcome.findings, out)?;
            self.advice(&outcome.findings, out)?;
        }
        if !outcome.problems.is_empty() {
            self.problems(&outcome.problems, outcome.findings.is_empty(), out)?;
        }
        let is_said = !outcome.findings.is_empty() || !outcome.problems.is_empty();
        if let Some(skip) = self.skip.filter(|_| is_said && self.is_stopped) {
            writeln!(out, "To {} all the same, without this check: {skip}", self.subject)?;
        }
        out.flush()
    }

    fn secrets(&self, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
        let count = match findings.len() {
            1 => "a secret".to_owned(),
            count => format!("{count} secrets"),
        };
        let head = format!("stanch: this {} is stopped, because it would bring {count}.", self.subject);
        writeln!(out, "{}\n", self.paint(Style::new().bold().fg_color(Some(AnsiColor::Red.into())), &head))?;
        for finding in findings.iter().take(MOST_SECRETS) {
            for occurrence in finding.occurrences.iter().take(MOST_PLACES) {
                writeln!(out, "  {}", self.paint(Style::new().bold(), &place(occurrence)))?;
            }
            if finding.occurrences.len() > MOST_PLACES {
                writeln!(out, "  and {} more places", finding.occurrences.len() - MOST_PLACES)?;
            }
            writeln!(out, "      {}: {}", finding.name, finding.secret.masked())?;
            writeln!(
                out,
                "      why: it matches the rule {} (severity {}, confidence {})\n",
                finding.rule, finding.severity, finding.confidence
            )?;
        }
        if findings.len() > MOST_SECRETS {
            writeln!(out, "  and {} more secrets\n", findings.len() - MOST_SECRETS)?;
        }
        Ok(())
    }

    fn advice(&self, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
        let commit = findings.iter().flat_map(|finding| &finding.occurrences).find_map(|o| o.origin.commit());
        writeln!(out, "What to do next:")?;
        match commit {
            None => writeln!(out, "  1. Take it out of the file, and stage the file again.")?,
            Some(commit) => {
                writeln!(
                    out,
                    "  1. Take it out of the commit that brings it: a later one that removes it still pushes it."
                )?;
                writeln!(out, "     `git commit --amend` if it is the last one, else `git rebase -i {commit:.12}^`.")?;
            }
        }
        writeln!(out, "     If it was ever pushed, sent or shared, it is known: replace it where it was issued.")?;
        let mut places: Vec<&str> = findings.iter().filter_map(|finding| finding.rotate.as_deref()).collect();
        places.sort_unstable();
        places.dedup();
        for place in places.iter().take(MOST_PLACES) {
            writeln!(out, "     {place}")?;
        }
        writeln!(
            out,
            "  2. If it is needed: keep it in a vault or an environment variable, and refer to it from the file."
        )?;
        let example = findings.iter().flat_map(|finding| &finding.occurrences).find_map(explained);
        let subject = example.unwrap_or_else(|| "PATH:LINE".to_owned());
        writeln!(out, "  3. If it is no secret: `stanch explain {subject}` says why it was taken for one, and how to")?;
        writeln!(out, "     have it ignored.\n")
    }

    fn problems(&self, problems: &[Problem], alone: bool, out: &mut dyn Write) -> io::Result<()> {
        let head = if !self.is_stopped {
            format!("stanch: this {} passes, although not all that it brings could be read:", self.subject)
        } else if alone {
            format!("stanch: this {} is stopped, because not all that it brings could be read:", self.subject)
        } else {
            "Beside that, something could not be read:".to_owned()
        };
        writeln!(out, "{}", self.paint(Style::new().bold(), &head))?;
        for problem in problems.iter().take(MOST_PROBLEMS) {
            writeln!(out, "  {}", printable(&problem.to_string()))?;
        }
        if problems.len() > MOST_PROBLEMS {
            writeln!(out, "  and {} more", problems.len() - MOST_PROBLEMS)?;
        }
        writeln!(out)
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// A location in the form that editors accept, and its commit.
fn place(occurrence: &Occurrence) -> String {
    let start = occurrence.location.start;
    let origin = &*occurrence.origin;
    if let Outer::Object { what, id, .. } = &origin.outer {
        return format!("{what} {id:.12}{}, line {}", printable(&origin.steps_text()), start.line);
    }
    let path = origin.path().map(|path| Cow::Owned(format!("{}{}", path.to_string_lossy(), origin.steps_text())));
    let path = path.unwrap_or_else(|| origin.display());
    let commit = origin.commit().map_or_else(String::new, |commit| format!(" in commit {commit:.12}"));
    format!("{}:{}:{}{commit}", printable(&path), start.line, start.column)
}

/// The argument of `stanch explain` for this location.
fn explained(occurrence: &Occurrence) -> Option<String> {
    let path = printable(&occurrence.origin.path()?.to_string_lossy());
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | '@' | ',');
    let subject = format!("{path}:{}", occurrence.location.start.line);
    Some(if path.chars().all(is_plain) { subject } else { format!("'{}'", subject.replace('\'', "'\\''")) })
}
