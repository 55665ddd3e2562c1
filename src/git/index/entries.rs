//! An index and its entries.

use super::cache_tree::CacheTree;
use super::stat::{Stat, Written};
use crate::git::gap::Fault;
use crate::git::oid::Oid;
use std::ops::Range;

/// The mode of a folder that a sparse index keeps as one entry.
pub(super) const FOLDER: u32 = 0o040_000;

/// A parsed index. Its entries are in the order of their paths, those of one path in the order of their stages.
pub struct Index<'b> {
    pub(super) slots: Vec<Slot<'b>>,
    /// The paths, one behind the other.
    pub(super) names: Vec<u8>,
    pub(super) width: usize,
    pub(super) tree: Option<CacheTree>,
    pub(super) link: Option<Link<'b>>,
}

/// Where an entry's parts are.
#[derive(Clone, Copy)]
pub(super) struct Slot<'b> {
    /// What stands before the path.
    pub(super) fixed: &'b [u8],
    /// Where the path begins in `names`, and how long it is.
    pub(super) name: u32,
    pub(super) length: u32,
}

/// The `link` extension.
pub(super) struct Link<'b> {
    /// The shared file's name.
    pub(super) shared: Oid,
    /// Which of its entries are taken out, and then which are replaced: two bitmaps.
    pub(super) bitmaps: &'b [u8],
}

/// What an entry stands for, by its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File {
        /// Whether it may be run.
        executable: bool,
    },
    /// A symbolic link, whose blob is the path it leads to.
    Link,
    /// A commit of another repository.
    Submodule,
    /// A whole folder, in a sparse index: a tree.
    Folder,
}

/// One entry of an index.
#[derive(Clone, Copy)]
pub struct Entry<'i> {
    /// The path within the work tree; any bytes but zero. A folder's ends with a slash. Not to be opened before
    /// [`is_safe_path`] has said so.
    pub path: &'i [u8],
    fixed: &'i [u8],
    width: usize,
}

impl<'b> Index<'b> {
    /// Errs unless the entries are in order and all have a path.
    pub(super) fn check(in_order: bool) -> Result<(), Fault> {
        if in_order { Ok(()) } else { Err(Fault::Corrupt("the entries of the index are not in order")) }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The entry at this place, which must be under [`len`](Self::len).
    pub fn entry(&self, at: usize) -> Entry<'_> {
        Entry { path: self.path(at), fixed: self.slots[at].fixed, width: self.width }
    }

    /// The entry's path alone.
    pub fn path(&self, at: usize) -> &[u8] {
        let slot = &self.slots[at];
        &self.names[slot.name as usize..(slot.name + slot.length) as usize]
    }

    /// The entries in order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.len()).map(|at| self.entry(at))
    }

    /// The entries of this path, several when it is in conflict.
    pub fn find(&self, path: &[u8]) -> Range<usize> {
        let start = self.slots.partition_point(|slot| self.name(slot) < path);
        let same = self.slots[start..].iter().take_while(|slot| self.name(slot) == path).count();
        start..start + same
    }

    /// The end of the entries from `start` on whose paths begin with `prefix`, as that of `start` does; none is at `limit` or beyond.
    pub fn end_of(&self, prefix: &[u8], start: usize, limit: usize) -> usize {
        // Most folders are small: the step grows from where we are.
        let is_below = |at: usize| self.path(at).starts_with(prefix);
        let (mut low, mut step) = (start, 1);
        while low + step < limit && is_below(low + step) {
            low += step;
            step *= 2;
        }
        let mut high = limit.min(low + step);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if is_below(middle) { low = middle } else { high = middle }
        }
        high
    }

    /// What git remembers of the trees that these entries make.
    pub fn tree(&self) -> Option<&CacheTree> {
        self.tree.as_ref()
    }

    /// The file that holds most of the entries, `sharedindex.<name>`, when the index is split. It must be [merged](Self::merged).
    pub fn shared(&self) -> Option<Oid> {
        self.link.as_ref().map(|link| link.shared)
    }

    pub(super) fn name(&self, slot: &Slot<'_>) -> &[u8] {
        &self.names[slot.name as usize..(slot.name + slot.length) as usize]
    }
}

impl Entry<'_> {
    /// The object's name.
    pub fn oid(&self) -> Option<Oid> {
        Oid::from_bytes(self.object())
    }

    /// The object's raw name.
    pub fn object(&self) -> &[u8] {
        &self.fixed[40..40 + self.width]
    }

    /// What the entry stands for.
    pub fn kind(&self) -> EntryKind {
        match self.word(24) >> 12 {
            0o12 => EntryKind::Link,
            0o16 => EntryKind::Submodule,
            0o04 => EntryKind::Folder,
            _ => EntryKind::File { executable: self.word(24) & 0o100 != 0 },
        }
    }

    /// 0, or in a conflict 1 for the common ancestor, 2 for ours, 3 for theirs.
    pub fn stage(&self) -> u8 {
        self.fixed[40 + self.width] >> 4 & 3
    }

    /// Whether git was told to take the file for unchanged (`git update-index --assume-unchanged`).
    pub fn is_assumed_unchanged(&self) -> bool {
        self.fixed[40 + self.width] & 0x80 != 0
    }

    /// Whether git was told not to look at the file, which need not be there (sparse checkout).
    pub fn is_skipped(&self) -> bool {
        self.extended() & 0x40 != 0
    }

    /// Whether the file is only announced (`git add --intent-to-add`): it is not part of the next commit.
    pub fn is_announced(&self) -> bool {
        self.extended() & 0x20 != 0
    }

    /// What git knew of the file when it last looked.
    pub fn stat(&self) -> Stat {
        Stat {
            changed: Written { seconds: self.word(0), nanoseconds: self.word(4) },
            modified: Written { seconds: self.word(8), nanoseconds: self.word(12) },
            inode: self.word(20),
            user: self.word(28),
            group: self.word(32),
            size: self.word(36),
        }
    }

    /// The high byte of the extended flags.
    fn extended(&self) -> u8 {
        self.fixed.get(42 + self.width).copied().unwrap_or(0)
    }

    fn word(&self, at: usize) -> u32 {
        self.fixed[at..at + 4].iter().fold(0, |value, byte| value << 8 | u32::from(*byte))
    }
}

/// Whether a path stays inside the work tree and out of `.git`, so that it may be opened below it. Links on the way are another matter.
pub fn is_safe_path(path: &[u8]) -> bool {
    let is_safe = |part: &[u8]| {
        let lower = part.to_ascii_lowercase();
        !matches!(lower.as_slice(), b"" | b"." | b".." | b".git" | b"git~1")
    };
    !path.is_empty() && path.split(|byte| *byte == b'/').all(is_safe) && (cfg!(unix) || !path.contains(&b'\\'))
}

#[cfg(test)]
mod tests {
    use super::is_safe_path;

    #[test]
    fn no_path_leads_outside_or_into_git() {
        for path in ["", "/etc/passwd", "a//b", "../a", "a/../b", "a/..", ".git/config", "a/.GIT/hooks/x", "a/", "."] {
            assert!(!is_safe_path(path.as_bytes()), "{path}");
        }
        for path in ["a", "a/b", ".gitignore", "..a", "a/.github/b", "...", "git"] {
            assert!(is_safe_path(path.as_bytes()), "{path}");
        }
    }
}
