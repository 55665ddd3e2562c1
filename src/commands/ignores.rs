//! `stanch ignores`: exceptions for single secrets, each with a reason, an owner and an end date.

use super::explain::place;
use super::find::{everywhere, is_fingerprint, on_line};
use super::full_scan::{full_scan, replace, repository_of, say_incomplete, without_floors};
use super::{Exit, Failure};
use crate::ledger::{Cost, Digest, Entry, IgnoreFile, LedgerKey, Salt, is_guessable};
use crate::model::{Day, Finding, Fingerprint, Outer};
use crate::policy::{PolicyOptions, Scopes, Slow, today};
use crate::policy_file::{self, NamedBy};
use crate::sources::{Event, FileOptions, Files, Source};
use std::collections::BTreeMap;
use std::io;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The name of the file.
const NAME: &str = ".stanchignore";

/// A new entry.
#[derive(Clone, Debug, Default)]
pub struct NewEntry {
    /// A fingerprint, its first 8 digits or more, or `PATH:LINE`.
    pub id: String,
    /// Why.
    pub reason: Option<String>,
    /// Who is responsible for it.
    pub owner: Option<String>,
    /// Last day on which it applies, as `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// A JSON report that the finding is in; otherwise it is looked for by scanning.
    pub report: Option<PathBuf>,
    /// The file to write to; otherwise the nearest one, or a new one.
    pub file: Option<PathBuf>,
}

/// A secret that was resolved.
struct Resolved {
    fingerprint: Fingerprint,
    family: String,
    is_guessable: bool,
}

/// Lists all entries that apply to a path or below it.
///
/// # Errors
/// Fails when a file is at fault, or the output fails.
pub fn ignores_list(options: PolicyOptions, path: &Path, out: &mut dyn Write) -> Result<Exit, Failure> {
    let scopes = Scopes::new(options, &[path.to_owned()])?;
    find_files(&scopes, path)?;
    let today = today();
    let (mut count, mut expired) = (0, 0);
    for known in scopes.ignore_files() {
        for (line, entry) in known.content.entries() {
            let is_expired = entry.is_expired(today);
            (count, expired) = (count + 1, expired + usize::from(is_expired));
            let mark = if is_expired { "  EXPIRED" } else { "" };
            writeln!(out, "{}:{line}: {entry}{mark}", known.file).map_err(Failure::of_output)?;
        }
    }
    writeln!(out, "{count} entries, {expired} expired").map_err(Failure::of_output)?;
    Ok(Exit::Clean)
}

/// Adds an entry.
///
/// # Errors
/// Fails when the secret is not found, is ambiguous or is ignored already, or when the file cannot be written.
pub fn ignores_add(
    options: PolicyOptions,
    path: Option<&Path>,
    new: &NewEntry,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let line = place(&new.id);
    let id = if line.is_some() { new.id.clone() } else { new.id.to_ascii_lowercase() };
    if line.is_some() && new.report.is_some() || line.is_none() && !is_fingerprint(&id) {
        let why = "a finding is named by its fingerprint (32 hexadecimal digits, or at least the first 8), or by PATH:LINE where it is scanned";
        return Err(Failure::Usage(format!("what was given is none: {why}")));
    }
    // Without a path: where the line is, or everywhere in the repository.
    let here = PathBuf::from(".");
    let path = match (path, &line) {
        (Some(path), _) => path.to_owned(),
        (None, Some((file, _))) if file.exists() => file.clone(),
        (None, _) => {
            let scopes = Scopes::new(options.clone(), std::slice::from_ref(&here))?;
            repository_of(&scopes, &here).unwrap_or(here)
        }
    };
    let path = path.as_path();
    let expires = expiry(new.expires.as_deref())?;
    let word = |owner: &String| !owner.is_empty() && !owner.contains(|c: char| c.is_whitespace() || c == '#');
    if new.owner.as_ref().is_some_and(|owner| !word(owner)) {
        return Err(Failure::Usage("--owner: a name without blanks and `#`".to_owned()));
    }
    if new.reason.as_ref().is_some_and(|reason| reason.contains(['\n', '\r'])) {
        return Err(Failure::Usage("--reason: one line".to_owned()));
    }
    let targets = [path.to_owned()];
    let scopes = Scopes::new(options.clone(), &targets)?;
    let secret = resolve(&options, path, &id, new.report.as_deref())?;
    let scope = scopes.of_target(path)?;
    let file = new.file.clone().unwrap_or_else(|| {
        let beside = scope.files().last().and_then(|file| file.parent().map(Path::to_owned));
        let found = scope.ignores().last().map(|known| known.path.clone());
        let top = || repository_of(&scopes, path).unwrap_or_else(|| scopes.dir_of(path));
        found.unwrap_or_else(|| beside.unwrap_or_else(top).join(NAME))
    });
    let name = scopes.name(&file);
    let text = match policy_file::lines(&file, NamedBy::Repository) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::Usage(format!("{name}: cannot read this ignore file: {error}"))),
    };
    let mut ignores = IgnoreFile::parse(&name, &text).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut salt = None;
    let mut mark = LedgerKey::plain(secret.fingerprint);
    if secret.is_guessable {
        let others = scope.ignores().iter().flat_map(|known| known.content.salts().values());
        let of_baseline = scope.baseline().into_iter().flat_map(|known| known.content.salts.values());
        // Files of one project share a salt: a scan then makes one slow digest for all of them.
        let known = ignores.salts().values().chain(others).chain(of_baseline).next().copied();
        let no_random = |error: io::Error| Failure::Usage(format!("no random numbers for a salt: {error}"));
        let chosen = known.map_or_else(|| Salt::fresh(Cost::USUAL).map_err(no_random), Ok)?;
        mark = Slow::of([(secret.fingerprint, chosen)]).mark(secret.fingerprint, &chosen).unwrap_or(mark);
        salt = Some(chosen);
    }
    let holds = |entry: &Entry| !entry.is_expired(today());
    if let Some((line, _)) = ignores.of(&mark).find(|(_, entry)| holds(entry)) {
        return Err(Failure::Usage(format!("{name}:{line}: this secret is ignored already; edit the line")));
    }
    let stale: Vec<usize> = ignores.of(&mark).map(|(line, _)| line).collect();
    ignores.remove(&stale);
    let (reason, owner) = (new.reason.clone(), new.owner.clone());
    ignores.add(Entry { mark, family: secret.family, owner, expires, reason }, salt.as_ref());
    replace(&file, &ignores.text())?;
    let line = ignores.of(&mark).next().map_or(0, |(line, _)| line);
    let instead = if stale.is_empty() { "" } else { ", instead of one that had expired" };
    writeln!(out, "{name}:{line}: added{instead}").map_err(Failure::of_output)?;
    let is_in_repository =
        std::path::absolute(&file).is_ok_and(|file| file.ancestors().skip(1).any(|dir| dir.join(".git").exists()));
    if is_in_repository {
        writeln!(out, "commit {name} too: other clones and CI know only what is committed")
            .map_err(Failure::of_output)?;
    }
    Ok(Exit::Clean)
}

/// Removes the entries of secrets that no longer occur, neither in the files below a path nor in the history of its repository.
///
/// # Errors
/// Fails when something cannot be scanned, or a file cannot be written.
pub fn ignores_prune(
    options: PolicyOptions,
    path: &Path,
    with_history: bool,
    dry_run: bool,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let targets = [path.to_owned()];
    let scopes = Scopes::new(without_floors(options), &targets)?;
    find_files(&scopes, path)?;
    let outcome = full_scan(&scopes, &targets, with_history)?;
    let below = scopes.dir_of(path);
    let mut count = 0;
    for known in scopes.ignore_files().into_iter().filter(|known| known.path.starts_with(&below)) {
        let met = known.met();
        let unused: Vec<(usize, &Entry)> =
            known.content.entries().filter(|(_, entry)| !met.contains(&entry.mark)).collect();
        count += unused.len();
        let done = if dry_run || !outcome.is_complete() { "does not occur any more" } else { "taken away" };
        for (line, entry) in &unused {
            writeln!(out, "{}:{line}: {done}: {entry}", known.file).map_err(Failure::of_output)?;
        }
        if !unused.is_empty() && !dry_run && outcome.is_complete() {
            let mut file = known.content.clone();
            file.remove(&unused.iter().map(|(line, _)| *line).collect::<Vec<_>>());
            replace(&known.path, &file.text())?;
        }
    }
    writeln!(out, "{count} entries of secrets that do not occur any more").map_err(Failure::of_output)?;
    if outcome.is_complete() {
        return Ok(Exit::Clean);
    }
    say_incomplete(&outcome, "nothing was taken away, because it may still be there", out)?;
    Ok(Exit::Incomplete)
}

/// Loads every ignore file below a path into the scopes.
fn find_files(scopes: &Scopes, path: &Path) -> Result<(), Failure> {
    let found: Mutex<Vec<PathBuf>> = Mutex::default();
    Files::new(vec![path.to_owned()], FileOptions::default())?.visit(&|event| {
        if let Event::Blob(blob) = event
            && let Outer::File(path) = blob.origin.outer
            && path.file_name().is_some_and(|name| name == NAME)
        {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(path);
        }
        ControlFlow::Continue(())
    })?;
    for file in found.into_inner().unwrap_or_else(PoisonError::into_inner) {
        scopes.of(&Outer::File(file).into())?;
    }
    Ok(())
}

fn expiry(text: Option<&str>) -> Result<Option<Day>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let day: Day = text.parse().map_err(|error| Failure::Usage(format!("--expires: {error}")))?;
    if day < today() {
        return Err(Failure::Usage(format!("--expires: {day} is over: the entry would do nothing")));
    }
    Ok(Some(day))
}

/// The secret that is meant.
fn resolve(options: &PolicyOptions, path: &Path, id: &str, report: Option<&Path>) -> Result<Resolved, Failure> {
    let of_finding = |finding: Finding| Resolved {
        fingerprint: finding.fingerprint,
        is_guessable: is_guessable(finding.secret.expose()),
        family: finding.family.into_owned(),
    };
    let Some(report) = report else {
        return match place(id) {
            Some((file, line)) => on_line(options, &file, line).map(of_finding),
            None => everywhere(options, path, id).map(of_finding),
        };
    };
    let mut found: BTreeMap<String, Resolved> = BTreeMap::new();
    of_report(report, id, &mut found)?;
    if found.len() > 1 {
        let names: Vec<&str> = found.keys().map(String::as_str).collect();
        return Err(Failure::Usage(format!("it may be one of {}: give more digits", names.join(", "))));
    }
    found.into_values().next().ok_or_else(|| {
        Failure::Usage(format!("no finding in {} has this fingerprint; `--format json` prints them", report.display()))
    })
}

/// Looks in a JSON or JSON Lines report of ours.
fn of_report(path: &Path, id: &str, found: &mut BTreeMap<String, Resolved>) -> Result<(), Failure> {
    let name = path.display();
    let fault = |why: &str| Failure::Usage(format!("{name}: {why}; make one with `stanch scan --format json`"));
    let read = policy_file::text(path, NamedBy::User, policy_file::MAX_FILE_BYTES);
    let text = read.map_err(|error| fault(&format!("cannot read this report: {error}")))?;
    let documents: Result<Vec<serde_json::Value>, _> =
        serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>().collect();
    let documents = documents.map_err(|error| fault(&format!("not JSON: {error}")))?;
    let is_document = |value: &serde_json::Value| value.get("findings").is_some() && value.get("schema").is_some();
    let findings = documents.iter().flat_map(|document| {
        let lists = ["findings", "suppressed"].into_iter().filter_map(|key| document.get(key)?.as_array());
        let inside = lists.flatten();
        inside.chain(Some(document).filter(|document| !is_document(document)))
    });
    let mut is_ours = documents.iter().any(is_document);
    for finding in findings {
        let text = |key: &str| finding.get(key).and_then(serde_json::Value::as_str);
        let is_guessable = finding.get("guessable").and_then(serde_json::Value::as_bool);
        is_ours |= finding.get("type").and_then(serde_json::Value::as_str) == Some("summary");
        let (Some(fingerprint), Some(family), Some(is_guessable)) = (text("fingerprint"), text("family"), is_guessable)
        else {
            continue;
        };
        is_ours = true;
        if let Some(digest) = Digest::parse(fingerprint).filter(|_| fingerprint.starts_with(id)) {
            let secret = Resolved { fingerprint: digest.fingerprint(), family: family.to_owned(), is_guessable };
            found.insert(fingerprint.to_owned(), secret);
        }
    }
    if is_ours { Ok(()) } else { Err(fault("no report of stanch")) }
}
