//! `stanch explain`: what a rule is for, or why a line was or was not reported.

use super::rules::{unknown, write_rule};
use super::{Exit, Failure};
use crate::engine::Engine;
use crate::model::{Confidence, Finding, Location, Occurrence, Severity};
use crate::pipeline::{Collector, PolicyOptions, Progress, Scopes, TreeScan};
use crate::sources::FileOptions;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Explains a rule (by its id) or a line (as `PATH:LINE`).
///
/// # Errors
/// When the subject is neither, a file cannot be read, or the output fails.
pub fn explain(options: PolicyOptions, subject: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let line = subject.rsplit_once(':').and_then(|(path, line)| Some((PathBuf::from(path), line.parse::<u64>().ok()?)));
    let target = line.as_ref().map_or_else(|| PathBuf::from("."), |(path, _)| path.clone());
    let scopes = Scopes::new(options.clone(), std::slice::from_ref(&target))?;
    let set = scopes.of_target(&target)?.rule_set()?;
    if let Some(rule) = set.get(subject) {
        write_rule(rule, out).map_err(Failure::of_output)?;
        return Ok(Exit::Clean);
    }
    match line {
        Some((path, line)) if line > 0 && path.is_file() => explain_line(options, &Engine::new(set), &path, line, out),
        Some((path, _)) => {
            Err(Failure::Usage(format!("{}: no such file; give PATH:LINE, lines count from 1", path.display())))
        }
        None => Err(unknown(&set, subject)),
    }
}

fn explain_line(
    options: PolicyOptions,
    engine: &Engine,
    path: &Path,
    line: u64,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let targets = [path.to_owned()];
    let scope = Scopes::new(options.clone(), &targets)?.of_target(path)?;
    let (confidence, severity) = (scope.confidence(), scope.severity());
    // What the floors would hide is to be seen, and the file is to be read whatever its size and name.
    let all = PolicyOptions {
        confidence: Some(Confidence::Low),
        severity: Some(Severity::Low),
        max_file_size: Some(u64::MAX),
        ..options
    };
    let scopes = Scopes::new(all, &targets)?;
    let (outcome, rejected) = TreeScan::new(&scopes, FileOptions::default(), Arc::new(Progress::default()))
        .run(&targets, Collector::with_rejected())?;
    let covers = |location: &Location| location.start.line <= line && line <= location.end.line;
    let mut lines: Vec<String> = Vec::new();
    for problem in &outcome.problems {
        lines.push(format!("not read: {problem}"));
    }
    if !outcome.skips.is_empty()
        && let Some(by) = scope.excluded(&scopes.full(path))
    {
        lines.push(format!("not read: {by}"));
    }
    let told = |finding: &Finding, occurrence: &Occurrence, fate: &str| {
        format!(
            "{}: {fate}: {} {} (confidence {}, severity {}, column {})",
            finding.rule,
            finding.name,
            finding.secret,
            finding.confidence,
            finding.severity,
            occurrence.location.start.column
        )
    };
    let on_line = |finding: &Finding| -> Vec<Occurrence> {
        finding.occurrences.iter().filter(|occurrence| covers(&occurrence.location)).cloned().collect()
    };
    for finding in &outcome.findings {
        let fate = if finding.confidence < confidence.value {
            format!("matched, but shown only with --confidence {} ({})", finding.confidence, confidence.origin)
        } else if finding.severity < severity.value {
            format!("matched, but shown only with --severity {} ({})", finding.severity, severity.origin)
        } else {
            "reported".to_owned()
        };
        lines.extend(on_line(finding).iter().map(|occurrence| told(finding, occurrence, &fate)));
    }
    for one in &outcome.suppressed {
        let fate = format!("suppressed, {}", one.by);
        lines.extend(on_line(&one.finding).iter().map(|occurrence| told(&one.finding, occurrence, &fate)));
    }
    for one in rejected.iter().filter(|one| covers(&one.location)) {
        lines.push(format!("{}: rejected: {} (column {})", one.rule, one.reason, one.location.start.column));
    }
    if lines.is_empty() {
        lines = keywords(engine, path, line)?;
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
