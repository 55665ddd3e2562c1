//! Percent-encoding (RFC 3986, section 2.1).

use super::encoded::{Found, hex_byte, is_anchor, is_behind};
use super::escaped::{Unescaped, decode, seen, stretch};

/// The text around the `%XX` at or before `at`.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let is_letter = |bytes: &[u8]| {
        bytes.starts_with(b"%")
            && hex_byte(&bytes[1..]).is_some_and(|byte| is_anchor(char::from(byte)))
            && bytes.get(3) == Some(&b'%')
    };
    if is_letter(&text[at..]) && is_behind(text, at, 24, is_letter) {
        return Found { seen: at.saturating_sub(24)..text.len().min(at + 12), encoded: Vec::new() };
    }
    let ends = |text: &[u8], at: usize| {
        !text[at].is_ascii_graphic() || matches!(text[at], b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\')
    };
    let stretch = stretch(text, at, ends);
    let escape = |bytes: &[u8]| match bytes {
        [b'%', digits @ ..] => Some((Unescaped::Byte(hex_byte(digits)?), 3)),
        _ => None,
    };
    let encoded = decode(text, stretch, "percent", escape).into_iter().collect();
    Found { seen: seen(text, at), encoded }
}
