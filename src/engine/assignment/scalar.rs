//! One value by itself: a string, or what stands up to a blank.

use super::Assignment;
use std::ops::Range;

/// How far behind a name its value begins, in bytes.
pub(super) const BEHIND: usize = 160;
/// Longer values in a field of their own are not read, in bytes.
pub(super) const LONGEST: usize = crate::rules::window::LONGEST_VALUE;

/// The quote around a value, and the value.
pub(super) type Found = (Option<u8>, Range<usize>);

pub(super) fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(b'\n')
}

pub(super) fn is_one_of(word: &[u8], list: &[&[u8]]) -> bool {
    list.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// The string that begins with the quote at `at`.
pub(super) fn string(text: &[u8], at: usize) -> Option<Found> {
    let quote = *text.get(at).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    let value = Assignment::quoted(text, at + 1, quote, false)?;
    (!value.is_empty()).then_some((Some(quote), value))
}

/// A string, with or without the prefix that languages put before one, or what stands up to a blank.
pub(super) fn value(text: &[u8], at: usize) -> Option<Found> {
    let prefix = text[at..].iter().take(3).take_while(|byte| matches!(byte, b'<' | b'b' | b'L' | b'@')).count();
    if matches!(byte(text, at + prefix), b'"' | b'\'' | b'`') {
        return string(text, at + prefix);
    }
    bare(text, at, |byte| matches!(byte, b',' | b'}' | b'"' | b'\'' | b'<' | b';'))
}

/// What stands up to a blank, or to what ends it.
pub(super) fn bare(text: &[u8], at: usize, ends: impl Fn(u8) -> bool) -> Option<Found> {
    let rest = text.get(at..)?;
    let length = rest.iter().take(LONGEST + 1).take_while(|one| !one.is_ascii_whitespace() && !ends(**one)).count();
    (length > 0 && length <= LONGEST).then_some((None, at..at + length))
}
