//! Floor 2: installs git hooks, removes them, and reports their state.
//!
//! Existing hooks are preserved: they are kept under another name, run first, and are restored byte for byte when the hook of stanch is
//! removed. `script` has the text of the hooks; `stanch hook run` does the scan.
//!
//! The hooks directory is found with `git rev-parse` and `git config`, because only git knows all sources of its configuration. A scan
//! never runs git: it runs nothing, whatever the repository contains. These commands run nothing that a repository names either.

mod directory;
mod file;
mod global;
mod local;
mod script;

pub use directory::{Because, HooksDirectory};
pub use global::{Global, install_global, status_global, uninstall_global};
pub use local::{Hook, Installed, Removed, State, install, status, uninstall};

use std::fmt;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Kinds of hooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Before a commit is made.
    PreCommit,
    /// Before a push is sent.
    PrePush,
    /// Before a received push is accepted, on a server.
    PreReceive,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 3] = [Kind::PreCommit, Kind::PrePush, Kind::PreReceive];

    /// Git's name for it, which is also the name of the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::PreCommit => "pre-commit",
            Kind::PrePush => "pre-push",
            Kind::PreReceive => "pre-receive",
        }
    }

    /// Whether git passes the updated references on standard input.
    #[must_use]
    pub fn reads_input(self) -> bool {
        self != Kind::PreCommit
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What the hook blocks, and the command that bypasses it.
    #[must_use]
    pub fn subject(self) -> (&'static str, Option<&'static str>) {
        match self {
            Kind::PreCommit => ("commit", Some("git commit --no-verify")),
            Kind::PrePush => ("push", Some("git push --no-verify")),
            Kind::PreReceive => ("push", None),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Reason why hooks could not be installed or removed. Nothing was changed unless the message says so.
#[derive(Debug, Error)]
pub enum HookError {
    /// Git cannot be run.
    #[error("git cannot be run: {0}; hooks need it")]
    NoGit(io::Error),
    /// Git failed.
    #[error("`git {command}` failed: {message}")]
    Git {
        /// The arguments.
        command: String,
        /// The error output.
        message: String,
    },
    /// `core.hooksPath` sends the hooks of all repositories elsewhere.
    #[error(
        "core.hooksPath (in {origin}) sends the hooks of all your repositories to {dir}: one in this repository would never run. \
         Put the line `stanch hook run {kind}` into {dir}/{kind}, or let this repository have its own hooks again: \
         `git config core.hooksPath \"$(git rev-parse --git-common-dir)/hooks\"`"
    )]
    HooksElsewhere {
        /// The hook to be installed.
        kind: Kind,
        /// The hooks directory.
        dir: PathBuf,
        /// Where the setting is.
        origin: String,
    },
    /// `core.hooksPath` already names another folder for all repositories.
    #[error(
        "core.hooksPath is already {dir} (in {origin}), and is not replaced. Put the line `stanch hook run {kind}` into {dir}/{kind}"
    )]
    NotFree {
        /// The hook to be installed.
        kind: Kind,
        /// The hooks directory.
        dir: String,
        /// Where the setting is.
        origin: String,
    },
    /// The variable that names git's settings of the user names something else than a file.
    #[error(
        "GIT_CONFIG_GLOBAL names {0}, which is no regular file; git would replace it: unset the variable, or name a file"
    )]
    NoSettingsFile(PathBuf),
    /// Another file in the folder of stanch has the name of the hook.
    #[error("{0} was not installed by stanch and is not replaced; put the line `stanch hook run {1}` into it")]
    Taken(PathBuf, Kind),
    /// Husky rewrites its folder.
    #[error(
        "{0} belongs to husky, which writes it anew at every `npm install`; put the line `stanch hook run {1}` into .husky/{1} instead"
    )]
    Husky(PathBuf, Kind),
    /// Other files have both names.
    #[error(
        "{hook} was not installed by stanch, and {before}, the name for a kept hook, exists too; move one of them away (another tool has \
         replaced the hook since it was installed)"
    )]
    BothTaken {
        /// The hook.
        hook: PathBuf,
        /// Path where an existing hook is kept.
        before: PathBuf,
    },
    /// Another file has replaced the hook of stanch.
    #[error(
        "{hook} was replaced by another file and is left unchanged; the previous hook is {before}; move it back by hand if you want it"
    )]
    Replaced {
        /// The hook.
        hook: PathBuf,
        /// The previous hook.
        before: PathBuf,
    },
    /// The user's configuration folder is unknown.
    #[error("neither XDG_CONFIG_HOME nor HOME is set, so hooks for all repositories have no folder")]
    NoHome,
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The error.
        source: io::Error,
    },
}

impl HookError {
    fn io(path: &std::path::Path) -> impl FnOnce(io::Error) -> HookError {
        let path = path.to_owned();
        move |source| HookError::Io { path, source }
    }
}
