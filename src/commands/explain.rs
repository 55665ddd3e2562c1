//! `stanch explain`: what a rule is for, or why a line was or was not reported.

use super::rules::{load, unknown, write_rule};
use super::{Exit, Failure};
use crate::engine::Engine;
use crate::model::{Confidence, Location};
use crate::pipeline::{Collector, Progress, Scan};
use crate::report::told;
use crate::rules::RuleSet;
use crate::sources::{FileOptions, Files, Source};
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Explains a rule (by its id) or a line (as `PATH:LINE`).
///
/// # Errors
/// When the subject is neither, a file cannot be read, or the output fails.
pub fn explain(files: &[PathBuf], subject: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let set = load(files)?;
    if let Some(rule) = set.get(subject) {
        write_rule(rule, out).map_err(Failure::of_output)?;
        return Ok(Exit::Clean);
    }
    match subject.rsplit_once(':').map(|(path, line)| (Path::new(path), line.parse::<u64>())) {
        Some((path, Ok(line))) if line > 0 && path.is_file() => explain_line(set, path, line, out),
        Some((path, Ok(_))) => {
            Err(Failure::Usage(format!("{}: no such file; give PATH:LINE, lines count from 1", path.display())))
        }
        _ => Err(unknown(&set, subject)),
    }
}

fn explain_line(set: RuleSet, path: &Path, line: u64, out: &mut dyn Write) -> Result<Exit, Failure> {
    let engine = Engine::new(set);
    let source: Box<dyn Source> = Box::new(Files::new(vec![path.to_owned()], FileOptions::default())?);
    let mut collector = Collector::with_rejected();
    let stats = Scan::new(&engine, Confidence::Low, Arc::new(Progress::default())).run(&[source], &mut collector)?;
    let (outcome, rejected) = collector.finish(stats);
    let covers = |location: &Location| location.start.line <= line && line <= location.end.line;
    let mut lines: Vec<String> = Vec::new();
    for problem in &outcome.problems {
        lines.push(format!("not read: {problem}"));
    }
    for finding in &outcome.findings {
        for occurrence in finding.occurrences.iter().filter(|occurrence| covers(&occurrence.location)) {
            let shown = if finding.confidence == Confidence::Low {
                "matched, but shown only with --confidence low"
            } else {
                "reported"
            };
            lines.push(format!(
                "{}: {shown}: {} {} (confidence {}, severity {}, column {})",
                finding.rule,
                finding.name,
                finding.secret,
                finding.confidence,
                finding.severity,
                occurrence.location.start.column
            ));
            let said = told(&finding.proof, None);
            if !said.is_empty() {
                lines.push(format!("{}: {said}", finding.rule));
            }
        }
    }
    for one in rejected.iter().filter(|one| covers(&one.location)) {
        lines.push(format!("{}: rejected: {} (column {})", one.rule, one.reason, one.location.start.column));
    }
    if lines.is_empty() {
        lines = keywords(&engine, path, line)?;
    }
    for text in lines {
        writeln!(out, "{text}").map_err(Failure::of_output)?;
    }
    Ok(Exit::Clean)
}

/// Which keywords stand on the line, for a line on which no rule matched.
fn keywords(engine: &Engine, path: &Path, line: u64) -> Result<Vec<String>, Failure> {
    let text = nth_line(path, line).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let Some(text) = text else {
        return Err(Failure::Usage(format!("{}: the file has no line {line}", path.display())));
    };
    let mut lines: Vec<String> = engine
        .keywords(&text)
        .into_iter()
        .map(|(keyword, at, rules)| {
            format!("column {}: the keyword `{keyword}` of {rules}, but what is around it does not match", at + 1)
        })
        .collect();
    if lines.is_empty() {
        lines.push("no rule's keyword stands on this line: nothing was looked at".to_owned());
    }
    Ok(lines)
}

fn nth_line(path: &Path, line: u64) -> io::Result<Option<Vec<u8>>> {
    let mut reader = io::BufReader::new(std::fs::File::open(path)?);
    let mut text = Vec::new();
    for _ in 0..line {
        text.clear();
        if reader.read_until(b'\n', &mut text)? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(text))
}
