//! A host with what is needed to read it and to judge its exposure.

use super::accounts::Accounts;
use super::arguments::Arguments;
use super::dir::Dir;
use super::event::HostEvent;
use super::file_systems::FileSystems;
use super::key::{self, KeyState};
use super::pattern::Globs;
use super::places::{Place, Places, TABLE};
use super::positions::{self, Values};
use super::processes::Processes;
use super::shares::Shares;
use super::walk;
use crate::model::{Outer, Problem, ProblemKind};
use crate::sources::SourceError;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What of a host is read.
#[derive(Clone, Debug)]
pub struct HostOptions {
    /// The root: `/` for the running host.
    pub root: PathBuf,
    /// Which file systems below it.
    pub file_systems: FileSystems,
    /// Whether processes are read.
    pub processes: bool,
    /// Whether files are read.
    pub files: bool,
    /// Paths that are left out, as globs from the root of the host.
    pub exclude: Vec<String>,
}

/// A host.
#[derive(Debug)]
pub struct Host {
    pub(super) options: HostOptions,
    pub(super) root: Dir,
    is_live: bool,
    pub(super) places: Places,
    exclude: Globs,
    arguments: Arguments,
    pub(super) accounts: Accounts,
    pub(super) shares: Shares,
    processes: Mutex<Processes>,
}

impl Host {
    /// Opens the root, and reads what is needed to judge exposure: accounts, exports, web roots, mounts of containers.
    ///
    /// # Errors
    /// Fails when the root cannot be opened, or a glob is malformed.
    pub fn open(options: HostOptions) -> Result<Host, SourceError> {
        let shown = options.root.to_string_lossy().into_owned();
        let root = Dir::root(&options.root).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SourceError::NotFound { path: shown.clone() },
            _ => SourceError::Unopened { path: shown.clone(), detail: error.to_string() },
        })?;
        let built_in = |detail: String| SourceError::BadGlob { glob: "places.toml".to_owned(), detail };
        let mut exclude = Globs::default();
        for glob in &options.exclude {
            exclude.add(0, glob).map_err(|detail| SourceError::BadGlob { glob: glob.clone(), detail })?;
        }
        Ok(Host {
            is_live: options.root == Path::new("/"),
            places: Places::builtin().map_err(built_in)?,
            arguments: Arguments::parse(TABLE).map_err(built_in)?,
            exclude,
            accounts: Accounts::read(&root),
            shares: Shares::read(&root),
            processes: Mutex::default(),
            root,
            options,
        })
    }

    /// Description for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        if self.is_live { "this host".to_owned() } else { format!("the host at {}", self.options.root.display()) }
    }

    /// Visits processes and places, on this thread.
    pub fn visit(&self, each: &mut dyn FnMut(HostEvent<'_>) -> ControlFlow<()>) {
        let _ = self.try_visit(each);
    }

    fn try_visit(&self, each: &mut dyn FnMut(HostEvent<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        if self.options.processes {
            match self.root.dir("proc".as_ref()) {
                Ok(proc) => {
                    if let Ok(file) = proc.file("cmdline".as_ref()) {
                        let origin = Outer::File(self.options.root.join("proc/cmdline")).into();
                        each(HostEvent::Open { origin, file: &file })?;
                    }
                    self.processes().read(&proc, &self.arguments, self.is_live, each)?;
                }
                Err(error) if self.is_live => {
                    let detail = format!("{error}: no process was seen");
                    let (what, kind) = ("/proc".to_owned(), ProblemKind::Unreadable);
                    each(HostEvent::Problem(Problem { what, kind, detail }))?;
                }
                // A tree without a capture of processes.
                Err(_) => {}
            }
        }
        if !self.options.files {
            return ControlFlow::Continue(());
        }
        let mut walk = walk::Walk {
            places: &self.places,
            accounts: &self.accounts,
            file_systems: self.options.file_systems,
            shown_root: &self.options.root,
            exclude: &self.exclude,
            without: &["proc".into(), "sys".into()],
            each,
            unseen: walk::Unseen::default(),
        };
        walk.run(&self.root)
    }

    /// The values that are secrets by their position in a file of a place.
    ///
    /// # Errors
    /// Fails when reading does.
    pub fn values(&self, place: &Place, file: &File) -> io::Result<Values> {
        positions::values(place, file)
    }

    /// Whether a file is a private key, and closed.
    ///
    /// # Errors
    /// Fails when reading does.
    pub fn key_state(&self, file: &File) -> io::Result<Option<KeyState>> {
        key::state(file)
    }

    /// Other processes that have the same variable or command line: `wanted` names a process and a variable, or the field.
    #[must_use]
    pub fn same_in_others(&self, wanted: &[(u32, String)]) -> HashMap<(u32, String), Vec<u32>> {
        self.processes().others(wanted)
    }

    pub(super) fn processes(&self) -> MutexGuard<'_, Processes> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
