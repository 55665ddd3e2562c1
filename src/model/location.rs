//! Locations with lines and columns.

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
/// Lines and columns are those of the text that an editor shows; they are the same in the view and in the outer bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The bytes in the view that was scanned: for UTF-16 input, its UTF-8 decoding.
    pub view: Span,
    /// The bytes of the outermost source that can name them: for UTF-16 input, its own bytes; in an archive, those of the member.
    pub outer: Span,
    /// Line and column of the first byte.
    pub start: LineColumn,
    /// Line and column just after the last byte (so that `end.column` is at least 2 on a line of its own).
    pub end: LineColumn,
}

impl Location {
    /// The location in bytes that were scanned as they are: the view is the outer source.
    #[must_use]
    pub fn plain(span: Span, start: LineColumn, end: LineColumn) -> Location {
        Location { view: span, outer: span, start, end }
    }
}
