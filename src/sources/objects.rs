//! Objects of a repository by id: staged files, or objects that commits introduce.

use super::files::open::open_regular;
use super::{Event, Source, SourceError};
use crate::git::commit::message;
use crate::git::gap::Fault;
use crate::git::lfs;
use crate::git::lookup::{Content, Lookup};
use crate::git::oid::{Kind, Oid};
use crate::git::repo::Repository;
use crate::git::store::Limits;
use crate::model::{Blob, Origin, Problem, ProblemKind, Skip, SkipKind};
use rayon::prelude::*;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Up to this many objects, starting threads costs more than it saves.
const FEW: usize = 32;

/// An object and its origin.
#[derive(Clone, Debug)]
pub struct Item {
    /// The object: a blob, or a commit or tag whose message is read.
    pub oid: Oid,
    /// Its origin.
    pub origin: Origin,
}

/// A list of objects of a repository. For a Git LFS pointer, the target is read if it is stored here.
#[derive(Debug)]
pub struct Objects {
    items: Vec<Item>,
    object_dirs: Vec<PathBuf>,
    width: usize,
    lfs: PathBuf,
    is_partial: bool,
    leaves_out_large_files: bool,
}

impl Objects {
    /// A source of these objects.
    #[must_use]
    pub fn new(repository: &Repository, items: Vec<Item>) -> Objects {
        Objects {
            items,
            object_dirs: repository.object_dirs.clone(),
            width: repository.width,
            lfs: repository.common_dir.join("lfs/objects"),
            is_partial: repository.partial,
            leaves_out_large_files: false,
        }
    }

    /// Skips targets of Git LFS pointers that are not stored here, instead of reporting them as problems.
    #[must_use]
    pub fn without_large_files(self) -> Objects {
        Objects { leaves_out_large_files: true, ..self }
    }

    fn lookup(&self) -> Lookup {
        Lookup::new(&self.object_dirs, self.width, Limits::default())
    }

    fn read(
        &self,
        lookup: &mut Lookup,
        item: &Item,
        each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync),
    ) -> ControlFlow<()> {
        let origin = item.origin.clone();
        let what = || format!("{} (object {:.12})", item.origin.display(), item.oid.to_string());
        let problem = |kind, detail: String| each(Event::Problem(Problem { what: what(), kind, detail }));
        match lookup.open(&item.oid) {
            Ok(Some(Content::Stream { mut bytes, .. })) => each(Event::Blob(Blob::stream(origin, &mut bytes))),
            Ok(Some(Content::Whole(object))) if lfs::is_pointer(&object) => match self.large_file(&object) {
                Some(file) => each(Event::Blob(Blob::file(origin, &file, &mut &file))),
                None if self.leaves_out_large_files => {
                    each(Event::Skip(Skip { what: origin.display().into_owned(), kind: SkipKind::LargeFile }))
                }
                None => problem(
                    ProblemKind::Elsewhere,
                    "a Git LFS pointer, and the file that it stands for is not stored here; `git lfs pull` gets it"
                        .to_owned(),
                ),
            },
            Ok(Some(Content::Whole(object))) => {
                let bytes: &[u8] = match object.kind {
                    Kind::Commit | Kind::Tag => message(&object),
                    Kind::Blob | Kind::Tree => &object,
                };
                each(Event::Blob(Blob::memory(origin, bytes, &mut { bytes })))
            }
            Ok(None) if self.is_partial => {
                problem(ProblemKind::Elsewhere, "a partial clone: it is not stored here".to_owned())
            }
            Ok(None) => {
                problem(ProblemKind::Corrupt, "it is not stored here; `git fsck` says what is missing".to_owned())
            }
            Err(fault) => {
                let kind = match fault {
                    Fault::TooLarge { .. } => ProblemKind::TooLarge,
                    Fault::Io(_) => ProblemKind::Unreadable,
                    _ => ProblemKind::Corrupt,
                };
                problem(kind, fault.to_string())
            }
        }
    }

    /// The target of a Git LFS pointer.
    fn large_file(&self, pointer: &[u8]) -> Option<File> {
        let file = open_regular(&self.lfs.join(lfs::place(pointer)?), false).ok()?;
        file.metadata().is_ok_and(|data| data.is_file()).then_some(file)
    }
}

impl Source for Objects {
    fn describe(&self) -> String {
        format!("{} objects", self.items.len())
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        if self.items.len() <= FEW {
            let mut lookup = self.lookup();
            let _ = self.items.iter().try_for_each(|item| self.read(&mut lookup, item, each));
        } else {
            let read = |lookup: &mut Lookup, item| self.read(lookup, item, each);
            let _ = self.items.par_iter().try_for_each_init(|| self.lookup(), read);
        }
        Ok(())
    }
}
