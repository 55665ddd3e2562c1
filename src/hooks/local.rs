//! Hooks of one repository.

use super::directory::{Because, HooksDirectory};
use super::file::{self, ExistingFile};
use super::{HookError, Kind, global, script};
use std::fs;
use std::path::{Path, PathBuf};

/// A hook of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Kind of hook.
    pub kind: Kind,
    /// Path of the hook.
    pub path: PathBuf,
    /// Path where an existing hook is kept.
    pub before: PathBuf,
}

/// Result of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// There was no hook.
    New,
    /// The existing hook is kept and runs first.
    Chained,
    /// The hook of stanch existed and was updated.
    Again,
    /// A global hook covers this repository, so nothing was done.
    Covered,
}

/// Result of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// The hook was removed.
    Gone,
    /// The previous hook was restored.
    Restored,
    /// There was no hook of stanch.
    Nothing,
}

/// State of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A hook of stanch.
    Active {
        /// Whether a previous hook runs first.
        chained: bool,
    },
    /// The global hook of stanch covers this repository.
    Covered,
    /// A hook that stanch did not write.
    Other {
        /// Whether it replaced a hook of stanch: a kept previous hook still exists.
        replaced: bool,
    },
    /// No hook.
    Missing,
}

impl HooksDirectory {
    /// The hook of this kind.
    #[must_use]
    pub fn hook(&self, kind: Kind) -> Hook {
        Hook { kind, path: self.dir.join(kind.name()), before: self.dir.join(script::before_name(kind)) }
    }

    /// The program that a hook calls. A folder that is shared with others must not contain a path of this machine.
    fn program<'p>(&self, program: Option<&'p Path>) -> Option<&'p Path> {
        program.filter(|_| !self.is_shared())
    }
}

/// Installs a hook that calls `program`, or `stanch` from the `PATH`. The operation is idempotent.
///
/// # Errors
/// Fails when hooks of this repository would never run, when other files have both names, or when a file cannot be written.
pub fn install(directory: &HooksDirectory, kind: Kind, program: Option<&Path>) -> Result<Installed, HookError> {
    let hook = directory.hook(kind);
    if let Because::Everywhere { origin } = &directory.because {
        if global::covers(&directory.dir, kind)? {
            return Ok(Installed::Covered);
        }
        return Err(HookError::HooksElsewhere { kind, dir: directory.dir.clone(), origin: origin.clone() });
    }
    if directory.dir.ends_with(".husky/_") {
        return Err(HookError::Husky(directory.dir.clone(), kind));
    }
    let text = script::local(kind, directory.program(program));
    Ok(match file::look(&hook.path)? {
        ExistingFile::Nothing => {
            file::write(&hook.path, &text)?;
            // A kept hook whose name is free again is run too.
            if file::look(&hook.before)? == ExistingFile::Nothing { Installed::New } else { Installed::Chained }
        }
        ExistingFile::Ours => {
            file::write(&hook.path, &text)?;
            Installed::Again
        }
        ExistingFile::Other => {
            file::keep(&hook.path, &hook.before)?;
            if let Err(error) = file::write(&hook.path, &text) {
                // A failure must leave everything as before.
                let _ = if hook.path.symlink_metadata().is_ok() {
                    fs::remove_file(&hook.before)
                } else {
                    fs::rename(&hook.before, &hook.path)
                };
                return Err(error);
            }
            Installed::Chained
        }
    })
}

/// Removes a hook and restores the previous one.
///
/// # Errors
/// Fails when another file has replaced the hook, or a file cannot be moved.
pub fn uninstall(directory: &HooksDirectory, kind: Kind) -> Result<Removed, HookError> {
    let hook = directory.hook(kind);
    let is_kept = file::look(&hook.before)? != ExistingFile::Nothing;
    match (file::look(&hook.path)?, is_kept) {
        (ExistingFile::Ours, false) => {
            fs::remove_file(&hook.path).map_err(HookError::io(&hook.path)).map(|()| Removed::Gone)
        }
        (ExistingFile::Ours | ExistingFile::Nothing, true) => {
            fs::rename(&hook.before, &hook.path).map_err(HookError::io(&hook.before)).map(|()| Removed::Restored)
        }
        (ExistingFile::Other, true) => Err(HookError::Replaced { hook: hook.path, before: hook.before }),
        (ExistingFile::Other | ExistingFile::Nothing, false) => Ok(Removed::Nothing),
    }
}

/// The state of a hook.
///
/// # Errors
/// Fails when it cannot be read.
pub fn status(directory: &HooksDirectory, kind: Kind) -> Result<State, HookError> {
    let hook = directory.hook(kind);
    if matches!(directory.because, Because::Everywhere { .. }) && global::covers(&directory.dir, kind)? {
        return Ok(State::Covered);
    }
    let is_kept = file::look(&hook.before)? != ExistingFile::Nothing;
    Ok(match file::look(&hook.path)? {
        ExistingFile::Ours => State::Active { chained: is_kept },
        ExistingFile::Other => State::Other { replaced: is_kept },
        ExistingFile::Nothing => State::Missing,
    })
}
