//! `stanch migrate`: turns the set-up of another scanner into ours, and says what it did and what has no equivalent.
//!
//! Where an old entry points at a line, the files (and the history) are scanned to find what stands there, so that the new entry is bound to
//! the secret. Files are written beside and renamed; what is taken over is renamed, not deleted.

mod ci;
mod ggshield;
mod hooks;
mod ledgers;
mod mentions;
mod setup;

use super::init::origin::InstallOrigin;
use super::init::surroundings::Surroundings;
use super::init::writer::Writer;
use super::{Exit, Failure};
use crate::commands::full_scan::full_scan;
use crate::compat::trufflehog;
use crate::config;
use crate::policy::{PolicyOptions, Scopes};
use crate::policy_file::{self, NamedBy};
use crate::report::conceal_names;
use mentions::Mentions;
use setup::Setup;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What to migrate.
#[derive(Clone, Debug)]
pub struct Options {
    /// The repository, or a directory in it.
    pub dir: PathBuf,
    /// Where stanch is installed from, in what is written.
    pub from: Option<InstallOrigin>,
    /// Only say it.
    pub dry_run: bool,
    /// Whether the history is looked at for what ignore files point at.
    pub history: bool,
}

/// Turns what is there into ours.
///
/// # Errors
/// Fails when a file cannot be read, understood or written, or nothing can be scanned.
pub fn migrate(options: &Options, out: &mut dyn Write) -> Result<Exit, Failure> {
    let around = Surroundings::look(&options.dir)?;
    let setup = Setup::look(&around.top);
    let mut writer = Writer::new(&around.top, options.dry_run);
    if setup.is_empty() {
        writer.note(&format!("nothing to migrate: no set-up of {} is here", setup::KNOWN));
    }
    let with_history = options.history && around.is_git;
    let shield = setup.ggshield.as_ref().map(|file| ggshield::read(&around.top, file)).transpose()?;
    let detectors = detectors(&setup, &mut writer)?;
    let complete = ledgers::migrate(&setup, shield.as_ref(), with_history, &mut writer)?;
    configuration(&setup, shield.as_ref(), detectors.as_deref(), &mut writer)?;
    hooks::migrate(&setup, options.from.as_ref(), &mut writer)?;
    for file in &setup.workflows {
        ci::workflow(file, options.from.as_ref(), &mut writer)?;
    }
    // Lines are those of the files as they are now.
    for (file, mentions) in &setup.mentions {
        let now = policy_file::lines(&around.top.join(file), NamedBy::Repository).unwrap_or_default();
        let calls = Mentions::of(&now).calls;
        ci::by_hand(file, &Mentions { calls, lost: mentions.lost.clone(), ..Mentions::default() }, &mut writer);
    }
    without_equivalent(&setup, &mut writer);
    if !setup.is_empty() && !options.dry_run {
        what_is_red(&around.top, &mut writer)?;
    }
    for line in writer.finish() {
        writeln!(out, "{line}").map_err(Failure::of_output)?;
    }
    Ok(if complete { Exit::Clean } else { Exit::Incomplete })
}

/// Writes detectors of trufflehog as rules of gitleaks, which are run as they stand; returns the file.
fn detectors(setup: &Setup, writer: &mut Writer<'_>) -> Result<Option<String>, Failure> {
    const FILE: &str = "trufflehog.gitleaks.toml";
    let (mut rules, mut taken) = (String::new(), Vec::new());
    if let Some(name) = &setup.trufflehog {
        let path = writer.top().join(name);
        let text = policy_file::lines(&path, NamedBy::Repository).map_err(|error| unreadable(&path, &error))?;
        let found = trufflehog::detectors(&text).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
        for lost in &found.lost {
            writer.note(&format!("no equivalent: {name}: {lost}"));
        }
        if found.count > 0 {
            rules += &found.rules;
            taken.push(format!("{name}: {} of its detectors are taken over", found.count));
        }
    }
    for name in &setup.exclude_paths {
        let path = writer.top().join(name);
        let text = policy_file::lines(&path, NamedBy::Repository).map_err(|error| unreadable(&path, &error))?;
        let found = trufflehog::excluded(&text);
        for (line, why) in &found.lost {
            writer.note(&format!("not taken over: {name}:{line}: {why}"));
        }
        if found.count > 0 {
            rules += &found.allowlist;
            taken.push(format!("{name}: {} of its paths are taken over", found.count));
        }
    }
    if taken.is_empty() {
        return Ok(None);
    }
    let head =
        "# Detectors and excluded paths of trufflehog, taken over by `stanch migrate`.\n[extend]\nuseDefault = true\n";
    writer.create(FILE, &format!("{head}{rules}"))?;
    if let Some(file) = &setup.gitleaks_config {
        writer.next(&format!("{FILE}: put its rules and allowlists into {file}, which alone is looked at"));
        return Ok(None);
    }
    taken.iter().for_each(|line| writer.note(line));
    Ok(Some(FILE.to_owned()))
}

/// What `stanch.toml` is to say.
fn configuration(
    setup: &Setup,
    shield: Option<&ggshield::Shield>,
    detectors: Option<&str>,
    writer: &mut Writer<'_>,
) -> Result<(), Failure> {
    const FILE: &str = "stanch.toml";
    let mut lines = Vec::new();
    if let Some(file) = setup.gitleaks_config.as_deref().or(detectors) {
        lines.push(format!(
            "# Its rules and allowlists hold as they stand (docs/gitleaks.md).\ngitleaks = {}",
            quoted(file)
        ));
    }
    if let Some(shield) = shield.filter(|shield| !shield.paths.is_empty()) {
        let globs: Vec<String> = shield.paths.iter().map(|path| quoted(path)).collect();
        lines.push(format!("exclude = [{}]", globs.join(", ")));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let text = format!("# Taken over by `stanch migrate`.\n{}\n", lines.join("\n"));
    let path = writer.top().join(FILE);
    if !path.exists() {
        writer.create(FILE, &text)?;
        return Ok(());
    }
    let old = policy_file::lines(&path, NamedBy::Repository).map_err(|error| unreadable(&path, &error))?;
    let new = format!("{text}\n{old}");
    // What is said twice, or in a file that is wrong as it is, is for a person.
    match config::parse(FILE, &new) {
        Ok(_) => writer.replace(FILE, &new, "added what was taken over to"),
        Err(error) => {
            writer.note(&format!("kept {FILE} ({error}); add this by hand:\n{text}"));
            Ok(())
        }
    }
}

/// Says what is found under the new set-up: the old one may have let it pass.
fn what_is_red(top: &Path, writer: &mut Writer<'_>) -> Result<(), Failure> {
    const MOST: usize = 10;
    let targets = [top.to_owned()];
    let scopes = Scopes::new(PolicyOptions::default(), &targets)?;
    let outcome = conceal_names(full_scan(&scopes, &targets, false)?);
    if outcome.findings.is_empty() {
        return Ok(());
    }
    let count = match outcome.findings.len() {
        1 => "a secret".to_owned(),
        count => format!("{count} secrets"),
    };
    writer.note(&format!("stanch finds {count} that the old set-up does not except: a build that was green is red by"));
    for finding in outcome.findings.iter().take(MOST) {
        let Some(place) = finding.occurrences.first() else { continue };
        let file = place.origin.path().and_then(|path| path.strip_prefix(top).ok()).map(Path::display);
        let file = file.map_or_else(|| place.origin.display().into_owned(), |path| path.to_string());
        let (line, short) = (place.location.start.line, finding.fingerprint.short());
        writer.note(&format!("  {file}:{line}: {} {} ({}, {short})", finding.name, finding.secret, finding.rule));
    }
    if outcome.findings.len() > MOST {
        writer.note(&format!("  and {} more: `stanch scan`", outcome.findings.len() - MOST));
    }
    writer.next(
        "`stanch baseline create` accepts what is there today, so that only new secrets fail a build; or look at each",
    );
    Ok(())
}

/// Says what was found and is not taken over.
fn without_equivalent(setup: &Setup, writer: &mut Writer<'_>) {
    for (file, whose) in &setup.others {
        writer.note(&format!(
            "no equivalent: {file} of {whose}: detectors of one's own are `[[rule]]`s (docs/rules.md), excluded paths `exclude` in stanch.toml"
        ));
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Usage(format!("cannot read {}: {error}", path.display()))
}
