//! What the pre-commit framework asks of a hook: it says so in variables and in file names.
//!
//! `git commit` passes the names of the staged files, `pre-commit run --all-files` and `--files` others; a push, and `--from-ref` with
//! `--to-ref`, set two variables (<https://pre-commit.com/#passing-arguments-to-hooks>, `commands/run.py` of version 4.7, read 2026-12-01).

use super::Failure;
use crate::model::Outcome;
use crate::pipeline::{ChangeScan, ChangeScope, Collector, Progress, Push, Receiver, TreeScan};
use crate::policy::Scopes;
use crate::sources::FileOptions;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The framework's variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framework {
    /// `PRE_COMMIT_FROM_REF`: the commit before those that count.
    pub from: Option<String>,
    /// `PRE_COMMIT_TO_REF`: the last one that counts.
    pub to: Option<String>,
    /// `PRE_COMMIT_LOCAL_BRANCH`: what is pushed; the first push of a history has no `from` and no `to`.
    pub local_branch: Option<String>,
    /// `PRE_COMMIT_REMOTE_NAME`: where it is pushed to.
    pub remote: Option<String>,
}

impl Framework {
    /// Reads them.
    #[must_use]
    pub fn read(variable: &dyn Fn(&str) -> Option<String>) -> Framework {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        Framework {
            from: variable("PRE_COMMIT_FROM_REF"),
            to: variable("PRE_COMMIT_TO_REF"),
            local_branch: variable("PRE_COMMIT_LOCAL_BRANCH"),
            remote: variable("PRE_COMMIT_REMOTE_NAME"),
        }
    }
}

impl Framework {
    /// Whether it asks about commits.
    pub(super) fn is_push(&self) -> bool {
        self.local_branch.is_some() || (self.from.is_some() && self.to.is_some())
    }
}

/// What is asked for.
pub(super) enum Asked {
    /// What the next commit brings.
    NextCommit,
    /// What a push, or a range of commits, brings.
    Commits(Push),
    /// Files as they lie there, beside what the next commit brings.
    Files(Vec<PathBuf>),
}

impl Asked {
    /// Decides by the variables and the names; `changes` looks into the repository.
    pub(super) fn of(framework: &Framework, names: &[String], changes: &ChangeScan<'_>) -> Result<Asked, Failure> {
        let here = Path::new(".");
        let remote = || framework.remote.clone().map(Receiver::Remote);
        let named =
            |new: &str, old: Option<&str>, receiver| Ok(Asked::Commits(changes.named(here, new, old, receiver)?));
        match (&framework.from, &framework.to, &framework.local_branch) {
            // Who names both ends means these, whatever a remote has.
            (Some(from), Some(to), None) => named(to, Some(from), Receiver::Nobody),
            (Some(from), Some(to), Some(_)) => named(to, Some(from), remote().unwrap_or(Receiver::Nobody)),
            (None, _, Some(branch)) => named(branch, None, remote().unwrap_or(Receiver::Nobody)),
            _ if names.is_empty() => Ok(Asked::NextCommit),
            _ => {
                let staged: HashSet<PathBuf> = changes.staged_paths(here)?.into_iter().collect();
                // What was deleted meanwhile is nothing to be read; links and submodules are what git stores of them.
                let is_file = |path: &PathBuf| path.symlink_metadata().is_ok_and(|data| data.is_file());
                let files = names.iter().map(PathBuf::from).filter(is_file);
                let files: Vec<PathBuf> = files.collect();
                let is_commit = files.iter().all(|file| staged.contains(file.strip_prefix(".").unwrap_or(file)));
                Ok(if is_commit { Asked::NextCommit } else { Asked::Files(files) })
            }
        }
    }

    /// Scans it.
    pub(super) fn scan(
        self,
        changes: &ChangeScan<'_>,
        scopes: &Scopes,
        progress: &Arc<Progress>,
    ) -> Result<Outcome, Failure> {
        let here = Path::new(".");
        match self {
            Asked::NextCommit => Ok(changes.run(here, ChangeScope::Staged)?),
            Asked::Commits(push) => Ok(changes.push(here, &push)?),
            Asked::Files(files) => {
                let mut outcome = changes.run(here, ChangeScope::Staged)?;
                let scan = TreeScan::new(scopes, FileOptions::default(), Arc::clone(progress));
                outcome.merge(scan.run(&files, Collector::default())?.0);
                Ok(outcome)
            }
        }
    }
}
