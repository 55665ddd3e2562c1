//! Escapes behind a backslash, as strings of JSON, of most languages and of shells have them.

use super::encoded::{Found, hex_byte, is_anchor, is_behind};
use super::escaped::{Unescaped, decode, seen, stretch};

/// The text around the escape at `at`: the string that it stands in.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let is_same = |bytes: &[u8]| bytes.starts_with(b"\\\\\\\"") || is_letter(bytes);
    if is_same(&text[at..]) && is_behind(text, at, 24, is_same) {
        return Found { seen: at.saturating_sub(24)..text.len().min(at + 12), encoded: Vec::new() };
    }
    let stretch = stretch(text, at, |text, at| match text[at] {
        b'\n' => true,
        b'"' | b'\'' | b'`' => {
            let backslashes = text[..at].iter().rev().take(16).take_while(|byte| **byte == b'\\').count();
            backslashes.is_multiple_of(2)
        }
        _ => false,
    });
    let encoded = decode(text, stretch, "escapes", escape).into_iter().collect();
    Found { seen: seen(text, at), encoded }
}

/// Whether an anchor's letter is escaped here, as a number.
fn is_letter(bytes: &[u8]) -> bool {
    let length = match bytes {
        [b'\\', b'u', ..] => 6,
        [b'\\', b'x' | b'1', ..] => 4,
        _ => return false,
    };
    escape(bytes).is_some_and(|(unescaped, of)| match unescaped {
        Unescaped::Byte(byte) => of == length && is_anchor(char::from(byte)),
        Unescaped::Char(c) => of == length && is_anchor(c),
        Unescaped::Nothing => false,
    })
}

/// What an escape at the beginning stands for, and its length.
fn escape(bytes: &[u8]) -> Option<(Unescaped, usize)> {
    let [b'\\', kind, rest @ ..] = bytes else { return None };
    let short = |byte: u8| Some((Unescaped::Byte(byte), 2));
    match kind {
        b'n' => short(b'\n'),
        b'r' => short(b'\r'),
        b't' => short(b'\t'),
        b'"' | b'\'' | b'\\' | b'/' | b'`' => short(*kind),
        b'x' => Some((Unescaped::Byte(hex_byte(rest)?), 4)),
        b'u' => unicode(rest),
        b'0'..=b'7' => {
            let digits = bytes[1..].iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7'));
            let (value, count) =
                digits.fold((0_u32, 0), |(value, count), digit| (value * 8 + u32::from(digit - b'0'), count + 1));
            Some((Unescaped::Byte(u8::try_from(value).ok()?), 1 + count))
        }
        _ => None,
    }
}

/// `\uXXXX`, of which two may be a pair of surrogates, and `\u{X…}`; the bytes are those behind the `u`.
fn unicode(bytes: &[u8]) -> Option<(Unescaped, usize)> {
    if let [b'{', digits @ ..] = bytes {
        let count = digits.iter().take(7).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let number = u32::from_str_radix(std::str::from_utf8(&digits[..count]).ok()?, 16).ok()?;
        let closes = digits.get(count) == Some(&b'}');
        return char::from_u32(number).filter(|_| closes).map(|c| (Unescaped::Char(c), count + 4));
    }
    let unit = |bytes: &[u8]| Some(u32::from(hex_byte(bytes)?) << 8 | u32::from(hex_byte(bytes.get(2..)?)?));
    let first = unit(bytes)?;
    if let (0xD800..0xDC00, Some([b'\\', b'u', rest @ ..])) = (first, bytes.get(4..)) {
        let second = unit(rest).filter(|second| (0xDC00..0xE000).contains(second));
        if let Some(second) = second {
            let c = char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            return c.map(|c| (Unescaped::Char(c), 12));
        }
    }
    Some((Unescaped::Char(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)), 6))
}
