//! One place a line, `path:line:column: …`, as compilers write it: editors and terminals make it a link.

use super::Options;
use super::escape::line_start;
use super::phrase::shown;
use crate::model::Outcome;
use std::io::{self, Write};

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        let secret = shown(finding, options);
        for occurrence in &finding.occurrences {
            // Of a repository's files: the path within, because it is a link; the commit stands behind.
            let origin = &occurrence.origin;
            let path = match origin.path() {
                Some(path) => format!("{}{}", path.to_string_lossy(), origin.steps_text()),
                None => origin.display().into_owned(),
            };
            let commit = origin.commit().map_or_else(String::new, |commit| format!(", in commit {commit:.12}"));
            let start = occurrence.location.start;
            let text = format!(
                "{path}:{}:{}: {}: {} {secret} ({}, {}{commit})",
                start.line,
                start.column,
                finding.severity,
                finding.name,
                finding.rule,
                finding.fingerprint.short()
            );
            writeln!(out, "{}", line_start(&text))?;
        }
    }
    for problem in &outcome.problems {
        writeln!(out, "{}", line_start(&format!("{}: not read: {}", problem.what, problem.detail)))?;
    }
    Ok(())
}
