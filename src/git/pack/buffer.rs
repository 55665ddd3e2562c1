//! A byte buffer that is reused: it grows and never shrinks, and does not clear what the next user overwrites.
//!
//! Inflating needs initialised memory. A fresh `Vec` for each of a hundred thousand objects would spend more on page
//! faults and zeroing than on inflating.

use std::ops::Deref;

/// Reusable memory, of which the bytes `[start, end)` count.
#[derive(Default)]
pub(crate) struct Buffer {
    storage: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    /// Makes the buffer `len` bytes long and returns them all. What they hold is left over from earlier users.
    pub(crate) fn resize_stale(&mut self, len: usize) -> &mut [u8] {
        if self.storage.len() < len {
            self.storage.resize(len, 0);
        }
        (self.start, self.end) = (0, len);
        &mut self.storage[..len]
    }

    /// Forgets the first `len` bytes, or all if there are fewer.
    pub(crate) fn drop_front(&mut self, len: usize) {
        self.start = self.start.saturating_add(len).min(self.end);
    }

    /// Memory held, bytes.
    pub(crate) fn capacity(&self) -> usize {
        self.storage.capacity()
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(storage: Vec<u8>) -> Buffer {
        Buffer { start: 0, end: storage.len(), storage }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.storage[self.start..self.end]
    }
}
