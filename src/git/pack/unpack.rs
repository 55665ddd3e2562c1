//! Turning entries into objects, with memory that is kept from one to the next.

use super::Pack;
use super::blocks::Blocks;
use super::buffer::Buffer;
use super::delta::{self, Copied, Delta};
use super::entry::{self, Entry, LONGEST_HEADER};
use super::inflate::Inflater;
use crate::git::gap::Fault;

/// Memory over this, bytes, is not kept for the next entry.
const KEEP: usize = 8 << 20;

/// Inflates entries and applies deltas. One a thread.
pub(crate) struct Unpacker {
    inflater: Inflater,
    blocks: Blocks,
    instructions: Buffer,
    copied: Vec<Copied>,
}

impl Unpacker {
    /// A fresh one.
    pub(crate) fn new() -> Unpacker {
        Unpacker {
            inflater: Inflater::new(),
            blocks: Blocks::default(),
            instructions: Buffer::default(),
            copied: Vec::new(),
        }
    }

    /// Inflates an object that is stored whole into `out`, unless it is over `limit` bytes.
    pub(crate) fn whole(&mut self, pack: &Pack, rank: u32, limit: u64, out: &mut Buffer) -> Result<(), Fault> {
        self.inflate(pack, rank, limit, Some(out))
    }

    /// The first half of making an object out of its base: inflates the instructions, unless they are over `limit` bytes. Returns the size that the object will have, bytes.
    pub(crate) fn instructions(&mut self, pack: &Pack, rank: u32, limit: u64) -> Result<u64, Fault> {
        self.inflate(pack, rank, limit, None)?;
        Ok(Delta::parse(&self.instructions)?.size)
    }

    /// The second half: follows the instructions. Returns what the object has from its base.
    pub(crate) fn apply(&mut self, base: &[u8], limit: u64, out: &mut Buffer) -> Result<&[Copied], Fault> {
        let delta = Delta::parse(&self.instructions)?;
        delta::apply(&delta, base, limit, out, &mut self.copied)?;
        Ok(&self.copied)
    }

    /// The header of an entry.
    pub(crate) fn header(&mut self, pack: &Pack, rank: u32) -> Result<Entry, Fault> {
        let (start, end) = pack.forest.extent(rank);
        // Of a large entry only the header is read, for it may never be held.
        let longest = pack.file.end().min(start + LONGEST_HEADER as u64);
        let until = if end - start > KEEP as u64 { longest } else { end.max(longest) };
        entry::parse(self.blocks.read(&pack.file, start, until)?, pack.index.width())
    }

    /// Inflates what follows an entry's header into `out`, or else into `instructions`.
    fn inflate(&mut self, pack: &Pack, rank: u32, limit: u64, out: Option<&mut Buffer>) -> Result<(), Fault> {
        let (start, end) = pack.forest.extent(rank);
        if end - start > limit {
            return Err(Fault::TooLarge { size: end - start, limit });
        }
        if self.instructions.capacity() > KEEP {
            self.instructions = Buffer::default();
        }
        let out = out.unwrap_or(&mut self.instructions);
        let mut inflate = |end| {
            let bytes = self.blocks.read(&pack.file, start, end)?;
            let entry = entry::parse(bytes, pack.index.width())?;
            if entry.size > limit {
                return Err(Fault::TooLarge { size: entry.size, limit });
            }
            self.inflater.inflate(&bytes[entry.header..], entry.size, out)
        };
        let cut = match inflate(end) {
            Err(cut @ (Fault::Inflate(_) | Fault::Truncated(_))) => cut,
            done => return done,
        };
        // An index that lies can have another entry begin amid this one.
        match pack.beyond(start, end, cut_size(&cut)) {
            Some(end) => inflate(end),
            None => Err(cut),
        }
    }
}

/// The size that something should have inflated to, bytes, if that much is known.
fn cut_size(cut: &Fault) -> u64 {
    match cut {
        Fault::Inflate(size) => *size,
        _ => 0,
    }
}
