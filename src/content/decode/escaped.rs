//! What escapes have in common: they stand among other characters, so a bounded stretch of text around one is decoded.

use super::encoded::{Encoded, Mapped};
use std::ops::Range;

/// How far before an escape its stretch begins, and how far behind it ends, in bytes.
const BEFORE: usize = 256;
const AFTER: usize = 1024;
/// How long an escape is at most, in bytes.
const LONGEST: usize = 12;

/// The stretch around `at` that holds no byte of which `ends` says that it ends one: it is asked for a text and a place in it.
pub(super) fn stretch(text: &[u8], at: usize, ends: impl Fn(&[u8], usize) -> bool) -> Range<usize> {
    let least = at.saturating_sub(BEFORE);
    let start = (least..at).rev().find(|before| ends(text, *before)).map_or(least, |before| before + 1);
    let most = text.len().min(at + AFTER);
    let end = (at..most).find(|behind| ends(text, *behind)).unwrap_or(most);
    start..end
}

/// The part of the text that decides about a stretch.
pub(super) fn seen(text: &[u8], at: usize) -> Range<usize> {
    at.saturating_sub(BEFORE + LONGEST)..text.len().min(at + AFTER + LONGEST)
}

/// Decodes a stretch: `escape` gives the character that an escape at the beginning of some bytes stands for, and its length; other bytes stand for
/// themselves. `None` when nothing is escaped.
pub(super) fn decode(
    text: &[u8],
    stretch: Range<usize>,
    by: &'static str,
    escape: impl Fn(&[u8]) -> Option<(Unescaped, usize)>,
) -> Option<Encoded> {
    let mut mapped = Mapped::default();
    let (mut at, mut count) = (stretch.start, 0);
    while at < stretch.end {
        match escape(&text[at..stretch.end]) {
            Some((unescaped, length)) => {
                match unescaped {
                    Unescaped::Byte(byte) => mapped.push(byte, at),
                    Unescaped::Char(c) => mapped.push_char(c, at),
                    Unescaped::Nothing => {}
                }
                at += length;
                count += 1;
            }
            None => {
                mapped.push(text[at], at);
                at += 1;
            }
        }
    }
    if count == 0 {
        return None;
    }
    mapped.finish((by, 1), stretch, 4)
}

/// What an escape stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unescaped {
    Byte(u8),
    Char(char),
    /// A line that is broken where the text is not.
    Nothing,
}
