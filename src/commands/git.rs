//! `stanch git`: scans histories of repositories, or uncommitted changes.

use super::report::deliver;
use super::{Exit, Failure, Reporting};
use crate::git::environment::Environment;
use crate::git::repo::OpenOptions;
use crate::model::{Outcome, Problem, ProblemKind};
use crate::pipeline::{ChangeScan, ChangeScope, HistoryScan, Progress, Selection};
use crate::policy::Scopes;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options of `stanch git`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Repositories: work trees, or bare ones.
    pub repositories: Vec<PathBuf>,
    /// Which references out of a repository are followed.
    pub open: OpenOptions,
    /// The part of the repository that is scanned.
    pub scope: Scope,
    /// Report options.
    pub reporting: Reporting,
}

/// The part of a repository that is scanned.
#[derive(Clone, Debug)]
pub enum Scope {
    /// Secrets that commits introduced.
    History(Selection),
    /// Changes since the last commit.
    Changes(ChangeScope),
}

/// Scans repositories, and writes the report to its file or to `out`.
///
/// # Errors
/// Fails when nothing could be scanned, or the report could not be written.
pub fn git(options: &Options, scopes: &Scopes, progress: &Arc<Progress>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let destinations = options.reporting.open()?;
    let (mut outcome, mut failures) = (Outcome::default(), Vec::new());
    for (repository, at) in options.repositories.iter().zip(1..) {
        progress.begin_repository(at, options.repositories.len());
        let scanned = match &options.scope {
            Scope::History(selection) => history(repository, options.open, selection, scopes, progress),
            Scope::Changes(extent) => changes(repository, options.open, *extent, scopes, progress),
        };
        match scanned {
            Ok(mut one) => {
                // Among many, each problem says whose it is.
                for problem in one.problems.iter_mut().filter(|_| options.repositories.len() > 1) {
                    problem.what = format!("{}: {}", repository.display(), problem.what);
                }
                outcome.merge(one);
            }
            Err(failure) => failures.push((repository, failure)),
        }
        if progress.is_stopped() {
            break;
        }
    }
    // One that cannot be scanned among many is named; when none can be, the command line is wrong.
    if failures.len() == options.repositories.len() {
        return failures.into_iter().next().map_or(Ok(Exit::Clean), |(_, failure)| Err(failure));
    }
    outcome.problems.extend(failures.into_iter().map(|(repository, failure)| Problem {
        what: repository.display().to_string(),
        kind: ProblemKind::Unreadable,
        detail: format!("not scanned: {failure}"),
    }));
    outcome.problems.sort();
    deliver(outcome, &options.reporting, scopes, progress, destinations, out)
}

/// Scans one repository's history under its policy.
pub(super) fn history(
    repository: &Path,
    open: OpenOptions,
    selection: &Selection,
    scopes: &Scopes,
    progress: &Arc<Progress>,
) -> Result<Outcome, Failure> {
    let scope = scopes.of_target(repository)?;
    let engine = scope.engine(scope.rule_set()?);
    let scan = HistoryScan::new(&engine, scope.confidence().value, Arc::clone(progress));
    let scan = scan.under(scopes, &scope).opening(open).in_environment(Environment::read());
    Ok(scan.run(repository, selection)?)
}

/// Scans what is about to be committed, under the repository's policy.
pub(super) fn changes(
    repository: &Path,
    open: OpenOptions,
    extent: ChangeScope,
    scopes: &Scopes,
    progress: &Arc<Progress>,
) -> Result<Outcome, Failure> {
    let scope = scopes.of_target(repository)?;
    let engine = scope.engine(scope.rule_set()?);
    let scan = ChangeScan::new(&engine, scope.confidence().value, Arc::clone(progress), Environment::read());
    Ok(scan.opening(open).under(scopes, &scope).run(repository, extent)?)
}
