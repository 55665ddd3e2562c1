//! Pack files: an index of names ([`index`]), the entries ([`entry`]), and the instructions by which one object is made
//! from another ([`delta`]).

pub mod delta;
pub mod entry;
pub mod index;

mod blocks;

pub(crate) mod buffer;
pub(crate) mod file;
pub(crate) mod forest;
pub(crate) mod inflate;
pub(crate) mod unpack;

use crate::git::gap::{Fault, Gap, GapKind};
use crate::git::oid::Oid;
use file::PackFile;
use forest::Forest;
use index::PackIndex;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// One pack with its index and forest.
pub(crate) struct Pack {
    /// The file's name, for messages.
    pub(crate) name: String,
    pub(crate) index: PackIndex,
    pub(crate) file: PackFile,
    pub(crate) forest: Forest,
    /// So many bytes may still be read a second time.
    twice: AtomicU64,
}

impl Pack {
    /// Opens the pack at `path`, whose index lies beside it.
    pub(crate) fn open(path: &Path, width: usize) -> Result<Pack, Fault> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (file, declared) = PackFile::open(path, width)?;
        let index = PackIndex::open(&path.with_extension("idx"), width, declared)?;
        let forest = Forest::build(&index, &file)?;
        // Every object is walked once, and some are read once more, alone.
        let twice = AtomicU64::new(file.end().saturating_add(64 << 20));
        Ok(Pack { name, index, file, forest, twice })
    }

    /// Where an entry may end that did not inflate to `size` bytes from `[start, end)`, where the index says that it is. `None` when it
    /// cannot be longer, or so much was read twice that whoever wrote the index wants to waste time.
    pub(crate) fn beyond(&self, start: u64, end: u64, size: u64) -> Option<u64> {
        // What cannot be made smaller is stored as it is, with a few bytes for every block.
        let longest = size.saturating_add(size / 64).saturating_add(1024);
        let until = self.file.end().min(start.saturating_add(longest));
        let spend = |left: u64| left.checked_sub(until - start);
        let may = until > end && self.twice.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok();
        may.then_some(until)
    }

    /// What the forest could not place, named.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = Gap> {
        let faults = &self.forest.faults;
        let more = (faults.more > 0).then(|| {
            Gap::new(GapKind::Corrupt, &self.name, format_args!("{} more objects that cannot be read", faults.more))
        });
        faults.named.iter().map(|(position, fault)| Gap::from_fault(self.describe(*position), fault)).chain(more)
    }

    /// An object of this pack, for messages.
    pub(crate) fn describe(&self, position: u32) -> String {
        match self.oid(position) {
            Some(oid) => format!("object {oid} in {}", self.name),
            None => self.name.clone(),
        }
    }

    /// The name of the object at this place in the index.
    pub(crate) fn oid(&self, position: u32) -> Option<Oid> {
        Oid::from_bytes(self.index.name(position))
    }
}
