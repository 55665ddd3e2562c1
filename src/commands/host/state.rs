//! Compares a sweep with the last one, and keeps what the next one compares with.

use crate::commands::Failure;
use crate::ledger::{Change, Sweeps};
use crate::model::{Exposure, Finding, Moment, Occurrence, Outcome, Outer};
use crate::report::{self, Destination};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;

/// What is kept between sweeps.
#[derive(Clone, Debug)]
pub struct StateOptions {
    /// The file.
    pub file: PathBuf,
    /// What is run when something is new or more exposed: a command of the shell.
    pub on_new: Option<String>,
}

/// Where the state of sweeps is kept when nobody says where: in `/var/lib` for the administrator.
#[must_use]
pub fn default_state_file(variable: &dyn Fn(&str) -> Option<PathBuf>, is_root: bool) -> Option<PathBuf> {
    if is_root {
        return Some("/var/lib/stanch/host.state".into());
    }
    let of_home = || variable("HOME").map(|home| home.join(".local/state"));
    variable("XDG_STATE_HOME").or_else(of_home).map(|dir| dir.join("stanch/host.state"))
}

/// Marks every occurrence with what became of it, adds a summary to the notes, and writes the state.
pub(super) fn compare(options: &StateOptions, outcome: &mut Outcome, now: i64) -> Result<(), Failure> {
    let file = &options.file;
    let wrong = |why: &dyn std::fmt::Display| Failure::Usage(format!("{}: {why}", file.display()));
    let mut sweeps = match std::fs::read_to_string(file) {
        Ok(text) => Sweeps::parse(&text).map_err(|why| wrong(&why))?,
        Err(error) if error.kind() == ErrorKind::NotFound => Sweeps::fresh().map_err(|error| wrong(&error))?,
        Err(error) => return Err(wrong(&error)),
    };
    let mut counts: BTreeMap<Change, usize> = BTreeMap::new();
    let mut counted = BTreeSet::new();
    let mut news = Vec::new();
    let mut alarming = 0;
    for finding in outcome.findings.iter_mut().chain(&mut outcome.inventory) {
        let (fingerprint, rule) = (finding.fingerprint, finding.rule.clone());
        let mut new_here = Vec::new();
        for occurrence in &mut finding.occurrences {
            let place = place(occurrence);
            let Some(exposure) = occurrence.exposure.as_mut().map(Arc::make_mut) else { continue };
            let (change, first) = sweeps.see(fingerprint, rule.as_str(), &place, exposure.level, now);
            exposure.change = Some(change.as_str());
            exposure.first_seen = Moment::from_seconds(first);
            let is_alarming =
                exposure.is_finding() && matches!(change, Change::New | Change::Moved | Change::MoreExposed);
            if counted.insert((fingerprint.bytes(), place)) {
                *counts.entry(change).or_default() += 1;
                alarming += usize::from(is_alarming);
            }
            if is_alarming {
                new_here.push(occurrence.clone());
            }
        }
        if !new_here.is_empty() {
            news.push(Finding { occurrences: new_here, ..finding.clone() });
        }
    }
    let gone = sweeps.gone();
    let told: Vec<String> = counts.iter().map(|(change, count)| format!("{count} {}", change.as_str())).collect();
    let told = if told.is_empty() { "nothing is there".to_owned() } else { told.join(", ") };
    let gone_word = if outcome.is_complete() { "gone" } else { "not seen by this incomplete sweep" };
    outcome.notes.push(format!("since the last sweep, by place: {told}; secrets {gone_word}: {}", gone.len()));
    outcome.notes.extend(gone.iter().map(|rule| format!("{gone_word} since the last sweep: a secret of {rule}")));
    outcome.notes.sort();
    write(file, &sweeps.write()).map_err(|error| wrong(&error))?;
    if let Some(text) = options.on_new.as_ref().filter(|_| alarming > 0) {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", text]).env("STANCH_NEW", alarming.to_string()).env("STANCH_GONE", gone.len().to_string());
        let status = tell(command, Outcome { findings: news, ..Outcome::default() }, now);
        let failed = match status {
            Ok(status) if status.success() => None,
            Ok(status) => Some(status.to_string()),
            Err(error) => Some(error.to_string()),
        };
        outcome.notes.extend(failed.map(|why| format!("--on-new: the command failed: {why}")));
    }
    Ok(())
}

/// Runs a command with these findings on its standard input: JSON, always masked. What it prints goes to standard error.
fn tell(mut command: Command, news: Outcome, now: i64) -> std::io::Result<ExitStatus> {
    let mut json = Vec::new();
    let look = report::Options { finished: now, ..report::Options::default() };
    report::write(report::Format::Json, &Arc::new(report::conceal_names(news)), &look, &mut json)?;
    let mut child = command.stdin(Stdio::piped()).stdout(std::io::stderr()).spawn()?;
    // A command that does not read its input is no failure.
    let _ = child.stdin.take().map(|mut input| input.write_all(&json));
    child.wait()
}

/// What a place is called across sweeps: a process by its program, because its number changes.
fn place(occurrence: &Occurrence) -> String {
    let process = occurrence.exposure.as_deref().and_then(|exposure: &Exposure| exposure.process.as_ref());
    match (&occurrence.origin.outer, process) {
        (Outer::Process { field, .. }, Some(process)) => {
            let owner = occurrence.exposure.as_ref().and_then(|exposure| exposure.owner.as_ref()).map(|owner| owner.id);
            format!("process {} {owner:?} {field} {}", process.program, occurrence.origin.steps_text())
        }
        _ => occurrence.origin.display().into_owned(),
    }
}

/// Writes beside and renames; only its owner may read it.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    if let Some(dir) = file.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    Destination::open(file, true)?.write(&Arc::default(), |out| out.write_all(text.as_bytes()))
}
