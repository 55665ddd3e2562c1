//! Reading ahead in a pack.
//!
//! What is made from an object mostly stands behind it, and a call into the system for every entry of a few hundred bytes would cost as much
//! as inflating it. So whoever reads on from where he was gets more than he asked for; whoever jumps about does not.

use super::file::PackFile;
use crate::git::gap::Fault;

/// So many bytes are read at once when entries are read one after the other.
const STRETCH: u64 = 64 << 10;

/// A gap of so many bytes is still "one after the other".
const NEAR: u64 = 32 << 10;

/// Memory over this, bytes, is not kept for the next entry.
const KEEP: usize = 8 << 20;

/// A stretch of some pack.
#[derive(Default)]
pub(super) struct Ahead {
    bytes: Vec<u8>,
    /// Which pack it is of, as the place of its file in memory, and what part of it.
    file: usize,
    start: u64,
    end: u64,
}

impl Ahead {
    /// The bytes `[start, end)` of a pack.
    pub(super) fn read(&mut self, file: &PackFile, start: u64, end: u64) -> Result<&[u8], Fault> {
        let id = std::ptr::from_ref(file).addr();
        let is_same = self.file == id && start >= self.start;
        if !is_same || end > self.end {
            let goes_on = is_same && start <= self.end.saturating_add(NEAR);
            let until = if goes_on { end.max(file.end().min(start.saturating_add(STRETCH))) } else { end };
            if self.bytes.len() > KEEP {
                self.bytes = Vec::new();
            }
            // Nothing is here until it is: reading can fail.
            (self.file, self.start, self.end) = (id, start, start);
            file.read(start, until, &mut self.bytes)?;
            self.end = until;
        }
        Ok(&self.bytes[(start - self.start) as usize..(end - self.start) as usize])
    }
}
