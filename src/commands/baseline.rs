//! `stanch baseline`: accepts existing secrets, so that only new ones fail the build.

use super::full_scan::{full_scan, replace, say_incomplete};
use super::{Exit, Failure};
use crate::ledger::{self, Baseline, Cost, Covers, LedgerKey, Salt, is_guessable};
use crate::model::Finding;
use crate::model::Outcome;
use crate::policy::{BaselineChoice, LoadedLedger, PolicyOptions, Scopes, Slow};
use crate::policy_file::{self, NamedBy};
use crate::report::conceal_names;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Default name of a baseline.
const NAME: &str = ".stanch-baseline";

/// Options of the baseline commands.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to scan.
    pub paths: Vec<PathBuf>,
    /// Flags about policy; the baseline's file is one of them.
    pub policy: PolicyOptions,
    /// Whether the whole history is scanned.
    pub history: bool,
}

/// Creates a baseline of all findings that are not otherwise suppressed.
///
/// # Errors
/// Fails when there is one already and `force` is not set, something cannot be scanned, or the file cannot be written.
pub fn baseline_create(options: &Options, force: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    let policy = PolicyOptions { baseline: BaselineChoice::Without, ..options.policy.clone() };
    let scopes = Scopes::new(policy, &options.paths)?;
    let target = options.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let path = match &options.policy.baseline {
        BaselineChoice::File(path) => path.clone(),
        _ => scopes.dir_of(target).join(NAME),
    };
    let file = scopes.name(&path);
    if path.symlink_metadata().is_ok() && !force {
        let why = format!("{file} is there already: `stanch baseline update` changes it, --force replaces it");
        return Err(Failure::Usage(why));
    }
    let scope = scopes.of_target(target)?;
    let covers =
        Covers { history: options.history, confidence: scope.confidence().value, severity: scope.severity().value };
    let outcome = full_scan(&scopes, &options.paths, options.history)?;
    let mut baseline = Baseline::new(covers);
    let salt = scope.ignores().iter().flat_map(|known| known.content.salts().values()).next().copied();
    add(&mut baseline, &outcome.findings, salt)?;
    replace(&path, &baseline.to_string())?;
    let slow = baseline.secrets.keys().filter(|mark| mark.salt.is_some()).count();
    say(
        out,
        format_args!("{file}: {}, {slow} of them guessable and kept by a slow digest", secrets(baseline.secrets.len())),
    )?;
    conclude(&outcome, "what stands there is not in the baseline", out)
}

/// Removes secrets that are gone from a baseline, and adds new ones if requested.
///
/// # Errors
/// Fails when there is no baseline, the paths do not cover it, or something fails as in [`baseline_create`].
pub fn baseline_update(options: &Options, adds: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (known, outcome) = compare(options)?;
    let mut baseline = known.content.clone();
    let met = known.met();
    let gone = baseline.secrets.keys().filter(|mark| !met.contains(mark)).count();
    if outcome.is_complete() {
        baseline.secrets.retain(|mark, _| met.contains(mark));
    }
    let before = baseline.secrets.len();
    if adds {
        let first = baseline.salts.values().next().copied();
        add(&mut baseline, &outcome.findings, first)?;
    }
    let is_old = policy_file::lines(&known.path, NamedBy::Repository).is_ok_and(|text| Baseline::is_old(&text));
    if baseline != known.content || is_old {
        replace(&known.path, &baseline.to_string())?;
    }
    if is_old {
        let so = "thousands of lines are new that keep merges apart: commit it by itself, from a branch without others";
        say(out, format_args!("{}: written anew in the present form; {so}", known.file))?;
    }
    let removed = if outcome.is_complete() { gone } else { 0 };
    let added = baseline.secrets.len() - before;
    say(
        out,
        format_args!(
            "{}: {removed} gone and taken off, {added} added, {} now",
            known.file,
            secrets(baseline.secrets.len())
        ),
    )?;
    if !adds && !outcome.findings.is_empty() {
        let new = outcome.findings.len();
        say(out, format_args!("{} found that the baseline does not know; --add adds them", secrets(new)))?;
    }
    conclude(&outcome, "nothing was taken off, because it may still be there", out)
}

/// Lists a baseline with the current locations of its secrets.
///
/// # Errors
/// As [`baseline_update`].
pub fn baseline_show(options: &Options, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (known, outcome) = compare(options)?;
    let outcome = conceal_names(outcome);
    let baseline = &known.content;
    let found = outcome.findings.iter().chain(outcome.suppressed.iter().map(|one| &one.finding));
    let mut places: HashMap<LedgerKey, Vec<String>> = HashMap::new();
    let all: Vec<&Finding> = found.collect();
    let slow = slow_of(all.iter().copied(), baseline.salts.values());
    for finding in all {
        let marks = baseline.salts.values().filter_map(|salt| slow.mark(finding.fingerprint, salt));
        for mark in marks.chain([LedgerKey::plain(finding.fingerprint)]) {
            let stands = finding
                .occurrences
                .iter()
                .map(|occurrence| format!("{}:{}", occurrence.origin.display(), occurrence.location.start.line));
            places.entry(mark).or_default().extend(stands);
        }
    }
    let met = known.met();
    for (mark, family) in &baseline.secrets {
        let mut stands = places.remove(mark).unwrap_or_default();
        stands.sort();
        stands.dedup();
        let place = match stands.as_slice() {
            [] if met.contains(mark) => "known, in a place with a policy of its own".to_owned(),
            [] => "gone".to_owned(),
            [only] => only.clone(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        };
        say(out, format_args!("{}  {family:16}  {place}", mark.digest))?;
    }
    let gone = baseline.secrets.keys().filter(|mark| !met.contains(mark)).count();
    say(out, format_args!("{}: {}, {gone} of them gone", known.file, secrets(baseline.secrets.len())))?;
    conclude(&outcome, "what is said to be gone may still be there", out)
}

/// Git's merge driver: merges `ours` and `theirs`, which derive from `base`, into `ours`.
///
/// # Errors
/// Fails when one of them is no baseline, or `ours` cannot be written.
pub fn baseline_merge(base: &Path, ours: &Path, theirs: &Path, out: &mut dyn Write) -> Result<Exit, Failure> {
    let read = |path: &Path| -> Result<Option<Baseline>, Failure> {
        let name = path.to_string_lossy();
        match policy_file::lines(path, NamedBy::User) {
            // Git gives an empty file when there was none.
            Ok(text) if text.trim().is_empty() => Ok(None),
            Ok(text) => Baseline::parse(&name, &text).map(Some).map_err(|error| Failure::Usage(error.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound && path == base => Ok(None),
            Err(error) => Err(Failure::Usage(format!("{name}: cannot read this baseline: {error}"))),
        }
    };
    let missing = |path: &Path| Failure::Usage(format!("{}: no baseline: it is empty", path.display()));
    let base = read(base)?;
    let mine = read(ours)?.ok_or_else(|| missing(ours))?;
    let other = read(theirs)?.ok_or_else(|| missing(theirs))?;
    let merged = ledger::merge(base.as_ref(), &mine, &other);
    replace(ours, &merged.baseline.to_string())?;
    let (added, of_theirs) = merged.added;
    let total = secrets(merged.baseline.secrets.len());
    say(
        out,
        format_args!("baseline: {added} added by us, {of_theirs} by them, {} taken off, {total} now", merged.removed),
    )?;
    Ok(Exit::Clean)
}

/// The baseline that holds for the targets, and what is there now.
fn compare(options: &Options) -> Result<(std::sync::Arc<LoadedLedger<Baseline>>, Outcome), Failure> {
    let target = options.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let found = Scopes::new(options.policy.clone(), &options.paths)?;
    let scope = found.of_target(target)?;
    let Some(covers) = scope.baseline().map(|known| known.content.covers) else {
        return Err(Failure::Usage("there is no baseline here: `stanch baseline create` makes one".to_owned()));
    };
    // What the baseline was made with decides what can be missed in it.
    let policy = PolicyOptions {
        confidence: options.policy.confidence.or(Some(covers.confidence)),
        severity: options.policy.severity.or(Some(covers.severity)),
        ..options.policy.clone()
    };
    let scopes = Scopes::new(policy, &options.paths)?;
    let Some(known) = scopes.of_target(target)?.baseline().cloned() else {
        return Err(Failure::Usage("the baseline vanished".to_owned()));
    };
    let is_covered = |path: &PathBuf| known.path.starts_with(scopes.dir_of(path)) && path.is_dir();
    if !options.paths.iter().any(is_covered) {
        let dir = known.path.parent().map(|dir| scopes.name(dir)).unwrap_or_default();
        let dir = if dir.is_empty() { "." } else { &dir };
        let why =
            format!("{} is about all of {dir}, and the paths given are only a part of it: name {dir}", known.file);
        return Err(Failure::Usage(why));
    }
    let outcome = full_scan(&scopes, &options.paths, options.history || covers.history)?;
    Ok((known, outcome))
}

/// Adds findings: what can be guessed under the salt, or under a new one if there is none.
pub(super) fn add(baseline: &mut Baseline, findings: &[Finding], salt: Option<Salt>) -> Result<(), Failure> {
    let (guessable, others): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| is_guessable(finding.secret.expose()));
    let family = |finding: &Finding| finding.family.clone().into_owned();
    baseline.secrets.extend(others.into_iter().map(|one| (LedgerKey::plain(one.fingerprint), family(one))));
    if guessable.is_empty() {
        return Ok(());
    }
    let no_random = |error: io::Error| Failure::Usage(format!("no random numbers for a salt: {error}"));
    let salt = salt.map_or_else(|| Salt::fresh(Cost::USUAL).map_err(no_random), Ok)?;
    baseline.salts.insert(salt.id(), salt);
    let slow = Slow::of(guessable.iter().map(|finding| (finding.fingerprint, salt)));
    let marked = guessable.iter().filter_map(|one| Some((slow.mark(one.fingerprint, &salt)?, family(one))));
    baseline.secrets.extend(marked.collect::<BTreeMap<_, _>>());
    Ok(())
}

fn slow_of<'a>(findings: impl Iterator<Item = &'a Finding>, salts: impl Iterator<Item = &'a Salt> + Clone) -> Slow {
    let guessable = findings.filter(|finding| is_guessable(finding.secret.expose()));
    Slow::of(guessable.flat_map(|finding| salts.clone().map(|salt| (finding.fingerprint, *salt))))
}

fn conclude(outcome: &Outcome, so: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    if outcome.is_complete() {
        return Ok(Exit::Clean);
    }
    say_incomplete(outcome, so, out)?;
    Ok(Exit::Incomplete)
}

fn secrets(count: usize) -> String {
    format!("{count} secret{}", if count == 1 { "" } else { "s" })
}

fn say(out: &mut dyn Write, text: std::fmt::Arguments<'_>) -> Result<(), Failure> {
    writeln!(out, "{text}").map_err(Failure::of_output)
}
