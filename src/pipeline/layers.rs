//! Which files of an image's layers the layers above remove or replace: they are in the image all the same.
//!
//! Layers are read side by side, so this is known when all were read. Only hashes of paths are kept.

use crate::model::{Origin, Outcome, Outer, Step};
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What the name of a mark begins with: <https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts> (read 2026-12-01).
const MARK: &[u8] = b".wh.";
/// The mark that a folder hides all that layers below have in it.
const HIDES_ALL: &[u8] = b".wh..wh..opq";
/// Paths of more files are not kept: what replaces what is then not told of the rest.
const MOST_PATHS: usize = 4_000_000;

/// Paths of an image's layers.
#[derive(Debug, Default)]
pub(super) struct LayerPaths {
    hasher: RandomState,
    images: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    images: HashMap<Arc<str>, BTreeMap<u32, Layer>>,
    count: usize,
}

/// Hashes of paths.
#[derive(Debug, Default)]
struct Layer {
    files: HashSet<u64>,
    /// Marks of files and folders that are removed.
    removed: HashSet<u64>,
    /// Folders of which only what this layer has is left.
    emptied: HashSet<u64>,
}

/// What a file of a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noted {
    /// To be searched.
    File,
    /// A mark without content.
    Mark,
}

impl LayerPaths {
    /// Notes a file of a layer. Whatever else there is is to be searched.
    pub(super) fn note(&self, origin: &Origin) -> Noted {
        let Some((digest, index, path)) = file_of_layer(origin) else { return Noted::File };
        let path = clean(path);
        // What a layer unpacks to has no name.
        if origin.steps.len() > 2 || path.as_os_str().is_empty() {
            return Noted::File;
        }
        let name = path.file_name().map(OsStr::as_encoded_bytes).unwrap_or_default();
        let folder = path.parent().unwrap_or(Path::new(""));
        let (noted, hash) = match name.strip_prefix(MARK) {
            _ if name == HIDES_ALL => (Noted::Mark, self.hash(folder)),
            Some(removed) => {
                let folder = folder.as_os_str().as_encoded_bytes();
                let path = if folder.is_empty() { removed.to_vec() } else { [folder, b"/", removed].concat() };
                (Noted::Mark, self.hasher.hash_one(path.as_slice()))
            }
            None => (Noted::File, self.hash(path)),
        };
        let mut seen = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        seen.count += 1;
        let is_full = seen.count > MOST_PATHS;
        let layer = seen.images.entry(Arc::clone(digest)).or_default().entry(index).or_default();
        match noted {
            Noted::Mark if name == HIDES_ALL => layer.emptied.insert(hash),
            Noted::Mark => layer.removed.insert(hash),
            Noted::File => !is_full && layer.files.insert(hash),
        };
        noted
    }

    fn hash(&self, path: &Path) -> u64 {
        self.hasher.hash_one(path.as_os_str().as_encoded_bytes())
    }

    /// Says of every place in a layer which layer above removes or replaces the file.
    pub(super) fn tell(self, outcome: &mut Outcome) {
        let found = outcome.findings.iter_mut().chain(outcome.suppressed.iter_mut().map(|one| &mut one.finding));
        for occurrence in found.flat_map(|finding| &mut finding.occurrences) {
            let Some((digest, index, path)) = file_of_layer(&occurrence.origin) else { continue };
            let by = self.removed_in(digest, index, clean(path));
            if by.is_none() {
                continue;
            }
            let origin = Arc::make_mut(&mut occurrence.origin);
            if let Some(Step::Layer { removed_in, .. }) = origin.steps.first_mut() {
                *removed_in = by;
            }
        }
    }

    /// The lowest layer above one that removes or replaces a path.
    fn removed_in(&self, digest: &Arc<str>, index: u32, path: &Path) -> Option<u32> {
        let seen = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        let above = seen.images.get(digest)?.range(index + 1..);
        let (own, folders) = (self.hash(path), path.ancestors().skip(1).map(|folder| self.hash(folder)));
        let folders: Vec<u64> = folders.collect();
        let is_gone = |layer: &Layer| {
            layer.files.contains(&own)
                || layer.removed.contains(&own)
                // A file in the place of a folder hides what was in it.
                || folders.iter().any(|folder| {
                    layer.removed.contains(folder) || layer.emptied.contains(folder) || layer.files.contains(folder)
                })
        };
        above.into_iter().find(|(_, layer)| is_gone(layer)).map(|(index, _)| *index)
    }
}

/// The image, the layer and the path of what lies in a layer.
fn file_of_layer(origin: &Origin) -> Option<(&Arc<str>, u32, &Path)> {
    match (&origin.outer, origin.steps.as_slice()) {
        (Outer::Image { digest, .. }, [Step::Layer { index, .. }, Step::Member { path }, ..]) => {
            Some((digest, *index, path))
        }
        _ => None,
    }
}

/// A path without what some programs write before it.
fn clean(path: &Path) -> &Path {
    let path = path.strip_prefix("/").unwrap_or(path);
    path.strip_prefix(".").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(index: u32, path: &str) -> Origin {
        let outer = Outer::Image { reference: "a".into(), digest: "d".into() };
        let layer = Step::Layer { digest: "l".into(), index, created_by: None, removed_in: None };
        Origin::from(outer).inside(layer).inside(Step::Member { path: path.into() })
    }

    #[test]
    fn layers_above_remove_and_replace() {
        let paths = LayerPaths::default();
        for (index, path, noted) in [
            (1, "./etc/a", Noted::File),
            (1, "srv/app/b", Noted::File),
            (2, "etc/.wh.a", Noted::Mark),
            (3, "/srv/app/.wh..wh..opq", Noted::Mark),
            (3, "opt/c", Noted::File),
            (4, "home/.wh.user", Noted::Mark),
        ] {
            assert_eq!(paths.note(&origin(index, path)), noted, "{path}");
        }
        let removed = |index, path: &str| paths.removed_in(&"d".into(), index, Path::new(path));
        assert_eq!(removed(1, "etc/a"), Some(2));
        assert_eq!(removed(2, "etc/a"), None, "a layer does not remove what it has itself");
        assert_eq!(removed(1, "srv/app/deep/b"), Some(3));
        assert_eq!(removed(3, "srv/app/b"), None);
        assert_eq!(removed(1, "opt/c"), Some(3), "replaced");
        assert_eq!(removed(1, "home/user/.ssh/id"), Some(4));
        assert_eq!(removed(1, "home/userx"), None);
    }
}
