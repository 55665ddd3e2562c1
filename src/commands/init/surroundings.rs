//! What stands in a repository already.

use super::super::Failure;
use crate::git::repo::{OpenError, OpenOptions, Repository};
use crate::policy_file::{self, NamedBy};
use std::path::{Path, PathBuf};

/// A host of repositories that runs CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Host {
    Github,
    Gitlab,
    Bitbucket,
}

/// What was found.
#[derive(Debug)]
pub(in crate::commands) struct Surroundings {
    /// The top of the work tree, or the directory itself.
    pub(in crate::commands) top: PathBuf,
    pub(in crate::commands) is_git: bool,
    /// Where it is kept, by its folders and remotes.
    pub(in crate::commands) hosts: Vec<Host>,
    /// Whether git already runs the pre-commit framework.
    pub(in crate::commands) runs_pre_commit: bool,
}

impl Surroundings {
    /// Looks around a directory.
    pub(in crate::commands) fn look(dir: &Path) -> Result<Surroundings, Failure> {
        if !dir.is_dir() {
            return Err(Failure::Usage(format!("{}: no such directory", dir.display())));
        }
        // Nothing is read but the configuration: a linked work tree may lie anywhere.
        let (top, repository) = match Repository::discover(dir, OpenOptions { allow_outside: true, memory: None }) {
            Ok(Repository { work_tree: None, .. }) => {
                let why = format!("{}: a bare repository has no files to set up; name a work tree", dir.display());
                return Err(Failure::Usage(why));
            }
            Ok(repository) => (repository.work_tree.clone().unwrap_or_else(|| dir.to_owned()), Some(repository)),
            Err(OpenError::NotARepository(_)) => (dir.to_owned(), None),
            Err(error) => return Err(Failure::Usage(error.to_string())),
        };
        let config = repository.as_ref().map(|repository| &repository.config);
        let remotes: Vec<&str> = config.map(|config| config.all("remote", "url").collect()).unwrap_or_default();
        let is_kept = |name: &str| remotes.iter().any(|remote| remote.to_ascii_lowercase().contains(name));
        let mut hosts = Vec::new();
        if is_kept("github") || top.join(".github").is_dir() {
            hosts.push(Host::Github);
        }
        if is_kept("gitlab") || top.join(".gitlab-ci.yml").is_file() {
            hosts.push(Host::Gitlab);
        }
        if is_kept("bitbucket.org") || top.join("bitbucket-pipelines.yml").is_file() {
            hosts.push(Host::Bitbucket);
        }
        let hook = repository.as_ref().map(|repository| repository.common_dir.join("hooks/pre-commit"));
        let hook = hook.and_then(|path| policy_file::lines(&path, NamedBy::Repository).ok()).unwrap_or_default();
        Ok(Surroundings { top, is_git: repository.is_some(), hosts, runs_pre_commit: hook.contains("pre_commit") })
    }

    /// Whether a file is there.
    pub(in crate::commands) fn has(&self, name: &str) -> bool {
        self.top.join(name).exists()
    }
}
