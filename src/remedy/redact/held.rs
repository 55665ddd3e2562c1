//! Bytes of the input that are not written yet, and a little of what was.

/// So much of what was written is kept, in bytes: what stands before a line decides about it.
pub(super) const CONTEXT: usize = 8 << 10;
/// Bytes are moved in portions of this size at least.
const WASTE: usize = 64 << 10;

/// The end of the input, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Held {
    bytes: Vec<u8>,
    /// Offset of the first byte.
    base: u64,
    /// Offset of the first byte that is not written.
    written: u64,
}

impl Held {
    /// Takes in bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Offset behind the last byte.
    pub(super) fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    /// Offset of the first byte that is not written.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// The bytes from `start` to `end`, offsets in the input; what is not held is left out.
    pub(super) fn slice(&self, start: u64, end: u64) -> &[u8] {
        &self.bytes[self.index(start)..self.index(end.max(start))]
    }

    /// The bytes that are not written.
    pub(super) fn unwritten(&self) -> &[u8] {
        self.slice(self.written, self.end())
    }

    /// Offset of the first byte that is held, at most [`CONTEXT`] before what is not written.
    pub(super) fn context(&self) -> u64 {
        self.written.saturating_sub(CONTEXT as u64).max(self.base)
    }

    /// Notes that all before `at` is written.
    pub(super) fn write_to(&mut self, at: u64) {
        self.written = self.written.max(at);
        let waste = self.index(self.context());
        if waste >= WASTE {
            self.bytes.drain(..waste);
            self.base += waste as u64;
        }
    }

    fn index(&self, at: u64) -> usize {
        usize::try_from(at.saturating_sub(self.base)).unwrap_or(usize::MAX).min(self.bytes.len())
    }
}
