//! Files of a work tree that differ from the index, and untracked files that are not ignored.
//!
//! These are the files that `git add --all` would add, with their bytes before any filter or conversion of line ends.

mod ignored;
mod tracked;
mod untracked;

use super::files::open::open_regular;
use super::{Event, Source, SourceError};
use crate::git::index::Loaded;
use crate::git::oid::Oid;
use crate::git::path::native;
use crate::git::repo::Repository;
use crate::model::{Blob, Origin, Outer, Problem, ProblemKind, Skip, SkipKind};
use rayon::prelude::*;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Up to this many files, starting threads costs more than it saves.
const FEW: usize = 32;

/// A file of a work tree, or a symbolic link, whose content is its target path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkFile {
    /// Path from the root of the work tree, in git's form.
    pub path: Vec<u8>,
    /// Whether it is a link.
    pub is_link: bool,
}

/// Differences of a work tree.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files to be read.
    pub files: Vec<WorkFile>,
    /// Tracked files that are not there any more: their paths from the top, and their blobs.
    pub removed: Vec<(Vec<u8>, Oid)>,
    /// What was left out, by its path from the top.
    pub skips: Vec<(Vec<u8>, SkipKind)>,
    /// Unreadable paths, from the root of the work tree.
    pub problems: Vec<(Vec<u8>, io::Error)>,
}

impl Listing {
    fn merge(&mut self, other: Listing) {
        self.files.extend(other.files);
        self.removed.extend(other.removed);
        self.skips.extend(other.skips);
        self.problems.extend(other.problems);
    }
}

/// Lists the differences of the work tree at `top`.
#[must_use]
pub fn list(repository: &Repository, top: &Path, loaded: &Loaded<'_>) -> Listing {
    let (mut listing, untracked) =
        rayon::join(|| tracked::list(repository, top, loaded), || untracked::list(repository, top, &loaded.index));
    listing.merge(untracked);
    listing.files.sort_unstable();
    listing
}

/// A source of work-tree files.
#[derive(Debug)]
pub struct WorkFiles {
    top: PathBuf,
    repository: PathBuf,
    listing: Listing,
}

impl WorkFiles {
    /// The files that were listed in the work tree at `top` of `repository`, as the user named it.
    #[must_use]
    pub fn new(top: PathBuf, repository: PathBuf, listing: Listing) -> WorkFiles {
        WorkFiles { top, repository, listing }
    }

    fn name(&self, path: &[u8]) -> String {
        self.origin(path).display().into_owned()
    }

    fn origin(&self, path: &[u8]) -> Origin {
        Outer::WorkTree { repository: self.repository.clone(), path: native(path) }.into()
    }

    fn read(&self, file: &WorkFile, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> ControlFlow<()> {
        let path = self.top.join(native(&file.path));
        let origin = self.origin(&file.path);
        let read = if file.is_link {
            path.read_link().map(|target| {
                let target = target.into_os_string().into_encoded_bytes();
                each(Event::Blob(Blob::stream(origin, &mut target.as_slice())))
            })
        } else {
            open_regular(&path, false).map(|file| each(Event::Blob(Blob::file(origin, &file, &mut &file))))
        };
        read.unwrap_or_else(|error| each(Event::Problem(self.problem(&file.path, &error))))
    }

    fn problem(&self, path: &[u8], error: &io::Error) -> Problem {
        let (kind, advice) = match error.kind() {
            io::ErrorKind::PermissionDenied => (ProblemKind::Unreadable, "run as a user who may read it"),
            io::ErrorKind::NotFound => (ProblemKind::Vanished, "it was listed, and was gone when it was opened"),
            _ => (ProblemKind::Unreadable, "it was not read"),
        };
        Problem { what: self.name(path), kind, detail: format!("{error}: {advice}") }
    }
}

impl Source for WorkFiles {
    fn describe(&self) -> String {
        self.top.to_string_lossy().into_owned()
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        let Listing { files, skips, problems, .. } = &self.listing;
        for (path, kind) in skips {
            let _ = each(Event::Skip(Skip { what: self.name(path), kind: *kind }));
        }
        for (path, error) in problems {
            let _ = each(Event::Problem(self.problem(path, error)));
        }
        if files.len() <= FEW {
            let _ = files.iter().try_for_each(|file| self.read(file, each));
        } else {
            let _ = files.par_iter().try_for_each(|file| self.read(file, each));
        }
        Ok(())
    }
}
