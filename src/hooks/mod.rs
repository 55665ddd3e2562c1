//! Floor 2: puts git hooks in place, takes them out again, and says which there are.
//!
//! Nothing that was there is lost. A hook that stands in the way is kept beside ours under another name, runs first, and is put back byte for
//! byte when ours goes. What ours does is in `script`; what a hook looks at is the work of `stanch hook run`.
//!
//! To learn where hooks belong, git itself is asked (`git rev-parse`, `git config`), because only it knows all places that its configuration
//! comes from. The scan never does that: it runs nothing, whatever the repository says. These two commands run nothing that a repository
//! names either.

mod file;
mod global;
mod local;
mod place;
mod script;

pub use global::{Global, install_global, status_global, uninstall_global};
pub use local::{Hook, Installed, Removed, State, install, status, uninstall};
pub use place::{Because, Place};

use std::fmt;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// A moment at which git asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Before a commit is made.
    PreCommit,
    /// Before a push leaves.
    PrePush,
    /// Before a push that arrived is taken in: on a server.
    PreReceive,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::PreCommit, Kind::PrePush, Kind::PreReceive];

    /// Git's name for it, and that of the hook's file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::PreCommit => "pre-commit",
            Kind::PrePush => "pre-push",
            Kind::PreReceive => "pre-receive",
        }
    }

    /// Whether git says on standard input what it is about.
    #[must_use]
    pub fn reads_input(self) -> bool {
        self != Kind::PreCommit
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What is stopped when the hook objects, and by which command it can be made to pass.
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

/// Why hooks could not be put in place or taken out. Nothing was changed, unless it says so.
#[derive(Debug, Error)]
pub enum HookError {
    /// There is no git.
    #[error("git cannot be run: {0}; hooks need it")]
    NoGit(io::Error),
    /// Git refused.
    #[error("`git {command}` failed: {message}")]
    Git {
        /// What was asked.
        command: String,
        /// What it said.
        message: String,
    },
    /// The repository's hooks are those of another place, for all repositories.
    #[error(
        "core.hooksPath (in {origin}) sends the hooks of all your repositories to {dir}: one in this repository would never run. \
         Put the line `stanch hook run {kind}` into {dir}/{kind}, or let this repository have its own hooks again: \
         `git config core.hooksPath \"$(git rev-parse --git-common-dir)/hooks\"`"
    )]
    HooksElsewhere {
        /// The hook that was to be installed.
        kind: Kind,
        /// Where hooks are.
        dir: PathBuf,
        /// What says so.
        origin: String,
    },
    /// There is a place for the hooks of all repositories already.
    #[error(
        "core.hooksPath is already {dir} (in {origin}), and is not replaced. Put the line `stanch hook run {kind}` into {dir}/{kind}"
    )]
    NotFree {
        /// The hook that was to be installed.
        kind: Kind,
        /// Where hooks are.
        dir: String,
        /// What says so.
        origin: String,
    },
    /// A hook of others has the name, in our folder.
    #[error("{0} is not ours, and is not replaced; put the line `stanch hook run {1}` into it")]
    Taken(PathBuf, Kind),
    /// Husky writes its folder anew.
    #[error(
        "{0} belongs to husky, which writes it anew at every `npm install`; put the line `stanch hook run {1}` into .husky/{1} instead"
    )]
    Husky(PathBuf, Kind),
    /// Both names are taken by hooks of others.
    #[error(
        "{hook} is not ours, and {before}, which a hook is kept as, is there too; move one of them away (after our hook was installed, \
         something put another in its place)"
    )]
    BothTaken {
        /// The hook.
        hook: PathBuf,
        /// What one is kept as.
        before: PathBuf,
    },
    /// A hook that something else put in our hook's place.
    #[error(
        "{hook} is not ours any more, so it is left alone; the hook from before is {before}, move it back by hand if you want it"
    )]
    Replaced {
        /// The hook.
        hook: PathBuf,
        /// What was there before ours.
        before: PathBuf,
    },
    /// Nobody knows where a person's configuration is.
    #[error("neither XDG_CONFIG_HOME nor HOME is set, so there is no place for hooks of all repositories")]
    NoHome,
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl HookError {
    fn io(path: &std::path::Path) -> impl FnOnce(io::Error) -> HookError {
        let path = path.to_owned();
        move |source| HookError::Io { path, source }
    }
}
