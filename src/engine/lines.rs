//! From byte offsets to lines and columns.

use crate::model::{LineColumn, Location, Span};
use std::ops::Range;

/// A place in a text, with its line. It only moves forward.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lines {
    /// The place, in bytes from the text's beginning.
    at: usize,
    /// Line ends before it.
    before: u64,
    /// Where its line begins.
    line_start: usize,
}

impl Lines {
    /// Moves on over these bytes.
    pub fn advance(&mut self, passed: &[u8]) {
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.before += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.line_start = self.at + last + 1;
        }
        self.at += passed.len();
    }

    /// Moves on to where `range` begins, and says where it is. `buffer` is the part of the text that begins at `base`; ranges must come
    /// in ascending order of their beginnings, so that all of them together cost one pass.
    pub fn locate(&mut self, buffer: &[u8], base: usize, range: &Range<usize>) -> Location {
        self.advance(&buffer[self.at - base..range.start]);
        let mut end = *self;
        end.advance(&buffer[range.clone()]);
        Location { span: Span::new(self.at as u64, end.at as u64), start: self.here(), end: end.here() }
    }

    fn here(&self) -> LineColumn {
        LineColumn { line: self.before + 1, column: (self.at - self.line_start) as u64 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_one_and_across_buffers() {
        let text = b"one\ntwo three\nfour";
        let whole = Lines::default().locate(text, 0, &(8..13));
        assert_eq!((whole.start.line, whole.start.column, whole.end.line, whole.end.column), (2, 5, 2, 10));
        for cut in 0..=8 {
            let mut lines = Lines::default();
            lines.advance(&text[..cut]);
            assert_eq!(lines.locate(&text[cut..], cut, &(8 - cut..13 - cut)), whole);
        }
    }
}
