//! Where something is, as a person says it.

use super::Span;

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// The line; lines end at `\n`.
    pub line: u64,
    /// The column, in characters (code points) of the text; the first one of a line is in column 1.
    pub column: u64,
}

/// A span with the lines and columns of its two ends.
///
/// Offsets, lines and columns are those of the text as scanned: for UTF-16 input, of its UTF-8 decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The bytes.
    pub span: Span,
    /// Line and column of the first byte.
    pub start: LineColumn,
    /// Line and column just after the last byte (so that `end.column` is at least 2 on a line of its own).
    pub end: LineColumn,
}
