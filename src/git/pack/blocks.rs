//! Reading a pack in blocks that are kept for a while.
//!
//! Most entries have a few hundred bytes, and a system call for each would cost as much as inflating it. Objects that are stored as deltas
//! mostly follow their base, but not in the order of the walk, so a read-ahead buffer without memory would read large families of deltas
//! many times. The file is therefore read in blocks, and the last few megabytes of blocks are kept, each in the slot that its number
//! determines.

use super::file::PackFile;
use crate::git::gap::Fault;

/// Bytes of a block: so many that a call costs little beside copying them, and so few that reading an entry alone costs little more.
const BLOCK: u64 = 16 << 10;

/// So many blocks are kept: four megabytes. Slots get memory when they are first used.
const SLOTS: u64 = 256;

/// Memory over this, bytes, is not kept for the next entry.
const KEEP: usize = 8 << 20;

/// The latest blocks of some packs.
#[derive(Default)]
pub(super) struct Blocks {
    slots: Vec<Block>,
    /// An entry that stands in more than one block.
    joined: Vec<u8>,
}

/// A block of a pack.
#[derive(Default)]
struct Block {
    /// The pack and the block of it that this is. `None` while there is nothing.
    of: Option<(u64, u64)>,
    bytes: Vec<u8>,
}

impl Blocks {
    /// The bytes `[start, end)` of a pack.
    pub(super) fn read(&mut self, file: &PackFile, start: u64, end: u64) -> Result<&[u8], Fault> {
        if start >= end || end > file.end() || end - start > BLOCK {
            if self.joined.len() > KEEP {
                self.joined = Vec::new();
            }
            // Errs where that is called for.
            return file.read(start, end, &mut self.joined);
        }
        let (first, last) = (start / BLOCK, (end - 1) / BLOCK);
        let from = (start % BLOCK) as usize;
        let length = (end - start) as usize;
        if first == last {
            return Ok(&self.block(file, first)?[from..from + length]);
        }
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        joined.extend_from_slice(&self.block(file, first)?[from..]);
        joined.extend_from_slice(&self.block(file, last)?[..length - joined.len()]);
        self.joined = joined;
        Ok(&self.joined)
    }

    /// The block of this number, which begins before the end of the pack.
    fn block(&mut self, file: &PackFile, number: u64) -> Result<&[u8], Fault> {
        if self.slots.is_empty() {
            self.slots.resize_with(SLOTS as usize, Block::default);
        }
        let slot = &mut self.slots[(number % SLOTS) as usize];
        let of = (file.id(), number);
        if slot.of != Some(of) {
            let start = number * BLOCK;
            // Nothing is here until it is: reading can fail.
            slot.of = None;
            let end = file.end().min(start + BLOCK);
            let length = file.read(start, end, &mut slot.bytes)?.len();
            slot.bytes.truncate(length);
            slot.of = Some(of);
        }
        Ok(&slot.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn blocks_are_as_the_file_is() {
        let mut bytes = b"PACK\0\0\0\x02\0\0\0\0".to_vec();
        bytes.extend((0..6 * BLOCK + 77).map(|at| (at * 31 % 251) as u8));
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&bytes).and_then(|()| file.write_all(&[0; 20])).expect("written");
        let (pack, _) = PackFile::open(file.path(), 20).expect("a pack");
        let (mut blocks, end) = (Blocks::default(), bytes.len() as u64);
        for round in 0..400_u64 {
            let start = round * 7919 % end;
            let until = end.min(start + round * 97 % (2 * BLOCK));
            let read = blocks.read(&pack, start, until).expect("read");
            assert!(*read == bytes[start as usize..until as usize], "{start}..{until}");
        }
        assert!(blocks.read(&pack, end - 1, end + 1).is_err(), "beyond the end");
        assert!(blocks.read(&pack, 5, 4).is_err(), "backwards");
    }
}
