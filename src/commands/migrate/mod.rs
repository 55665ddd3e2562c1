//! `stanch migrate`: turns the set-up of another scanner into ours, and says what it did and what has no equivalent.
//!
//! Where an old entry points at a line, the files (and the history) are scanned to find what stands there, so that the new entry is bound to
//! the secret. Files are written beside and renamed; what is taken over is renamed, not deleted.

mod ci;
mod ggshield;
mod ledgers;
mod setup;

use super::init::origin::InstallOrigin;
use super::init::pre_commit;
use super::init::surroundings::Surroundings;
use super::init::writer::Writer;
use super::{Exit, Failure};
use crate::compat::trufflehog;
use crate::config;
use crate::policy_file::{self, NamedBy};
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
    hook(&setup, options.from.as_ref(), &mut writer)?;
    for file in &setup.workflows {
        ci::workflow(file, options.from.as_ref(), &mut writer)?;
    }
    ci::elsewhere(&around.top, &mut writer);
    without_equivalent(&setup, &mut writer);
    for line in writer.finish() {
        writeln!(out, "{line}").map_err(Failure::of_output)?;
    }
    Ok(if complete { Exit::Clean } else { Exit::Incomplete })
}

/// Writes detectors of trufflehog as rules of gitleaks, which are run as they stand; returns the file.
fn detectors(setup: &Setup, writer: &mut Writer<'_>) -> Result<Option<String>, Failure> {
    const FILE: &str = "trufflehog.gitleaks.toml";
    let Some(name) = &setup.trufflehog else { return Ok(None) };
    let path = writer.top().join(name);
    let text = policy_file::lines(&path, NamedBy::Repository).map_err(|error| unreadable(&path, &error))?;
    let found = trufflehog::detectors(&text).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    for lost in &found.lost {
        writer.note(&format!("no equivalent: {name}: {lost}"));
    }
    if found.count == 0 {
        return Ok(None);
    }
    let head = format!("# Detectors of {name}, taken over by `stanch migrate`.\n[extend]\nuseDefault = true\n");
    writer.create(FILE, &(head + &found.rules))?;
    if let Some(file) = &setup.gitleaks_config {
        writer.next(&format!("{FILE}: put its rules into {file}, which alone is looked at"));
        return Ok(None);
    }
    writer.note(&format!("{name}: {} of its detectors are taken over", found.count));
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

/// The hook of the pre-commit framework.
fn hook(setup: &Setup, from: Option<&InstallOrigin>, writer: &mut Writer<'_>) -> Result<(), Failure> {
    const FILE: &str = ".pre-commit-config.yaml";
    if !setup.pre_commit {
        return Ok(());
    }
    let path = writer.top().join(FILE);
    let text = policy_file::lines(&path, NamedBy::Repository).map_err(|error| unreadable(&path, &error))?;
    let (without, removed) = pre_commit::without(&text, &setup::is_hook);
    if removed.is_empty() {
        return Ok(());
    }
    match pre_commit::edit(&without, from) {
        pre_commit::Edit::New(new) => {
            writer.replace(FILE, &new, &format!("put the hook `stanch` in the place of {} in", removed.join(", ")))
        }
        pre_commit::Edit::Present => writer.replace(FILE, &without, &format!("took {} out of", removed.join(", "))),
        pre_commit::Edit::Unclear => {
            writer.note(&format!(
                "kept {FILE}: its list of repos is not in a form that can be changed; take out {}",
                removed.join(", ")
            ));
            Ok(())
        }
    }
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
