//! Places to replace, and those that run into each other as one.

use super::label::Label;

/// A place of the input to replace: offsets in bytes, half open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) label: Label,
    pub(super) unit: Unit,
}

/// How the bytes of a place write ASCII, so that what replaces them is text of the same encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Unit {
    /// One byte a character.
    #[default]
    Byte,
    /// So many bytes a character (UTF-16 or UTF-32), the lowest first.
    Little(usize),
    /// So many bytes a character, the lowest last.
    Big(usize),
}

impl Unit {
    /// The unit of wide text that begins with an ASCII character.
    pub(super) fn of_wide(bytes: &[u8]) -> Unit {
        match bytes {
            [1..=255, 0, 0, 0, ..] => Unit::Little(4),
            [0, 0, 0, 1..=255, ..] => Unit::Big(4),
            [1..=255, 0, ..] => Unit::Little(2),
            [0, 1..=255, ..] => Unit::Big(2),
            _ => Unit::Byte,
        }
    }

    /// An ASCII text in this encoding.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        let (width, is_little) = match self {
            Unit::Byte => return text.as_bytes().to_vec(),
            Unit::Little(width) => (width, true),
            Unit::Big(width) => (width, false),
        };
        let mut out = vec![0; text.len() * width];
        for (unit, byte) in out.chunks_exact_mut(width).zip(text.bytes()) {
            unit[if is_little { 0 } else { width - 1 }] = byte;
        }
        out
    }
}

/// Sorts places and joins those that share bytes; the first, or of several the longest, names them.
pub(super) fn join(spans: &mut Vec<Span>) {
    spans.sort_by(|a, b| (a.start, b.end, &a.label).cmp(&(b.start, a.end, &b.label)));
    spans.dedup_by(|next, first| {
        let touches = next.start < first.end;
        if touches {
            first.end = first.end.max(next.end);
        }
        touches
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shares_bytes_is_one_place() {
        let span =
            |start, end, text: &str| Span { start, end, label: Label::Masked(text.to_owned()), unit: Unit::Byte };
        let mut all = vec![span(8, 9, "d"), span(2, 5, "b"), span(2, 4, "a"), span(4, 7, "c"), span(7, 8, "e")];
        join(&mut all);
        assert_eq!(all, [span(2, 7, "b"), span(7, 8, "e"), span(8, 9, "d")]);
    }

    #[test]
    fn a_replacement_is_text_of_the_same_encoding() {
        assert_eq!(Unit::of_wide(b"a\0b\0").encode("xy"), b"x\0y\0");
        assert_eq!(Unit::of_wide(b"\0a\0b").encode("x"), b"\0x");
        assert_eq!(Unit::of_wide(b"a\0\0\0").encode("x"), b"x\0\0\0");
        assert_eq!(Unit::of_wide(b"\0\0\0a").encode("x"), b"\0\0\0x");
    }
}
