//! Report for a developer whose commit or push was blocked: what, where, why, and what to do next.

use super::escape::printable;
use super::phrase::rotation;
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

/// What is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A commit.
    Commit,
    /// A push that is sent.
    Push,
    /// A push that is received, on a server.
    Received,
    /// A run over files that were named.
    Files,
}

impl Subject {
    /// In a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Subject::Commit => "commit",
            Subject::Push | Subject::Received => "push",
            Subject::Files => "run",
        }
    }
}

/// The blocked operation.
#[derive(Clone, Copy, Debug)]
pub struct Blocked<'a> {
    /// What it is.
    pub subject: Subject,
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
            writeln!(out, "To go on all the same, without this check: {skip}")?;
        }
        out.flush()
    }

    fn secrets(&self, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
        let count = match findings.len() {
            1 => "a secret".to_owned(),
            count => format!("{count} secrets"),
        };
        let head = match self.subject {
            Subject::Files => format!("stanch: {count} in the files that were named."),
            subject => format!("stanch: this {} is stopped, because it would bring {count}.", subject.as_str()),
        };
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
                "      why: it matches the rule {} (severity {}, confidence {})\n      fingerprint: {}\n",
                finding.rule,
                finding.severity,
                finding.confidence,
                finding.fingerprint.short()
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
        match (commit, self.subject) {
            (None, Subject::Files) => writeln!(out, "  1. Take it out of the file.")?,
            (None, _) => writeln!(out, "  1. Take it out of the file, and stage the file again.")?,
            (Some(commit), _) => {
                writeln!(
                    out,
                    "  1. Take it out of the commit that brings it: a later one that removes it still pushes it."
                )?;
                writeln!(out, "     `git commit --amend` if it is the last one, else `git rebase -i {commit:.12}^`.")?;
            }
        }
        writeln!(out, "     If it was ever pushed, sent or shared, it is known: replace it where it was issued.")?;
        let mut places: Vec<String> =
            findings.iter().filter_map(|finding| finding.rotate.as_deref()).map(rotation).collect();
        places.sort_unstable();
        places.dedup();
        for place in places.iter().take(MOST_PLACES) {
            writeln!(out, "     {place}")?;
        }
        writeln!(
            out,
            "  2. If it is needed: keep it in a vault or an environment variable, and refer to it from the file."
        )?;
        self.exempt(findings, out)
    }

    /// How it is ignored: what is said works from any folder of the repository, and for what stands in no file any more.
    fn exempt(&self, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
        if self.subject == Subject::Received {
            writeln!(
                out,
                "  3. If it is no secret: put the comment `stanch:allow` beside it, in the commit that brings it. The server goes by"
            )?;
            return writeln!(
                out,
                "     that, and by what its hook's command line names; not by .stanchignore and not by stanch.toml.\n"
            );
        }
        let short = findings.first().map_or_else(String::new, |finding| finding.fingerprint.short());
        writeln!(out, "  3. If it is no secret: `stanch explain {short}` says why it was taken for one,")?;
        writeln!(out, "     and `stanch ignores add {short} --reason WHY` has it ignored.")?;
        if findings.len() > 1 {
            writeln!(out, "     The others have fingerprints of their own.")?;
        }
        writeln!(out)
    }

    fn problems(&self, problems: &[Problem], alone: bool, out: &mut dyn Write) -> io::Result<()> {
        let head = if !self.is_stopped {
            format!("stanch: this {} passes, although not all that it brings could be read:", self.subject.as_str())
        } else if alone {
            format!("stanch: this {} is stopped, because not all that it brings could be read:", self.subject.as_str())
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
