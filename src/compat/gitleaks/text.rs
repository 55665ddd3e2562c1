//! A text as Go's regexes see it: each byte that is not valid UTF-8 becomes a replacement character.

use std::borrow::Cow;
use std::ops::Range;

/// A decoded text with its mapping to the original bytes.
pub(super) struct Text<'t> {
    /// The original bytes.
    pub(super) source: &'t [u8],
    pub(super) bytes: Cow<'t, [u8]>,
    /// After each replaced byte: the offset in the decoded and in the original text.
    jumps: Vec<(usize, usize)>,
}

impl<'t> Text<'t> {
    pub(super) fn of(bytes: &'t [u8]) -> Text<'t> {
        if std::str::from_utf8(bytes).is_ok() {
            return Text { source: bytes, bytes: Cow::Borrowed(bytes), jumps: Vec::new() };
        }
        let (mut valid, mut jumps, mut at) = (Vec::with_capacity(bytes.len() + 64), Vec::new(), 0);
        for chunk in bytes.utf8_chunks() {
            valid.extend_from_slice(chunk.valid().as_bytes());
            at += chunk.valid().len();
            for _ in chunk.invalid() {
                valid.extend_from_slice("\u{FFFD}".as_bytes());
                at += 1;
                jumps.push((valid.len(), at));
            }
        }
        Text { source: bytes, bytes: Cow::Owned(valid), jumps }
    }

    /// Maps a range to the original bytes.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        self.place(range.start)..self.place(range.end)
    }

    fn place(&self, at: usize) -> usize {
        match self.jumps.partition_point(|(here, _)| *here <= at).checked_sub(1) {
            Some(last) => self.jumps[last].1 + (at - self.jumps[last].0),
            None => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn places_lead_back() {
        let bytes = b"a\xC3\xA9\xFFb\xE2\x82c";
        let text = Text::of(bytes);
        assert_eq!(String::from_utf8_lossy(&text.bytes), "aé\u{FFFD}b\u{FFFD}\u{FFFD}c");
        let at = |part: &[u8]| memchr::memmem::find(&text.bytes, part).expect("stands there");
        for (here, there) in [(&b"a"[..], 0), (b"\xC3\xA9", 1), (b"b", 4), (b"c", 7)] {
            assert_eq!(text.original(&(at(here)..at(here) + here.len())), there..there + here.len());
        }
        assert_eq!(text.original(&(3..6)), 3..4);
        assert!(Text::of(b"plain").jumps.is_empty());
    }
}
