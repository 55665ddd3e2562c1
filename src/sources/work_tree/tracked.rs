//! Finds changed tracked files by their metadata in the index, without reading them.

use super::{Listing, WorkFile};
use crate::git::hash;
use crate::git::index::{Entry, EntryKind, Loaded, is_safe_path};
use crate::git::path::native;
use crate::git::repo::Repository;
use crate::model::SkipKind;
use crate::sources::files::open::open_regular;
use rayon::prelude::*;
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

/// Entries that one thread processes at once: neighbours share folders.
const SHARE: usize = 1024;

/// Compares the entries of the index with the files below `top`.
pub(super) fn list(repository: &Repository, top: &Path, loaded: &Loaded<'_>) -> Listing {
    let count = loaded.index.len();
    let is_sparse = repository.config.get("core", "sparsecheckout") == Some("true");
    let shares: Vec<usize> = (0..count).step_by(SHARE).collect();
    let lists: Vec<Listing> = shares
        .into_par_iter()
        .map(|start| {
            let mut share = Share { top, loaded, is_sparse, folder: None, listing: Listing::default() };
            (start..count.min(start + SHARE)).for_each(|at| share.look(&loaded.index.entry(at)));
            share.listing
        })
        .collect();
    let mut all = Listing::default();
    lists.into_iter().for_each(|list| all.merge(list));
    // A file in conflict has up to three entries.
    all.files.sort_unstable();
    all.files.dedup();
    all
}

/// Entries of one thread.
struct Share<'a> {
    top: &'a Path,
    loaded: &'a Loaded<'a>,
    is_sparse: bool,
    /// The folder of the last entry, and whether it is a real folder.
    folder: Option<(&'a [u8], bool)>,
    listing: Listing,
}

impl<'a> Share<'a> {
    fn look(&mut self, entry: &Entry<'a>) {
        match entry.kind() {
            EntryKind::Submodule => return self.listing.skips.push((entry.path.to_owned(), SkipKind::Submodule)),
            EntryKind::Folder => return,
            EntryKind::File { .. } | EntryKind::Link => {}
        }
        if !is_safe_path(entry.path) {
            let why = io::Error::new(io::ErrorKind::InvalidData, "the index names a path outside the work tree");
            return self.listing.problems.push((entry.path.to_owned(), why));
        }
        let data = match self.stat(entry.path) {
            Ok(data) => data,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                if !entry.is_skipped() {
                    self.listing.removed.extend(entry.oid().map(|oid| (entry.path.to_owned(), oid)));
                }
                return;
            }
            Err(error) => return self.listing.problems.push((entry.path.to_owned(), error)),
        };
        let kind = data.file_type();
        let is_same_kind = if kind.is_symlink() {
            entry.kind() == EntryKind::Link
        } else if kind.is_file() {
            matches!(entry.kind(), EntryKind::File { .. })
        } else {
            // A folder has taken the file's place, and what is in it is not tracked; of anything else git keeps nothing.
            return self.listing.removed.extend(entry.oid().map(|oid| (entry.path.to_owned(), oid)));
        };
        let is_sure = entry.stage() == 0 && !entry.is_announced();
        let is_unchanged = || entry.stat().is_still(&data, self.loaded.written) || self.has_content(entry, &data);
        if is_sure && is_same_kind && is_unchanged() {
            return;
        }
        // In a sparse checkout, git notices a skipped file that exists nevertheless.
        if entry.is_assumed_unchanged() || (entry.is_skipped() && !self.is_sparse) {
            return self.listing.skips.push((entry.path.to_owned(), SkipKind::Unwatched));
        }
        self.listing.files.push(WorkFile { path: entry.path.to_owned(), is_link: kind.is_symlink() });
    }

    /// Whether a file with inconclusive metadata has the content in the index.
    fn has_content(&self, entry: &Entry<'_>, data: &Metadata) -> bool {
        // Git writes 0 when the metadata is inconclusive.
        let size = entry.stat().size;
        if size != 0 && size != data.len() as u32 {
            return false;
        }
        let path = self.top.join(native(entry.path));
        let width = entry.object().len();
        let name = if data.is_symlink() {
            path.read_link().and_then(|target| {
                let target = target.into_os_string().into_encoded_bytes();
                hash::blob(&mut target.as_slice(), target.len() as u64, width)
            })
        } else {
            open_regular(&path, false).and_then(|mut file| hash::blob(&mut file, data.len(), width))
        };
        name.is_ok_and(|name| name.is_some() && name == entry.oid())
    }

    /// Metadata of the file. A file behind a link does not belong to this work tree.
    fn stat(&mut self, path: &'a [u8]) -> io::Result<Metadata> {
        if let Some(slash) = memchr::memrchr(b'/', path) {
            let folder = &path[..slash];
            let is_real = match self.folder {
                Some((known, is_real)) if known == folder => is_real,
                _ => is_real(self.top, folder),
            };
            self.folder = Some((folder, is_real));
            if !is_real {
                return Err(io::ErrorKind::NotFound.into());
            }
        }
        fs::symlink_metadata(self.top.join(native(path)))
    }
}

/// Whether all parent folders are real folders and not links.
fn is_real(top: &Path, folder: &[u8]) -> bool {
    let mut path = top.to_owned();
    folder.split(|byte| *byte == b'/').all(|part| {
        path.push(native(part));
        fs::symlink_metadata(&path).is_ok_and(|data| data.is_dir())
    })
}
