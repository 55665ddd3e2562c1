//! `stanch explain`: describes a rule, or why a line was or was not reported.

use super::explain_line::{Looked, explain_line};
use super::find::{everywhere, is_fingerprint};
use super::full_scan::repository_of;
use super::rules::{unknown, write_rule};
use super::{Exit, Failure};
use crate::git::path;
use crate::model::{Finding, Occurrence, Outer};
use crate::policy::{PolicyOptions, Scopes};
use crate::sources::StoredFile;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// At most so many places of a secret are explained.
const MOST_PLACES: usize = 3;

/// Explains a rule (by its id), a line (`PATH:LINE`, or `COMMIT:PATH:LINE` and `:PATH:LINE` as a commit or the index has it), or a finding
/// (by its fingerprint).
///
/// # Errors
/// Fails when the subject is none of these, a file cannot be read, or the output fails.
pub fn explain(options: PolicyOptions, subject: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let here = PathBuf::from(".");
    let scopes = Scopes::new(options.clone(), std::slice::from_ref(&here))?;
    let place = place(subject);
    let target = place.as_ref().map_or(Path::new("."), |(path, _)| path).to_owned();
    let set = Scopes::new(options.clone(), std::slice::from_ref(&target))?.of_target(&target)?.rule_set()?;
    if let Some(rule) = set.get(subject) {
        write_rule(rule, out).map_err(Failure::of_output)?;
        return Ok(Exit::Clean);
    }
    let top = repository_of(&scopes, &here);
    if let Some((path, line)) = &place
        && let Some(file) = looked(path, top.as_deref())
    {
        return line_of(options, &file, *line, out);
    }
    if is_fingerprint(subject) && place.is_none() {
        return found(options, subject, top.as_deref(), out);
    }
    let Some((path, line)) = place else {
        return Err(if Path::new(subject).exists() {
            Failure::Usage(format!("{subject}: which line? Give it as {subject}:LINE"))
        } else {
            Failure::Usage(format!("{}; a line is given as PATH:LINE", unknown(&set, subject)))
        });
    };
    check(&path, line).map_err(Failure::Usage)?;
    line_of(options, &Looked::File(path), line, out)
}

/// Explains a line of a file.
fn line_of(options: PolicyOptions, file: &Looked, line: u64, out: &mut dyn Write) -> Result<Exit, Failure> {
    if line == 0 {
        return Err(Failure::Usage(format!("{}:0: lines count from 1", file.name())));
    }
    if let Looked::File(path) = file {
        check(path, line).map_err(Failure::Usage)?;
    }
    let target = file.target().to_owned();
    let scopes = Scopes::new(options.clone(), std::slice::from_ref(&target))?;
    let scope = scopes.of_target(&target)?;
    let excluded = match file {
        Looked::File(path) => scope.excluded(&scopes.full(path)),
        Looked::Stored(..) => None,
    };
    let sentences = match excluded {
        Some(by) => vec![format!("not read: {by}")],
        None => explain_line(&scope.engine(scope.rule_set()?), options, &scope, file, line)?,
    };
    for text in sentences {
        writeln!(out, "{text}").map_err(Failure::of_output)?;
    }
    Ok(Exit::Clean)
}

/// Explains a finding wherever it stands.
fn found(options: PolicyOptions, id: &str, top: Option<&Path>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let finding = everywhere(&options, top.unwrap_or(Path::new(".")), id)?;
    let Finding { occurrences, .. } = &finding;
    for occurrence in occurrences.iter().take(MOST_PLACES) {
        let (line, place) = (occurrence.location.start.line, occurrence.origin.display());
        writeln!(out, "{place}:{line}:{}", occurrence.location.start.column).map_err(Failure::of_output)?;
        match at(occurrence) {
            Some(file) => _ = line_of(options.clone(), &file, line, out)?,
            None => {
                let Finding { rule, name, secret, confidence, severity, .. } = &finding;
                let short = finding.fingerprint.short();
                writeln!(
                    out,
                    "{rule}: {name} {secret} (confidence {confidence}, severity {severity})\n\
                     {rule}: if it is no secret: `stanch ignores add {short} --reason WHY`"
                )
                .map_err(Failure::of_output)?;
            }
        }
    }
    if occurrences.len() > MOST_PLACES {
        writeln!(out, "and {} more places", occurrences.len() - MOST_PLACES).map_err(Failure::of_output)?;
    }
    Ok(Exit::Clean)
}

/// The file that an occurrence stands in, unless it is no file or a member of one.
fn at(occurrence: &Occurrence) -> Option<Looked> {
    if !occurrence.origin.steps.is_empty() {
        return None;
    }
    match &occurrence.origin.outer {
        Outer::File(path) => Some(Looked::File(path.clone())),
        Outer::Staged { repository, path } => stored(repository, None, path),
        Outer::Committed { repository, path, commit } => stored(repository, Some(commit), path),
        _ => None,
    }
}

fn stored(repository: &Path, revision: Option<&str>, file: &Path) -> Option<Looked> {
    let stored = StoredFile::find(repository, revision, &path::of(file))?;
    let bytes = stored.bytes()?;
    Some(Looked::Stored(Box::new(stored), bytes))
}

/// What a path means: a file from here, or from the top of the repository; `COMMIT:PATH`; or what the index has, as `:PATH` or because
/// the file is gone. Hooks and reports of git name paths from the top.
fn looked(named: &Path, top: Option<&Path>) -> Option<Looked> {
    if named.exists() {
        return Some(Looked::File(named.to_owned()));
    }
    let top = top?;
    if top.join(named).is_file() {
        return Some(Looked::File(top.join(named)));
    }
    let text = named.to_str()?;
    let from_here = |path: &str| -> PathBuf {
        let here = std::env::current_dir().ok().and_then(|here| here.canonicalize().ok());
        let below = here.and_then(|here| Some(here.strip_prefix(top.canonicalize().ok()?).ok()?.to_owned()));
        below.unwrap_or_default().join(path)
    };
    let named = |revision: Option<&str>, path: &str| {
        // As git has it, a path is one from the top; from here it is one only if there is no such.
        stored(top, revision, Path::new(path)).or_else(|| stored(top, revision, &from_here(path)))
    };
    match text.split_once(':') {
        Some(("", path)) => named(None, path),
        Some((revision, path)) => named(Some(revision), path),
        None => named(None, text),
    }
}

/// The file and the line of `PATH:LINE`, or of `PATH:LINE:COLUMN`, which editors and compilers write. Paths may hold colons.
pub(super) fn place(subject: &str) -> Option<(PathBuf, u64)> {
    let numbered = |text| {
        let (path, number): (&str, &str) = str::rsplit_once(text, ':')?;
        Some((path, number.parse().ok()?))
    };
    let (path, line) = numbered(subject)?;
    match numbered(path) {
        Some((shorter, line)) if !Path::new(path).exists() && !shorter.is_empty() => Some((shorter.into(), line)),
        _ => Some((path.into(), line)),
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
        Err(error) => Err(format!(
            "{name}: {error}; give PATH:LINE, COMMIT:PATH:LINE for a file of a commit, or the finding's fingerprint"
        )),
        Ok(data) if data.is_dir() => Err(format!("{name}: it is a directory; name a file in it")),
        Ok(data) if !data.is_file() => {
            Err(format!("{name}: it is no regular file: save what it gives to one, and explain a line of that"))
        }
        Ok(_) => Ok(()),
    }
}
