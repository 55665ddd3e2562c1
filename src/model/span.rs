//! Byte ranges.

/// A half-open range of bytes, `[start, end)`, relative to the beginning of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u64,
    /// Offset after the last byte; never less than `start`.
    pub end: u64,
}

impl Span {
    /// The span `[start, end)`.
    #[must_use]
    pub fn new(start: u64, end: u64) -> Span {
        debug_assert!(start <= end, "a span must not end before it starts");
        Span { start, end }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> u64 {
        self.end - self.start
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether both contain a common byte.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}
