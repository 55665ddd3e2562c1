//! Walks a host's file systems and hands on the files that are places of secrets. One thread: a sweep takes one core at most.

use super::accounts::Accounts;
use super::dir::{Dir, EntryKind, file_system};
use super::event::HostEvent;
use super::file_systems::{FileSystems, Kind};
use super::pattern::{Globs, Positions};
use super::places::{Place, Places};
use crate::model::{Origin, Outer, Problem, ProblemKind, Skip, SkipKind};
use std::io::{self, ErrorKind};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Directories below each other that a walk keeps open at most.
const MAX_DEPTH: usize = 200;

/// A walk of a root.
pub(super) struct Walk<'w> {
    pub(super) places: &'w Places,
    pub(super) accounts: &'w Accounts,
    pub(super) file_systems: FileSystems,
    /// The path under which reports name the root.
    pub(super) shown_root: &'w Path,
    /// What the user leaves out.
    pub(super) exclude: &'w Globs,
    /// Where nothing is entered: the root of processes, which are read as such.
    pub(super) without: &'w [PathBuf],
    pub(super) each: &'w mut dyn FnMut(HostEvent<'_>) -> ControlFlow<()>,
    pub(super) unseen: Unseen,
}

/// What a walk could not see.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    /// Homes that could not be listed.
    homes: u64,
    /// Other directories.
    directories: u64,
    /// One of them, as an example.
    example: Option<PathBuf>,
}

/// A directory of the walk.
struct Here<'h> {
    dir: &'h Dir,
    /// Its path below the root.
    path: &'h Path,
    device: u64,
    positions: &'h Positions,
    excluded: &'h Positions,
}

impl Walk<'_> {
    /// Walks everything below the root.
    pub(super) fn run(&mut self, root: &Dir) -> ControlFlow<()> {
        let Ok(metadata) = root.metadata() else { return ControlFlow::Continue(()) };
        let (positions, excluded) = (self.places.globs.at_root(), self.exclude.at_root());
        let here =
            Here { dir: root, path: Path::new(""), device: metadata.dev(), positions: &positions, excluded: &excluded };
        self.directory(&here, 0)?;
        self.tell_unseen()
    }

    fn directory(&mut self, here: &Here<'_>, depth: usize) -> ControlFlow<()> {
        let entries = match here.dir.list() {
            Ok(entries) => entries,
            Err(error) => return self.unlisted(here.path, here.positions, &error),
        };
        for (name, kind) in entries {
            let path = here.path.join(&name);
            if self.exclude.file(here.excluded, name.as_bytes()).is_some() {
                self.skip(&path, SkipKind::Excluded)?;
                continue;
            }
            match kind {
                EntryKind::Directory => self.enter(here, &name, &path, depth)?,
                EntryKind::File | EntryKind::Link => {
                    let Some(id) = self.places.globs.file(here.positions, name.as_bytes()) else { continue };
                    let place = Arc::clone(&self.places.places[id as usize]);
                    if kind == EntryKind::Link {
                        self.skip(&path, SkipKind::SymbolicLink)?;
                    } else {
                        self.file(here.dir, &path, &place)?;
                    }
                }
                EntryKind::Special => {}
            }
        }
        ControlFlow::Continue(())
    }

    fn enter(&mut self, above: &Here<'_>, name: &std::ffi::OsStr, path: &Path, depth: usize) -> ControlFlow<()> {
        let mut positions = self.places.globs.descend(above.positions, name.as_bytes());
        if self.accounts.is_home(path) {
            self.places.globs.enter_home(&mut positions);
        }
        let leads_to_home = || self.accounts.homes().any(|home| home.starts_with(path));
        let is_of_interest = !positions.is_empty() || self.places.globs.is_everywhere() || leads_to_home();
        // The object store of git holds compressed objects only; `stanch git` reads it.
        let is_objects = name == "objects" && above.path.file_name().is_some_and(|above| above == ".git");
        if !is_of_interest || is_objects || self.without.iter().any(|without| without == path) {
            return ControlFlow::Continue(());
        }
        if depth >= MAX_DEPTH {
            let what = self.shown(path);
            let detail = format!("it lies deeper than {MAX_DEPTH} directories; scan it with `stanch scan`");
            return self.problem(Problem { what, kind: ProblemKind::Unsupported, detail });
        }
        let dir = match above.dir.dir(name) {
            Ok(dir) => dir,
            Err(error) => return self.unlisted(path, &positions, &error),
        };
        let device = match dir.metadata() {
            Ok(metadata) => metadata.dev(),
            Err(error) => return self.unlisted(path, &positions, &error),
        };
        if device != above.device {
            let kind = file_system(dir.fd()).map_or(Kind::Pseudo, Kind::of);
            if !self.file_systems.reads(kind) {
                // A pseudo file system holds no files.
                return if kind == Kind::Pseudo {
                    ControlFlow::Continue(())
                } else {
                    self.skip(path, SkipKind::FileSystem)
                };
            }
        }
        let excluded = self.exclude.descend(above.excluded, name.as_bytes());
        let here = Here { dir: &dir, path, device, positions: &positions, excluded: &excluded };
        self.directory(&here, depth + 1)
    }

    fn file(&mut self, dir: &Dir, path: &Path, place: &Arc<Place>) -> ControlFlow<()> {
        let Some(name) = path.file_name() else { return ControlFlow::Continue(()) };
        match dir.file(name) {
            Ok(file) => {
                let origin = Origin::from(Outer::File(self.shown_root.join(path)));
                (self.each)(HostEvent::File { origin, place, file: &file })
            }
            Err(error) if is_gone(&error) => ControlFlow::Continue(()),
            Err(error) => {
                let detail = format!("{error}: {}", advice(&error));
                self.problem(Problem { what: self.shown(path), kind: ProblemKind::Unreadable, detail })
            }
        }
    }

    /// A directory that could not be listed. One in which nothing particular is expected is only counted.
    fn unlisted(&mut self, path: &Path, positions: &Positions, error: &io::Error) -> ControlFlow<()> {
        if is_gone(error) {
            return ControlFlow::Continue(());
        }
        if error.kind() == ErrorKind::PermissionDenied {
            if self.accounts.is_home(path) {
                self.unseen.homes += 1;
                return ControlFlow::Continue(());
            }
            if positions.is_empty() {
                self.unseen.directories += 1;
                self.unseen.example.get_or_insert_with(|| path.to_owned());
                return ControlFlow::Continue(());
            }
        }
        let detail = format!("{error}: {}", advice(error));
        self.problem(Problem { what: self.shown(path), kind: ProblemKind::Unreadable, detail })
    }

    fn tell_unseen(&mut self) -> ControlFlow<()> {
        let detail = "permission denied: run as root, or accept the gap with --allow-incomplete".to_owned();
        let Unseen { homes, directories, example } = std::mem::take(&mut self.unseen);
        if homes > 0 {
            let known = self.accounts.homes().count();
            let what = format!("{homes} of {known} homes");
            self.problem(Problem { what, kind: ProblemKind::Unreadable, detail: detail.clone() })?;
        }
        if let Some(example) = example {
            let what = format!("{directories} directories that may hold places, such as {}", self.shown(&example));
            self.problem(Problem { what, kind: ProblemKind::Unreadable, detail })?;
        }
        ControlFlow::Continue(())
    }

    fn shown(&self, path: &Path) -> String {
        self.shown_root.join(path).to_string_lossy().into_owned()
    }

    fn skip(&mut self, path: &Path, kind: SkipKind) -> ControlFlow<()> {
        let what = self.shown(path);
        (self.each)(HostEvent::Skip(Skip { what, kind }))
    }

    fn problem(&mut self, problem: Problem) -> ControlFlow<()> {
        (self.each)(HostEvent::Problem(problem))
    }
}

/// Whether something vanished between its listing and its opening, which is normal on a running host. A link or a device that took the
/// place of a file is no file that vanished, but is none either.
fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
        || matches!(error.raw_os_error(), Some(libc::ELOOP | libc::ESRCH | libc::ENXIO | libc::ENODEV | libc::ESTALE))
}

fn advice(error: &io::Error) -> &'static str {
    if error.kind() == ErrorKind::PermissionDenied {
        "run as root, or leave it out with --exclude"
    } else {
        "leave it out with --exclude if it is not meant to be read"
    }
}
