//! The old side of a comparison: a tree that is gone through beside the new one.

use crate::git::oid::Oid;
use crate::git::tree::{EntryKind, first_entry};
use std::cmp::Ordering;

/// What a parent has and the new side has not: a file, or a folder with all that is in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Removed {
    /// The path from the top of the work tree; whatever bytes the repository chose.
    pub path: Vec<u8>,
    /// What it was.
    pub kind: EntryKind,
    /// The object.
    pub oid: Oid,
}

/// A place in a tree. It only moves forward, as both sides are in git's order; in a tree that is not, what is passed by counts as not
/// there, and so what it stands beside as new.
pub(super) struct Cursor {
    tree: Vec<u8>,
    at: usize,
    width: usize,
    /// Whether the entry at `at` stands on the new side too.
    is_shared: bool,
}

impl Cursor {
    pub(super) fn new(tree: Vec<u8>, width: usize) -> Cursor {
        Cursor { tree, at: 0, width, is_shared: false }
    }

    /// What stands in the tree under this name, as a folder or as anything else. What is passed on the way and is not on the new side is
    /// `removed`.
    pub(super) fn seek(
        &mut self,
        name: &[u8],
        is_folder: bool,
        removed: &mut Vec<Removed>,
    ) -> Option<(EntryKind, Oid)> {
        while let Ok(Some(entry)) = first_entry(&self.tree[self.at..], self.width) {
            let found = (entry.kind, Oid::from_bytes(entry.object)?);
            match order((entry.name, entry.kind == EntryKind::Tree), (name, is_folder)) {
                Ordering::Greater => return None,
                Ordering::Equal => {
                    self.is_shared = true;
                    return Some(found);
                }
                Ordering::Less => {
                    if !self.is_shared {
                        removed.push(Removed { path: entry.name.to_owned(), kind: found.0, oid: found.1 });
                    }
                    self.at += entry.len;
                    self.is_shared = false;
                }
            }
        }
        None
    }

    /// What is left in the tree is removed too.
    pub(super) fn finish(mut self, removed: &mut Vec<Removed>) {
        // No name comes after this one: in a path, no byte is zero.
        while let Ok(Some(entry)) = first_entry(&self.tree[self.at..], self.width) {
            if !self.is_shared {
                let (path, kind) = (entry.name.to_owned(), entry.kind);
                removed.extend(Oid::from_bytes(entry.object).map(|oid| Removed { path, kind, oid }));
            }
            self.at += entry.len;
            self.is_shared = false;
        }
    }
}

/// Git's order of names in a tree: a folder's counts as if a slash stood behind it.
fn order(one: (&[u8], bool), other: (&[u8], bool)) -> Ordering {
    let shared = one.0.len().min(other.0.len());
    let next = |(name, is_folder): (&[u8], bool)| match name.get(shared) {
        Some(byte) => *byte,
        None if is_folder => b'/',
        None => 0,
    };
    one.0[..shared].cmp(&other.0[..shared]).then_with(|| next(one).cmp(&next(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_comes_after_files_that_begin_like_it() {
        let mut names =
            [(&b"a"[..], true), (b"a.txt", false), (b"a0", false), (b"a-b", false), (b"b", false), (b"a", false)];
        names.sort_by(|a, b| order(*a, *b));
        assert_eq!(names.map(|(name, _)| name), [&b"a"[..], b"a-b", b"a.txt", b"a", b"a0", b"b"]);
    }
}
