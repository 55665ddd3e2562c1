//! Ignore files and baselines: what they point at is looked for, and the new entries are bound to the secrets.

use super::ggshield::Shield;
use super::setup::Setup;
use super::{Failure, Writer};
use crate::commands::baseline;
use crate::commands::full_scan::full_scan;
use crate::compat::gitleaks::Input;
use crate::compat::{Kind, KnownList};
use crate::ledger::{Baseline, Cost, Covers, Entry, IgnoreFile, LedgerKey, Salt, is_guessable};
use crate::model::Outcome;
use crate::model::{Cause, Confidence, Finding, Fingerprint, Severity};
use crate::policy::{BaselineChoice, GitleaksOptions, PolicyOptions, Scopes, Slow};
use crate::policy_file::{self, NamedBy};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const IGNORES: &str = ".gitleaksignore";
const OURS: &str = ".stanchignore";
const BASELINE: &str = ".stanch-baseline";

/// A secret that is to be let be, and why.
type Secrets = BTreeMap<Fingerprint, (Finding, String)>;

/// Takes ignore files and baselines over; whether everything could be read.
pub(super) fn migrate(
    setup: &Setup,
    shield: Option<&Shield>,
    with_history: bool,
    writer: &mut Writer<'_>,
) -> Result<bool, Failure> {
    let mut complete = true;
    let mut ignored = Secrets::new();
    if setup.gitleaks_ignore || shield.is_some_and(|shield| !shield.matches.is_empty()) {
        let outcome = look(setup, BaselineChoice::Without, with_history, writer)?;
        complete &= outcome.is_complete();
        if setup.gitleaks_ignore {
            gitleaks(&outcome, &mut ignored, writer)?;
        }
        if let Some(shield) = shield {
            ggshield(&outcome, shield, &mut ignored, writer);
        }
    }
    for (line, key) in shield.map(|shield| &shield.others).into_iter().flatten() {
        let file = shield.map_or("", |shield| &shield.file);
        writer.note(&format!("no equivalent: {file}:{line}: `{key}`"));
    }
    ignore_file(ignored, writer)?;
    if setup.gitleaks_ignore {
        // What goes by lines would go on to hide whatever comes to stand there.
        writer.rename(IGNORES, &format!("{IGNORES}.migrated"))?;
    }
    complete &= baselines(setup, with_history, writer)?;
    if !complete {
        writer.note(
            "something could not be read: what old entries point at there was not found; run it again when it can be",
        );
    }
    Ok(complete)
}

/// What is found under the old set-up.
fn look(setup: &Setup, baseline: BaselineChoice, with_history: bool, writer: &Writer<'_>) -> Result<Outcome, Failure> {
    let top = writer.top().to_owned();
    let config = setup.gitleaks_config.as_ref().map(|file| Input::Found(top.join(file)));
    let policy = PolicyOptions {
        baseline,
        confidence: Some(Confidence::Low),
        severity: Some(Severity::Low),
        gitleaks: GitleaksOptions { config, ..GitleaksOptions::default() },
        ..PolicyOptions::default()
    };
    let targets = [top];
    full_scan(&Scopes::new(policy, &targets)?, &targets, with_history)
}

/// What entries of `.gitleaksignore` point at.
fn gitleaks(outcome: &Outcome, ignored: &mut Secrets, writer: &mut Writer<'_>) -> Result<(), Failure> {
    let path = writer.top().join(IGNORES);
    let text = policy_file::lines(&path, NamedBy::Repository).map_err(|error| super::unreadable(&path, &error))?;
    let known =
        KnownList::ignore_file(IGNORES, writer.top(), &text).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut met = BTreeSet::new();
    for one in &outcome.suppressed {
        let place = one.by.place.rsplit_once(':').filter(|(file, _)| file.ends_with(IGNORES));
        if let Some(line) =
            place.and_then(|(_, line)| line.parse::<usize>().ok()).filter(|_| one.by.cause == Cause::Ignored)
        {
            met.insert(line);
            ignored.entry(one.finding.fingerprint).or_insert((one.finding.clone(), format!("{IGNORES}:{line}")));
        }
    }
    for entry in known.entries.iter().filter(|entry| !met.contains(&entry.at)) {
        let (rule, path, line) = (&entry.rule, &entry.path, entry.line.unwrap_or(0));
        let at = entry.at;
        writer.note(&format!("not taken over: {IGNORES}:{at}: nothing is found at {path}:{line} for `{rule}`"));
    }
    Ok(())
}

/// What `ignored_matches` of ggshield name: secrets, or their SHA-256.
fn ggshield(outcome: &Outcome, shield: &Shield, ignored: &mut Secrets, writer: &mut Writer<'_>) {
    let hex = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let all = || outcome.findings.iter().chain(outcome.suppressed.iter().map(|one| &one.finding));
    for (value, line) in &shield.matches {
        let (file, mut is_met) = (&shield.file, false);
        for finding in all() {
            let secret = finding.secret.expose();
            if secret == value.as_bytes() || (value.len() == 64 && hex(secret) == value.to_ascii_lowercase()) {
                is_met = true;
                ignored.entry(finding.fingerprint).or_insert((finding.clone(), format!("{file}:{line}")));
            }
        }
        if !is_met {
            writer.note(&format!("not taken over: {file}:{line}: stanch finds no such secret (hashes over several parts have no equivalent)"));
        }
    }
}

/// Adds entries to `.stanchignore`.
fn ignore_file(ignored: Secrets, writer: &mut Writer<'_>) -> Result<(), Failure> {
    if ignored.is_empty() {
        return Ok(());
    }
    let path = writer.top().join(OURS);
    let is_there = path.exists();
    let old = if is_there {
        policy_file::lines(&path, NamedBy::Repository).map_err(|error| super::unreadable(&path, &error))?
    } else {
        String::new()
    };
    let mut file = IgnoreFile::parse(OURS, &old).map_err(|error| Failure::Usage(error.to_string()))?;
    let guessable: Vec<Fingerprint> =
        ignored.iter().filter(|(_, (finding, _))| is_guessable(finding.secret.expose())).map(|(one, _)| *one).collect();
    let fresh =
        || Salt::fresh(Cost::USUAL).map_err(|error| Failure::Usage(format!("no random numbers for a salt: {error}")));
    let salt = match file.salts().values().next() {
        Some(salt) => Some(*salt),
        None if guessable.is_empty() => None,
        None => Some(fresh()?),
    };
    let slow = Slow::of(guessable.iter().filter_map(|one| Some((*one, salt?))));
    let mut count = 0;
    for (fingerprint, (finding, why)) in ignored {
        let mark = salt.and_then(|salt| slow.mark(fingerprint, &salt)).unwrap_or_else(|| LedgerKey::plain(fingerprint));
        if file.of(&mark).next().is_none() {
            let (family, reason) = (finding.family.into_owned(), Some(format!("from {why}")));
            file.add(
                Entry { mark, family, owner: None, expires: None, reason },
                salt.as_ref().filter(|_| mark.salt.is_some()),
            );
            count += 1;
        }
    }
    let did = format!("{count} {} ignored by", if count == 1 { "secret is" } else { "secrets are" });
    if is_there {
        return writer.replace(OURS, &file.text(), &did);
    }
    writer.note(&did.replace("by", &format!("by {OURS}")));
    writer.create(OURS, &file.text()).map(drop)
}

/// Makes one baseline of all that other baselines know and that is still there.
fn baselines(setup: &Setup, with_history: bool, writer: &mut Writer<'_>) -> Result<bool, Failure> {
    if setup.baselines.is_empty() {
        return Ok(true);
    }
    let (mut complete, mut known): (bool, Vec<Finding>) = (true, Vec::new());
    for (file, kind) in &setup.baselines {
        let path: PathBuf = writer.top().join(file);
        let outcome = look(setup, BaselineChoice::File(path), with_history && *kind == Kind::Report, writer)?;
        complete &= outcome.is_complete();
        let suppressed = outcome.suppressed.into_iter().filter(|one| one.by.cause == Cause::Baseline);
        let found: Vec<Finding> = suppressed.map(|one| one.finding).collect();
        let distinct: BTreeSet<Fingerprint> = found.iter().map(|finding| finding.fingerprint).collect();
        writer.note(&format!("{file}: {} of its secrets are found and taken over; it can be deleted", distinct.len()));
        known.extend(found);
    }
    let mut new = Baseline::new(Covers { history: false, confidence: Confidence::Medium, severity: Severity::Low });
    baseline::add(&mut new, &known, None)?;
    writer.create(BASELINE, &new.to_string())?;
    Ok(complete)
}
