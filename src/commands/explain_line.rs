//! What a line of a file says: which rules match there, what becomes of each match and why, and how it is ignored.

use super::Failure;
use super::explain_classifier::classifier_reasons;
use crate::content::TextReader;
use crate::engine::Engine;
use crate::model::{
    Confidence, Detection, Location, Problem, RejectedMatch, Severity, Sink, Skip, Suppressed, Suppression,
};
use crate::pipeline::{Collector, PathClass, Progress, Scan, TreeScan};
use crate::policy::{PolicyOptions, Scanned, Scope, Scopes, SettingOrigin, apply};
use crate::report::told;
use crate::sources::{FileOptions, Files, Source, StoredFile};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// So much of a line, in bytes, is searched for keywords.
const LONGEST_LINE: u64 = 1 << 20;
/// Longer files are not looked at by the classifier again, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// The file whose line is explained.
pub(super) enum Looked {
    /// As it lies there.
    File(PathBuf),
    /// As a commit or the index has it, with its bytes.
    Stored(Box<StoredFile>, Vec<u8>),
}

impl Looked {
    /// Its name in messages.
    pub(super) fn name(&self) -> String {
        match self {
            Looked::File(path) => path.display().to_string(),
            Looked::Stored(file, _) => file.origin.display().into_owned(),
        }
    }

    /// The path whose policy holds.
    pub(super) fn target(&self) -> &Path {
        match self {
            Looked::File(path) => path,
            Looked::Stored(file, _) => file.origin.repository().unwrap_or(Path::new(".")),
        }
    }

    fn source(&self) -> Result<Box<dyn Source>, Failure> {
        Ok(match self {
            Looked::File(path) => Box::new(Files::new(vec![path.clone()], FileOptions::default())?),
            Looked::Stored(file, _) => Box::new(file.source()),
        })
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Looked::File(path) => Box::new(File::open(path)?),
            Looked::Stored(_, bytes) => Box::new(bytes.as_slice()),
        })
    }
}

/// Findings on one line.
struct OnLine<'a> {
    line: u64,
    scope: &'a Scope,
    suppressed: Vec<Suppressed>,
    /// Sentences, with where they belong.
    seen: Vec<(Location, String)>,
    /// Short fingerprints and rules of what is reported.
    reported: Vec<(String, String)>,
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
        let fate = self.fate(&found);
        let is_here = location.start.line <= self.line && self.line <= location.end.line;
        if is_here && fate == "reported" {
            self.reported.push((found.fingerprint.short(), found.rule.to_string()));
        }
        let sentence = format!(
            "{}: {}: {} {} (confidence {}, severity {}, column {})",
            found.rule, fate, found.name, found.secret, found.confidence, found.severity, location.start.column
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

/// Sentences about a line.
pub(super) fn explain_line(
    engine: &Engine,
    options: PolicyOptions,
    scope: &Scope,
    file: &Looked,
    line: u64,
) -> Result<Vec<String>, Failure> {
    let suppressed = suppressed(options, file)?;
    let mut sink = OnLine { line, scope, suppressed, seen: Vec::new(), reported: Vec::new(), problem: None };
    Scan::new(engine, Confidence::Low, Arc::new(Progress::default())).run(&[file.source()?], &mut sink)?;
    if let Some(problem) = sink.problem {
        return Err(Failure::Usage(problem.to_string()));
    }
    let reasons = reasons(engine, file, line).map_err(|error| Failure::Usage(format!("{}: {error}", file.name())))?;
    if sink.seen.is_empty() && reasons.is_empty() {
        return keywords(engine, file, line);
    }
    sink.seen.sort();
    sink.reported.sort();
    sink.reported.dedup();
    let advice = sink.reported.into_iter().map(|(fingerprint, rule)| {
        format!(
            "{rule}: if it is no secret: `stanch ignores add {fingerprint} --reason WHY`, or a comment `stanch:allow` on its line"
        )
    });
    let sentences = sink.seen.into_iter().map(|(_, sentence)| sentence);
    Ok(sentences.chain(reasons).chain(advice).collect())
}

/// What the classifier says of the line.
fn reasons(engine: &Engine, file: &Looked, line: u64) -> io::Result<Vec<String>> {
    Ok(match file {
        Looked::File(path) if fs::metadata(path)?.len() > MAX_FILE_BYTES => {
            vec![format!("the file is over {MAX_FILE_BYTES} bytes: the classifier's reasons are not shown")]
        }
        Looked::File(path) => classifier_reasons(engine, &fs::read(path)?, line),
        Looked::Stored(_, bytes) => classifier_reasons(engine, bytes, line),
    })
}

/// What exceptions and the baseline keep out of the report of a file, whatever its size and the floors.
fn suppressed(options: PolicyOptions, file: &Looked) -> Result<Vec<Suppressed>, Failure> {
    let all = PolicyOptions {
        confidence: Some(Confidence::Low),
        severity: Some(Severity::Low),
        max_file_size: Some(u64::MAX),
        ..options
    };
    let targets = [file.target().to_owned()];
    let scopes = Scopes::new(all, &targets)?;
    let progress = Arc::new(Progress::default());
    let outcome = match file {
        Looked::File(_) => {
            let scan = TreeScan::new(&scopes, FileOptions::default(), progress);
            scan.run(&targets, Collector::default())?.0
        }
        Looked::Stored(stored, _) => {
            scopes.prepare([&stored.origin])?;
            let scope = scopes.of_target(&targets[0])?;
            let engine = scope.engine(scope.rule_set()?);
            let mut collector = Collector::default();
            let scan = Scan::new(&engine, Confidence::Low, progress).under(&scopes, &scope);
            let stats = scan.run(&[file.source()?], &mut collector)?;
            let (mut outcome, _) = collector.finish(stats);
            apply(&scopes, &Scanned::default(), &mut outcome)?;
            outcome
        }
    };
    Ok(outcome.suppressed)
}

/// Which keywords stand on the line, for a line on which no rule matched.
fn keywords(engine: &Engine, file: &Looked, line: u64) -> Result<Vec<String>, Failure> {
    let text = nth_line(file, line).map_err(|error| Failure::Usage(format!("{}: {error}", file.name())))?;
    let Some(text) = text else {
        return Err(Failure::Usage(format!("{}: the file has no line {line}", file.name())));
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
fn nth_line(file: &Looked, line: u64) -> io::Result<Option<Vec<u8>>> {
    let mut text = BufReader::new(TextReader::new(file.open()?));
    for _ in 1..line {
        if text.skip_until(b'\n')? == 0 {
            return Ok(None);
        }
    }
    let mut bytes = Vec::new();
    text.take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}
