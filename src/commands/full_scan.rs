//! Complete scans for commands that maintain ledgers.

use super::Failure;
use super::git::history;
use crate::config::is_repository;
use crate::git::repo::OpenOptions;
use crate::model::Outcome;
use crate::model::{Confidence, Severity};
use crate::pipeline::{Collector, Progress, Selection, TreeScan};
use crate::policy::{PolicyOptions, Scopes};
use crate::policy_file;
use crate::report::Destination;
use crate::sources::FileOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Scans targets, and the histories of the repositories that they are in if that is wanted.
pub(super) fn full_scan(scopes: &Scopes, targets: &[PathBuf], with_history: bool) -> Result<Outcome, Failure> {
    let progress = Arc::new(Progress::default());
    let scan = TreeScan::new(scopes, FileOptions::default(), Arc::clone(&progress));
    let (mut outcome, _) = scan.run(targets, Collector::default())?;
    if with_history {
        for target in targets.iter().filter(|target| repository_of(scopes, target).is_some()) {
            outcome.merge(history(target, OpenOptions::default(), &Selection::default(), scopes, &progress)?);
        }
    }
    Ok(outcome)
}

/// The top of the repository that a target is in.
pub(super) fn repository_of(scopes: &Scopes, target: &Path) -> Option<PathBuf> {
    let dir = scopes.dir_of(target);
    dir.ancestors().find(|dir| is_repository(dir)).map(Path::to_owned)
}

/// The same options, with nothing hidden by a floor.
pub(super) fn without_floors(options: PolicyOptions) -> PolicyOptions {
    PolicyOptions { confidence: Some(Confidence::Low), severity: Some(Severity::Low), ..options }
}

/// What could not be read, and what that means.
pub(super) fn say_incomplete(outcome: &Outcome, so: &str, out: &mut dyn Write) -> Result<(), Failure> {
    for problem in &outcome.problems {
        writeln!(out, "not read: {problem}").map_err(Failure::of_output)?;
    }
    writeln!(out, "{} could not be read: {so}", outcome.problems.len()).map_err(Failure::of_output)
}

/// Writes a file that configures, beside and renamed; through a link only where that stays in the repository.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let open = policy_file::no_way_out(path).and_then(|()| Destination::open(path, false));
    let write = open.and_then(|file| file.write(&Arc::default(), |file| file.write_all(text.as_bytes())));
    write.map_err(|error| Failure::Usage(format!("cannot write {}: {error}; it is as it was", path.display())))
}
