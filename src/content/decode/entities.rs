//! Character references of HTML and XML: numbers, and the names that XML knows.

use super::encoded::{Found, is_anchor, is_behind};
use super::escaped::{Unescaped, decode, seen, stretch};

/// The names that XML knows, and the commonest other one.
const NAMES: [(&[u8], char); 6] =
    [(b"&amp;", '&'), (b"&lt;", '<'), (b"&gt;", '>'), (b"&quot;", '"'), (b"&apos;", '\''), (b"&nbsp;", ' ')];

/// The text around the reference at `at`.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let is_letter = |bytes: &[u8]| {
        bytes.starts_with(b"&#")
            && reference(bytes).is_some_and(|(c, length)| is_anchor(c) && bytes[length - 1] == b';')
    };
    if is_behind(text, at, 24, is_letter) {
        return Found { seen: at.saturating_sub(24)..text.len().min(at + 12), encoded: Vec::new() };
    }
    let stretch = stretch(text, at, |text, at| matches!(text[at], b'\n' | b'<' | b'>'));
    let escape = |bytes: &[u8]| reference(bytes).map(|(c, length)| (Unescaped::Char(c), length));
    let encoded = decode(text, stretch, "entities", escape).into_iter().collect();
    Found { seen: seen(text, at), encoded }
}

/// The character that a reference at the beginning stands for, and its length.
fn reference(bytes: &[u8]) -> Option<(char, usize)> {
    let [b'&', rest @ ..] = bytes else { return None };
    let [b'#', rest @ ..] = rest else {
        return NAMES.iter().find(|(name, _)| bytes.starts_with(name)).map(|(name, c)| (*c, name.len()));
    };
    let (digits, radix, head) = match rest {
        [b'x' | b'X', digits @ ..] => (digits, 16, 3),
        digits => (digits, 10, 2),
    };
    let count = digits.iter().take(7).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let number = u32::from_str_radix(std::str::from_utf8(&digits[..count]).ok()?, radix).ok()?;
    let closes = usize::from(digits.get(count) == Some(&b';'));
    Some((char::from_u32(number)?, head + count + closes))
}
