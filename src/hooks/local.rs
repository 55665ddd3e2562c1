//! The hooks of one repository.

use super::file::{self, Found};
use super::place::{Because, Place};
use super::{HookError, Kind, global, script};
use std::fs;
use std::path::{Path, PathBuf};

/// A hook of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// When it runs.
    pub kind: Kind,
    /// Its file.
    pub path: PathBuf,
    /// What a hook that was there before ours is kept as.
    pub before: PathBuf,
}

/// What was done to install a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// There was none.
    New,
    /// The one that was there is kept, and runs first.
    Chained,
    /// Ours was there, and is up to date now.
    Again,
    /// The hooks of all repositories have one, so there is nothing to do.
    Covered,
}

/// What was done to take a hook out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is gone.
    Gone,
    /// The one that was there before is back.
    Restored,
    /// There was none of ours.
    Nothing,
}

/// What stands in a hook's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Ours.
    Active {
        /// Whether a hook that was there before runs first.
        chained: bool,
    },
    /// Ours for all repositories.
    Covered,
    /// One of others, that does not come from us.
    Other {
        /// Whether ours was there once: a hook from before is still kept.
        replaced: bool,
    },
    /// Nothing.
    Missing,
}

impl Place {
    /// The hook of this kind.
    #[must_use]
    pub fn hook(&self, kind: Kind) -> Hook {
        Hook { kind, path: self.dir.join(kind.name()), before: self.dir.join(script::before_name(kind)) }
    }

    /// The program that a hook here calls: a folder that others get too must not name a place on this machine.
    fn program<'p>(&self, program: Option<&'p Path>) -> Option<&'p Path> {
        program.filter(|_| !self.is_shared())
    }
}

/// Installs a hook that calls `program`, or what the `PATH` has under our name. Doing it twice is the same as doing it once.
///
/// # Errors
/// When hooks of this repository would never run, both names are taken by hooks of others, or a file cannot be written.
pub fn install(place: &Place, kind: Kind, program: Option<&Path>) -> Result<Installed, HookError> {
    let hook = place.hook(kind);
    if let Because::Everywhere { origin } = &place.because {
        if global::covers(&place.dir, kind)? {
            return Ok(Installed::Covered);
        }
        return Err(HookError::HooksElsewhere { kind, dir: place.dir.clone(), origin: origin.clone() });
    }
    if place.dir.ends_with(".husky/_") {
        return Err(HookError::Husky(place.dir.clone(), kind));
    }
    let text = script::local(kind, place.program(program));
    Ok(match file::look(&hook.path)? {
        Found::Nothing => {
            file::write(&hook.path, &text)?;
            // One that was kept, and whose place is empty now, runs again.
            if file::look(&hook.before)? == Found::Nothing { Installed::New } else { Installed::Chained }
        }
        Found::Ours => {
            file::write(&hook.path, &text)?;
            Installed::Again
        }
        Found::Other => {
            file::keep(&hook.path, &hook.before)?;
            if let Err(error) = file::write(&hook.path, &text) {
                // Nothing is to be different after a failure.
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

/// Takes a hook out, and puts back what was there before it.
///
/// # Errors
/// When something else has taken its place meanwhile, or a file cannot be moved.
pub fn uninstall(place: &Place, kind: Kind) -> Result<Removed, HookError> {
    let hook = place.hook(kind);
    let is_kept = file::look(&hook.before)? != Found::Nothing;
    match (file::look(&hook.path)?, is_kept) {
        (Found::Ours, false) => fs::remove_file(&hook.path).map_err(HookError::io(&hook.path)).map(|()| Removed::Gone),
        (Found::Ours | Found::Nothing, true) => {
            fs::rename(&hook.before, &hook.path).map_err(HookError::io(&hook.before)).map(|()| Removed::Restored)
        }
        (Found::Other, true) => Err(HookError::Replaced { hook: hook.path, before: hook.before }),
        (Found::Other | Found::Nothing, false) => Ok(Removed::Nothing),
    }
}

/// Says what stands in a hook's place.
///
/// # Errors
/// When that cannot be read.
pub fn status(place: &Place, kind: Kind) -> Result<State, HookError> {
    let hook = place.hook(kind);
    if matches!(place.because, Because::Everywhere { .. }) && global::covers(&place.dir, kind)? {
        return Ok(State::Covered);
    }
    let is_kept = file::look(&hook.before)? != Found::Nothing;
    Ok(match file::look(&hook.path)? {
        Found::Ours => State::Active { chained: is_kept },
        Found::Other => State::Other { replaced: is_kept },
        Found::Nothing => State::Missing,
    })
}
