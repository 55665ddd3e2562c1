//! Lists untracked files that are not ignored.

use super::ignored::Ignored;
use super::{Listing, WorkFile};
use crate::git::index::{EntryKind, Index};
use crate::git::path;
use crate::git::repo::Repository;
use crate::model::SkipKind;
use rayon::Scope;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Walks the work tree at `top`.
pub(super) fn list(repository: &Repository, top: &Path, index: &Index<'_>) -> Listing {
    let walk = Walk { top, index, listing: Mutex::default() };
    let ignored = Arc::new(Ignored::top(repository, top));
    rayon::scope(|scope| walk.enter(scope, Vec::new(), &ignored));
    walk.listing.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct Walk<'a> {
    top: &'a Path,
    index: &'a Index<'a>,
    listing: Mutex<Listing>,
}

impl<'a> Walk<'a> {
    /// Lists a folder, whose path ends with a slash unless it is the root; subfolders are tasks for any thread.
    fn enter(&'a self, scope: &Scope<'a>, folder: Vec<u8>, above: &Arc<Ignored>) {
        let mut found = Listing::default();
        let here = self.top.join(path::native(&folder));
        match fs::read_dir(&here) {
            Ok(entries) => {
                let ignored = Ignored::below(above, &here);
                for entry in entries {
                    match entry {
                        Ok(entry) => {
                            if let Some(inner) = self.look(&folder, &entry, &ignored, &mut found) {
                                let ignored = Arc::clone(&ignored);
                                scope.spawn(move |scope| self.enter(scope, inner, &ignored));
                            }
                        }
                        Err(error) => found.problems.push((folder.clone(), error)),
                    }
                }
            }
            // It may have been removed since.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => found.problems.push((folder, error)),
        }
        self.listing.lock().unwrap_or_else(PoisonError::into_inner).merge(found);
    }

    /// Classifies an entry of a folder. Returns the path of a folder to enter.
    fn look(&self, folder: &[u8], entry: &fs::DirEntry, ignored: &Ignored, found: &mut Listing) -> Option<Vec<u8>> {
        let name = entry.file_name();
        let name = path::of(Path::new(&name));
        if name.as_ref() == b".git" {
            return None;
        }
        let full = [folder, &name].concat();
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => {
                found.problems.push((full, error));
                return None;
            }
        };
        let tracked = self.index.find(&full);
        let is_submodule = tracked.clone().any(|at| self.index.entry(at).kind() == EntryKind::Submodule);
        if is_submodule || (!tracked.is_empty() && !kind.is_dir()) || ignored.matches(&entry.path(), kind.is_dir()) {
            return None;
        }
        if kind.is_dir() {
            if is_repository(&entry.path()) {
                found.skips.push((full, SkipKind::Submodule));
                return None;
            }
            return Some([full.as_slice(), b"/"].concat());
        }
        if kind.is_file() || kind.is_symlink() {
            found.files.push(WorkFile { path: full, is_link: kind.is_symlink() });
        } else {
            found.skips.push((full, SkipKind::SpecialFile));
        }
        None
    }
}

/// Whether a folder is the root of another work tree: git adds nothing inside it.
fn is_repository(folder: &Path) -> bool {
    let dot_git = folder.join(".git");
    match fs::symlink_metadata(&dot_git) {
        Ok(data) if data.is_dir() => dot_git.join("HEAD").exists() && dot_git.join("objects").is_dir(),
        Ok(data) => data.is_file(),
        Err(_) => false,
    }
}
