//! Handles every entry of the walk, on all of its threads.

use super::caches::is_cache;
use super::exclude::Exclude;
use super::ignored::Ignored;
use super::open::{open_fifo, open_regular};
use super::options::FileOptions;
use super::problem::{io_problem, tidy, walk_problem};
use super::roots::Roots;
use super::vcs_dirs::is_store;
use crate::model::{Blob, Outer, Problem, ProblemKind, Skip, SkipKind};
use crate::sources::Event;
use ignore::{DirEntry, WalkState};
use std::fs::{File, FileType};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Turns entries of the walk into events.
pub(super) struct Visitor<'a> {
    pub(super) roots: &'a Roots,
    pub(super) exclude: &'a Exclude,
    /// Ignore files of version control, if they apply.
    pub(super) ignored: Option<&'a Ignored>,
    pub(super) options: &'a FileOptions,
    pub(super) each: &'a (dyn Fn(Event<'_>) -> ControlFlow<()> + Sync),
}

impl Visitor<'_> {
    /// Handles an entry and returns how the walk continues.
    pub(super) fn take(&self, found: Result<DirEntry, ignore::Error>) -> WalkState {
        match found {
            Ok(entry) if entry.depth() == 0 => self.named(entry),
            Ok(entry) => self.met(entry),
            Err(error) => walk_problem(&error).map_or(WalkState::Continue, |problem| self.problem(problem)),
        }
    }

    /// A path that the user named.
    fn named(&self, entry: DirEntry) -> WalkState {
        // Only standard input has no file type, and `Roots` never passes it to the walk.
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        let refused = |detail: &str| Problem {
            what: entry.path().to_string_lossy().into_owned(),
            kind: ProblemKind::Unreadable,
            detail: detail.to_owned(),
        };
        if kind.is_dir() {
            if self.exclude.leaves_out(&entry, true) {
                return self.skip(entry.path(), SkipKind::Excluded);
            }
            if !is_store(entry.path()) {
                return WalkState::Continue;
            }
            return self.problem(refused("an object store holds no files; scan its repository with `stanch git`"));
        }
        if self.exclude.leaves_out(&entry, false) {
            return self.skip(entry.path(), SkipKind::Excluded);
        }
        if kind.is_file() {
            let file = open_regular(entry.path(), true);
            self.read(entry.into_path(), file)
        } else if is_fifo(kind) {
            match open_fifo(entry.path()) {
                Ok(mut fifo) => self.stream(entry.into_path(), &mut fifo),
                Err(error) => self.problem(io_problem(entry.path(), &error)),
            }
        } else {
            self.problem(refused("devices and sockets are not opened; pipe what they give into `stanch scan -`"))
        }
    }

    /// An entry below a root.
    fn met(&self, entry: DirEntry) -> WalkState {
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        let path = entry.path();
        let is_ignored = |ignored: &Ignored| ignored.leaves_out(path, entry.depth(), kind.is_dir());
        if self.roots.is_read_elsewhere(path) || self.ignored.is_some_and(is_ignored) {
            WalkState::Skip
        } else if self.exclude.leaves_out(&entry, kind.is_dir()) {
            self.skip(path, SkipKind::Excluded)
        } else if kind.is_file() {
            let file = open_regular(path, self.options.follow);
            self.read(entry.into_path(), file)
        } else if kind.is_dir() {
            if is_store(path) {
                self.skip(path, SkipKind::ObjectStore)
            } else if !self.options.read_caches && is_cache(path) {
                self.skip(path, SkipKind::Cache)
            } else if self.options.nested_configs.as_ref().is_some_and(|nested_configs| nested_configs.claims(path)) {
                WalkState::Skip
            } else {
                WalkState::Continue
            }
        } else if kind.is_symlink() {
            self.skip(path, SkipKind::SymbolicLink)
        } else {
            self.skip(path, SkipKind::SpecialFile)
        }
    }

    fn read(&self, path: PathBuf, file: io::Result<File>) -> WalkState {
        let (file, too_large) = match file.and_then(|file| Ok((self.excess(&file)?, file))) {
            Ok((too_large, file)) => (file, too_large),
            Err(error) => return self.problem(io_problem(&path, &error)),
        };
        if let Some(detail) = too_large {
            let what = tidy(path).to_string_lossy().into_owned();
            return self.problem(Problem { what, kind: ProblemKind::TooLarge, detail });
        }
        let origin = Outer::File(tidy(path)).into();
        self.say(Event::Blob(Blob::file(origin, &file, &mut &file)), WalkState::Continue)
    }

    fn stream(&self, path: PathBuf, bytes: &mut dyn Read) -> WalkState {
        self.say(Event::Blob(Blob::stream(Outer::File(tidy(path)).into(), bytes)), WalkState::Continue)
    }

    /// The message for a file over the size limit. The size is that of the open file, so the file cannot be replaced in between.
    fn excess(&self, file: &File) -> io::Result<Option<String>> {
        let Some(most) = self.options.max_file_size else { return Ok(None) };
        let size = file.metadata()?.len();
        let say = || {
            format!("{size} bytes, and --max-file-size is {most}; raise it, or accept the gap with --allow-incomplete")
        };
        Ok((size > most).then(say))
    }

    fn problem(&self, problem: Problem) -> WalkState {
        self.say(Event::Problem(problem), WalkState::Skip)
    }

    fn skip(&self, path: &Path, kind: SkipKind) -> WalkState {
        let what = tidy(path.to_owned()).to_string_lossy().into_owned();
        self.say(Event::Skip(Skip { what, kind }), WalkState::Skip)
    }

    fn say(&self, event: Event<'_>, then: WalkState) -> WalkState {
        match (self.each)(event) {
            ControlFlow::Continue(()) => then,
            ControlFlow::Break(()) => WalkState::Quit,
        }
    }
}

#[cfg(unix)]
fn is_fifo(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_fifo(_: FileType) -> bool {
    false
}
