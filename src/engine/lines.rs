//! From byte offsets to lines and columns.

use crate::model::{LineColumn, Location, Span};
use std::ops::Range;

/// A place in a text, with its line and column. It only moves forward.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lines {
    /// The place, in bytes from the text's beginning.
    at: usize,
    /// Line ends before it.
    lines: u64,
    /// Characters between its line's beginning and it.
    characters: u64,
}

impl Lines {
    /// Moves on over these bytes.
    pub fn advance(&mut self, passed: &[u8]) {
        let in_line = match memchr::memrchr(b'\n', passed) {
            Some(last) => {
                self.lines += memchr::memchr_iter(b'\n', passed).count() as u64;
                self.characters = 0;
                &passed[last + 1..]
            }
            None => passed,
        };
        // Every byte but a continuation of UTF-8 begins a character.
        self.characters += in_line.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        self.at += passed.len();
    }

    /// Moves on to where `range` begins, and says where it is. `buffer` is the part of the text that begins at `base`; ranges must come
    /// in ascending order of their beginnings, so that all of them together cost one pass.
    pub fn locate(&mut self, buffer: &[u8], base: usize, range: &Range<usize>) -> Location {
        self.advance(&buffer[self.at - base..range.start]);
        let mut end = *self;
        end.advance(&buffer[range.clone()]);
        Location::plain(Span::new(self.at as u64, end.at as u64), self.here(), end.here())
    }

    fn here(&self) -> LineColumn {
        LineColumn { line: self.lines + 1, column: self.characters + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_one_and_across_buffers() {
        let text = "one\ntwö three\nfour".as_bytes();
        let whole = Lines::default().locate(text, 0, &(9..14));
        assert_eq!((whole.start.line, whole.start.column, whole.end.line, whole.end.column), (2, 5, 2, 10));
        for cut in 0..=9 {
            let mut lines = Lines::default();
            lines.advance(&text[..cut]);
            assert_eq!(lines.locate(&text[cut..], cut, &(9 - cut..14 - cut)), whole);
        }
    }
}
