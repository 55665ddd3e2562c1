//! `stanch explain`: describes a rule, or why a line was or was not reported.

use super::explain_classifier::classifier_reasons;
use super::rules::{unknown, write_rule};
use super::{Exit, Failure};
use crate::content::TextReader;
use crate::engine::Engine;
use crate::model::{
    Confidence, Detection, Location, Problem, RejectedMatch, Severity, Sink, Skip, Suppressed, Suppression,
};
use crate::pipeline::{Collector, PathClass, Progress, Scan, TreeScan};
use crate::policy::{PolicyOptions, Scope, Scopes, SettingOrigin};
use crate::report::told;
use crate::sources::{FileOptions, Files, Source};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// So much of a line, in bytes, is searched for keywords.
const LONGEST_LINE: u64 = 1 << 20;

/// Explains a rule (by its id) or a line (as `PATH:LINE`).
///
/// # Errors
/// Fails when the subject is neither, a file cannot be read, or the output fails.
pub fn explain(options: PolicyOptions, subject: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let place = place(subject);
    let target = place.map_or(Path::new("."), |(path, _)| path).to_owned();
    let scopes = Scopes::new(options.clone(), std::slice::from_ref(&target))?;
    let scope = scopes.of_target(&target)?;
    let set = scope.rule_set()?;
    if let Some(rule) = set.get(subject) {
        write_rule(rule, out).map_err(Failure::of_output)?;
        return Ok(Exit::Clean);
    }
    let Some((path, line)) = place else {
        return Err(if Path::new(subject).exists() {
            Failure::Usage(format!("{subject}: which line? Give it as {subject}:LINE"))
        } else {
            Failure::Usage(format!("{}; a line is given as PATH:LINE", unknown(&set, subject)))
        });
    };
    check(path, line).map_err(Failure::Usage)?;
    let sentences = match scope.excluded(&scopes.full(path)) {
        Some(by) => vec![format!("not read: {by}")],
        None => explain_line(&scope.engine(set), options, &scope, path, line)?,
    };
    for text in sentences {
        writeln!(out, "{text}").map_err(Failure::of_output)?;
    }
    Ok(Exit::Clean)
}

/// The file and the line of `PATH:LINE`, or of `PATH:LINE:COLUMN`, which editors and compilers write. Paths may hold colons.
fn place(subject: &str) -> Option<(&Path, u64)> {
    let numbered = |text| {
        let (path, number): (&str, &str) = str::rsplit_once(text, ':')?;
        Some((path, number.parse().ok()?))
    };
    let (path, line) = numbered(subject)?;
    match numbered(path) {
        Some((shorter, line)) if !Path::new(path).exists() && Path::new(shorter).exists() => {
            Some((Path::new(shorter), line))
        }
        _ => Some((Path::new(path), line)),
    }
}

/// # Errors
/// Why there can be no such line, and what to do.
fn check(path: &Path, line: u64) -> Result<(), String> {
    let name = path.display();
    if line == 0 {
        return Err(format!("{name}:0: lines count from 1"));
    }
    if path == Path::new("-") {
        return Err("standard input can be read once only: save it to a file, and explain a line of that".to_owned());
    }
    match fs::metadata(path) {
        Err(error) => Err(format!("{name}: {error}; give PATH:LINE")),
        Ok(data) if data.is_dir() => Err(format!("{name}: it is a directory; name a file in it")),
        Ok(data) if !data.is_file() => {
            Err(format!("{name}: it is no regular file: save what it gives to one, and explain a line of that"))
        }
        Ok(_) => Ok(()),
    }
}

/// Findings on one line.
struct OnLine<'a> {
    line: u64,
    scope: &'a Scope,
    suppressed: Vec<Suppressed>,
    /// Sentences, with where they belong.
    seen: Vec<(Location, String)>,
    problem: Option<Problem>,
}

impl OnLine<'_> {
    fn note(&mut self, location: Location, sentence: String) {
        if location.start.line <= self.line && self.line <= location.end.line {
            self.seen.push((location, sentence));
        }
    }

    /// The suppression.
    fn suppressed(&self, found: &Detection) -> Option<&Suppression> {
        let is_it = |one: &&Suppressed| {
            one.finding.fingerprint == found.fingerprint
                && one.finding.occurrences.iter().any(|occurrence| occurrence.location == found.occurrence.location)
        };
        self.suppressed.iter().find(is_it).map(|one| &one.by)
    }

    /// The effect of exceptions and thresholds on a match.
    fn fate(&self, found: &Detection) -> String {
        if let Some(by) = self.suppressed(found) {
            return format!("suppressed, {by}");
        }
        let (confidence, severity) = (self.scope.confidence(), self.scope.severity());
        let (flag, level, origin) = if found.confidence < confidence.value {
            ("--confidence", found.confidence.as_str(), confidence.origin)
        } else if found.severity < severity.value {
            ("--severity", found.severity.as_str(), severity.origin)
        } else {
            return "reported".to_owned();
        };
        let because = match origin {
            SettingOrigin::BuiltIn => String::new(),
            other => format!(" ({other})"),
        };
        format!("matched, but shown only with {flag} {level}{because}")
    }
}

impl Sink for OnLine<'_> {
    fn detection(&mut self, found: Detection) {
        let location = found.occurrence.location;
        let sentence = format!(
            "{}: {}: {} {} (confidence {}, severity {}, column {})",
            found.rule,
            self.fate(&found),
            found.name,
            found.secret,
            found.confidence,
            found.severity,
            location.start.column
        );
        self.note(location, sentence);
        if let Some(place) = found.occurrence.origin.path().and_then(PathClass::of)
            && found.confidence == Confidence::Low
        {
            let sentence = format!("{}: by its path the file is {}: see docs/accuracy.md", found.rule, place.as_str());
            self.note(location, sentence);
        }
        let said = told(&found.proof, None);
        if !said.is_empty() {
            self.note(location, format!("{}: {said}", found.rule));
        }
    }

    fn rejected(&mut self, rejected: RejectedMatch) {
        let column = rejected.location.start.column;
        self.note(rejected.location, format!("{}: rejected: {} (column {column})", rejected.rule, rejected.reason));
    }

    fn wants_rejected(&self) -> bool {
        true
    }

    fn problem(&mut self, problem: Problem) {
        self.problem = Some(problem);
    }

    fn skip(&mut self, _: Skip) {}
}

fn explain_line(
    engine: &Engine,
    options: PolicyOptions,
    scope: &Scope,
    path: &Path,
    line: u64,
) -> Result<Vec<String>, Failure> {
    let source: Box<dyn Source> = Box::new(Files::new(vec![path.to_owned()], FileOptions::default())?);
    let suppressed = suppressed(options, path)?;
    let mut sink = OnLine { line, scope, suppressed, seen: Vec::new(), problem: None };
    Scan::new(engine, Confidence::Low, Arc::new(Progress::default())).run(&[source], &mut sink)?;
    if let Some(problem) = sink.problem {
        return Err(Failure::Usage(problem.to_string()));
    }
    let classifier_reasons = classifier_reasons(engine, path, line)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    if sink.seen.is_empty() && classifier_reasons.is_empty() {
        return keywords(engine, path, line);
    }
    sink.seen.sort();
    Ok(sink.seen.into_iter().map(|(_, sentence)| sentence).chain(classifier_reasons).collect())
}

/// What exceptions and the baseline keep out of the report of a file, whatever its size and the floors.
fn suppressed(options: PolicyOptions, path: &Path) -> Result<Vec<Suppressed>, Failure> {
    let all = PolicyOptions {
        confidence: Some(Confidence::Low),
        severity: Some(Severity::Low),
        max_file_size: Some(u64::MAX),
        ..options
    };
    let targets = [path.to_owned()];
    let scopes = Scopes::new(all, &targets)?;
    let scan = TreeScan::new(&scopes, FileOptions::default(), Arc::new(Progress::default()));
    let (outcome, _) = scan.run(&targets, Collector::default())?;
    Ok(outcome.suppressed)
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
            let column = 1 + String::from_utf8_lossy(&text[..at]).chars().count();
            format!("column {column}: the keyword `{keyword}` of {rules}, but what is around it does not match")
        })
        .collect();
    if lines.is_empty() {
        lines.push("no rule's keyword stands on this line: nothing was looked at".to_owned());
    }
    if text.len() as u64 == LONGEST_LINE {
        lines.push(format!("only the line's first {LONGEST_LINE} bytes were searched for keywords"));
    }
    Ok(lines)
}

/// A line of a file, as the engine sees it: decoded, and no longer than [`LONGEST_LINE`].
fn nth_line(path: &Path, line: u64) -> io::Result<Option<Vec<u8>>> {
    let mut text = BufReader::new(TextReader::new(File::open(path)?));
    for _ in 1..line {
        if text.skip_until(b'\n')? == 0 {
            return Ok(None);
        }
    }
    let mut bytes = Vec::new();
    text.take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}
