//! From byte offsets to lines and columns.

use crate::model::{LineColumn, Location, Span};
use std::ops::Range;

/// The place in the lines of a text at which a buffer begins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lines {
    /// Offset of the buffer's first byte.
    base: usize,
    /// Line ends before the buffer.
    before: u64,
    /// Offset of the first byte of the line that the buffer begins in.
    line_start: usize,
}

impl Lines {
    /// Moves on by the bytes that leave the buffer.
    pub fn advance(&mut self, leaving: &[u8]) {
        if let Some(last) = memchr::memrchr(b'\n', leaving) {
            self.before += memchr::memchr_iter(b'\n', leaving).count() as u64;
            self.line_start = self.base + last + 1;
        }
        self.base += leaving.len();
    }

    /// The location of a range of the buffer.
    #[must_use]
    pub fn locate(&self, buffer: &[u8], range: &Range<usize>) -> Location {
        let mut end = *self;
        end.advance(&buffer[..range.start]);
        let start = end;
        end.advance(&buffer[range.clone()]);
        Location { span: Span::new(start.base as u64, end.base as u64), start: start.here(), end: end.here() }
    }

    fn here(&self) -> LineColumn {
        LineColumn { line: self.before + 1, column: (self.base - self.line_start) as u64 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_one_and_across_buffers() {
        let text = b"one\ntwo three\nfour";
        let whole = Lines::default().locate(text, &(8..13));
        assert_eq!((whole.start.line, whole.start.column, whole.end.line, whole.end.column), (2, 5, 2, 10));
        for cut in 0..=8 {
            let mut lines = Lines::default();
            lines.advance(&text[..cut]);
            assert_eq!(lines.locate(&text[cut..], &(8 - cut..13 - cut)), whole);
        }
    }
}
