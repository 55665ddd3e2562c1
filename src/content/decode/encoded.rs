//! What decoders make: decoded text with where each byte of it stands.

use super::text::{Step, unpack};
use std::ops::Range;

/// Longest encoded span that is decoded, in bytes.
pub const MAX_SPAN: usize = 64 << 10;
/// How far before an anchor a decoder looks, in bytes.
pub const BEFORE: usize = 16 << 10;
/// How far behind an anchor a decoder looks, in bytes.
pub const AFTER: usize = MAX_SPAN + 1024;
/// Fewer decoded bytes than this hold no secret that is worth the look, unless a name says that they do.
pub(super) const LEAST_BYTES: usize = 9;

/// What a decoder found at an anchor.
#[derive(Debug, Default)]
pub struct Found {
    /// The part of the text that decided, all of it.
    pub seen: Range<usize>,
    /// What is encoded there.
    pub encoded: Vec<Encoded>,
}

/// A span of a text and what it stands for.
#[derive(Debug)]
pub struct Encoded {
    /// The encoded bytes.
    pub span: Range<usize>,
    /// The decoders, outermost first, each with the bytes that it was given.
    pub by: Vec<Step>,
    /// What they come to: text in UTF-8.
    pub text: Vec<u8>,
    /// What the value is called, where it is one of a Kubernetes Secret.
    pub key: Option<Vec<u8>>,
    /// Where in the outer text each byte of `text` begins, and where the last one ends; empty where that cannot be said.
    places: Vec<u32>,
    /// Of so many bytes, the first begins with a character of its own; the others share theirs with the one before.
    group: usize,
}

impl Encoded {
    /// The bytes of the outer text that a part of the decoded text stands in: the whole span where no more can be said.
    #[must_use]
    pub fn outer(&self, inner: &Range<usize>) -> Range<usize> {
        match (self.places.get(inner.start), self.places.get(inner.end)) {
            (Some(start), Some(end)) if start < end => {
                let shared = usize::from(!inner.end.is_multiple_of(self.group));
                *start as usize..(*end as usize + shared).min(self.span.end)
            }
            _ => self.span.clone(),
        }
    }
}

/// Bytes with where each stands in the outer text.
#[derive(Default)]
pub(super) struct Mapped {
    pub(super) bytes: Vec<u8>,
    places: Vec<u32>,
}

impl Mapped {
    pub(super) fn push(&mut self, byte: u8, place: usize) {
        self.bytes.push(byte);
        self.places.push(place as u32);
    }

    pub(super) fn push_char(&mut self, c: char, place: usize) {
        c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.push(byte, place));
    }

    /// The encoded span, if the bytes are text or what can be unpacked to text; `group` is as in [`Encoded`].
    pub(super) fn finish(
        mut self,
        (by, group): (&'static str, usize),
        span: Range<usize>,
        least: usize,
    ) -> Option<Encoded> {
        self.places.push(span.end as u32);
        let mut by = vec![(by, span.clone())];
        let unpacked = unpack(self.bytes, &mut by, least)?;
        let places = if unpacked.is_same { self.places } else { Vec::new() };
        Some(Encoded { span, by, text: unpacked.text, key: None, places, group })
    }
}

/// Whether one of these literals begins in the `within` bytes before `at`: then the anchor there sees what this one would.
pub(super) fn is_behind(text: &[u8], at: usize, within: usize, is_literal: impl Fn(&[u8]) -> bool) -> bool {
    // Long encoded texts have an anchor now and then, chosen by what stands there, so that all of them is seen.
    let chosen = text[at..].iter().take(12).fold(0_u8, |hash, byte| hash.wrapping_mul(31).wrapping_add(*byte));
    chosen % 16 != 0 && (at.saturating_sub(within)..at).any(|before| is_literal(&text[before..]))
}

/// Whether a character, escaped, is an anchor: see the engine's index, which has these letters too.
pub(super) fn is_anchor(c: char) -> bool {
    "etonsarik".contains(c)
}

pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// The value of two hexadecimal digits.
pub(super) fn hex_byte(digits: &[u8]) -> Option<u8> {
    match digits {
        [high, low, ..] => Some(hex_digit(*high)? << 4 | hex_digit(*low)?),
        _ => None,
    }
}
