//! Base64 (RFC 4648, sections 4 and 5): standard and URL-safe, padded or not, on one line or wrapped.
//!
//! Text in base64 is known by its head: the bits that ASCII has not are zero at known places of every four characters.

use super::encoded::{AFTER, Encoded, Found, LEAST_BYTES, MAX_SPAN, Mapped};
use std::ops::Range;

/// A line of a wrapped block has at least so many characters; MIME has 76, PEM 64.
const WRAPPED: usize = 40;
/// Most blanks before a line of a block, or between it and its end.
const INDENT: usize = 64;
/// Longest line of a block.
const LINE: usize = 1024;
/// Not in the alphabet.
const NONE: u8 = 255;

const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < 64 {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values
};

/// By character: in which places of four it may stand when the three bytes are ASCII text (bits 0 to 2), and when they are UTF-16 of ASCII (bits 3
/// to 5: the second and third of the first four, and the second of the next four).
pub(super) const PLACES: [u8; 256] = {
    let mut places = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let value = VALUES[byte];
        if value != NONE {
            // The first byte's upper six bits; the second's upper four; the third's upper two.
            let first = (value >= 8 && value < 32) || value == 2 || value == 3;
            let second = matches!(value & 15, 0 | 2..=7);
            let third = value & 3 < 2;
            places[byte] = first as u8
                | (second as u8) << 1
                | (third as u8) << 2
                | ((value & 15 == 0) as u8) << 3
                | ((value < 2) as u8) << 4
                | (matches!(value, 2..=7) as u8) << 5;
        }
        byte += 1;
    }
    places
};

/// Whether text may be encoded here, by the bits of twelve characters and the characters.
#[inline(always)]
pub(super) fn may_begin(at: impl Fn(usize) -> u16, head: &[u8; 12]) -> bool {
    let four = |from: usize| at(from) & at(from + 1) >> 1 & at(from + 2) >> 2;
    let is_text = four(0) & four(4) & four(8) & 1 != 0;
    let is_wide = (at(0) & at(1) >> 3 & at(2) >> 4 & at(5) >> 5 & 1 != 0) & (head[4] == b'A') & (head[7] == b'A');
    is_text | is_wide
}

/// The base64 that begins at `at`, a run of token characters.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let (begins, from) = begins(text, at);
    if !begins {
        return Found { seen: from..at + 16.min(text.len() - at), encoded: Vec::new() };
    }
    let (mapped, span, end) = collect(text, at);
    let encoded = mapped.finish(("base64", 3), span, LEAST_BYTES).into_iter().collect();
    Found { seen: from..end, encoded }
}

/// The gzip in base64 that begins with the `H4sI` at `at`.
pub(super) fn at_gzip(text: &[u8], at: usize) -> Found {
    if at > 0 && VALUES[usize::from(text[at - 1])] != NONE {
        return Found { seen: at - 1..at, encoded: Vec::new() };
    }
    let (mapped, span, end) = collect(text, at);
    let encoded = mapped.finish(("base64", 3), span, LEAST_BYTES).into_iter().collect();
    Found { seen: at.saturating_sub(1)..end, encoded }
}

/// What a value, all of it, is in base64; `None` when it is not base64. Blanks and line ends are left out.
#[must_use]
pub fn decode(value: &[u8]) -> Option<Vec<u8>> {
    let encoded = whole(value, 0..value.len())?;
    Some(encoded.bytes)
}

/// The same with the places of the bytes, of a part of a text.
pub(super) fn whole(text: &[u8], range: Range<usize>) -> Option<Mapped> {
    let mut sextets = Sextets::default();
    let mut padding = 0;
    for at in range {
        match text[at] {
            b'=' => padding += 1,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            byte if VALUES[usize::from(byte)] != NONE && padding == 0 => sextets.push(VALUES[usize::from(byte)], at),
            _ => return None,
        }
    }
    (padding < 4 && sextets.count % 4 != 1 && sextets.count > 0).then_some(sextets.mapped)
}

/// The span of a value of a Kubernetes Secret.
pub(super) fn value(text: &[u8], range: Range<usize>, key: Vec<u8>) -> Option<Encoded> {
    let mut encoded = whole(text, range.clone())?.finish(("base64", 3), range, 1)?;
    encoded.key = Some(key);
    Some(encoded)
}

/// Whether a span begins at `at`, and the first byte that was looked at for it. It does not in the midst of one, nor on a line that goes on with a
/// block: the block's first line stands for it.
fn begins(text: &[u8], at: usize) -> (bool, usize) {
    let Some(before) = at.checked_sub(1) else { return (true, at) };
    let is_inside = match text[before] {
        b'-' => before > 0 && VALUES[usize::from(text[before - 1])] != NONE,
        b'/' => false,
        byte => VALUES[usize::from(byte)] != NONE,
    };
    if is_inside {
        return (false, before.saturating_sub(1));
    }
    // Back over the indentation and the end of the line before.
    let least = before.saturating_sub(2 * INDENT + LINE + 4);
    let head = &text[least..at];
    let unindented = trim_blanks(head);
    let Some(line) = unindented.strip_suffix(b"\n") else { return (true, before.saturating_sub(1 + INDENT)) };
    let line = trim_blanks(line.strip_suffix(b"\r").unwrap_or(line));
    let length = line.iter().rev().take_while(|byte| VALUES[usize::from(**byte)] != NONE).count();
    let is_line = length == line.len() || matches!(line[line.len() - length - 1], b' ' | b'\t' | b'\n');
    let here = text[at..].iter().take(length + 1).take_while(|byte| VALUES[usize::from(**byte)] != NONE).count();
    (!(length >= WRAPPED && is_line && here <= length), least)
}

fn trim_blanks(mut bytes: &[u8]) -> &[u8] {
    for _ in 0..INDENT {
        match bytes {
            [rest @ .., b' ' | b'\t'] => bytes = rest,
            _ => break,
        }
    }
    bytes
}

/// Decodes what begins at `at`, over the lines of a block; the span, and the end of what was looked at.
fn collect(text: &[u8], at: usize) -> (Mapped, Range<usize>, usize) {
    let limit = text.len().min(at + MAX_SPAN);
    let mut sextets = Sextets::default();
    let (mut here, mut line_start, mut width) = (at, at, None);
    let end = loop {
        while here < limit {
            let value = VALUES[usize::from(text[here])];
            if value != NONE {
                sextets.push(value, here);
                here += 1;
            } else if text[here] == b'\\' && text.get(here + 1) == Some(&b'/') && here + 1 < limit {
                // JSON may escape it.
                sextets.push(VALUES[usize::from(b'/')], here);
                here += 2;
            } else {
                break;
            }
        }
        let length = here - line_start;
        let goes_on = (WRAPPED..=LINE).contains(&length) && width.is_none_or(|width| width == length);
        let Some(next) = (if goes_on { next_line(text, here, length, limit) } else { None }) else { break here };
        width = Some(length);
        (here, line_start) = (next, next);
    };
    let padding = text[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
    // The line that would go on is looked at too.
    let seen = text.len().min(end + INDENT * 2 + LINE + 8).min(at + AFTER);
    (sextets.mapped, at..end + padding, seen)
}

/// Where the characters of the next line of a block begin: it has blanks before it, at most as many characters, and nothing else.
fn next_line(text: &[u8], end: usize, length: usize, limit: usize) -> Option<usize> {
    let line = match &text[end..] {
        [b'\n', ..] => end + 1,
        // A block in a string of JSON has its line ends escaped.
        [b'\r', b'\n', ..] | [b'\\', b'n', ..] => end + 2,
        [b'\\', b'r', b'\\', b'n', ..] => end + 4,
        _ => return None,
    };
    let start = line + text[line..].iter().take(INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let count = text[start..].iter().take(length + 1).take_while(|byte| VALUES[usize::from(**byte)] != NONE).count();
    let behind = text[start + count..].iter().find(|byte| **byte != b'=');
    let ends = behind.is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b' ' | b'`'));
    (count > 0 && count <= length && ends && start + count <= limit).then_some(start)
}

/// Gathers groups of six bits into bytes.
#[derive(Default)]
struct Sextets {
    mapped: Mapped,
    bits: u32,
    count: usize,
    place: usize,
}

impl Sextets {
    fn push(&mut self, value: u8, place: usize) {
        self.bits = self.bits << 6 | u32::from(value);
        match self.count % 4 {
            0 => {}
            1 => self.mapped.push((self.bits >> 4) as u8, self.place),
            2 => self.mapped.push((self.bits >> 2) as u8, self.place),
            _ => self.mapped.push(self.bits as u8, self.place),
        }
        self.place = place;
        self.count += 1;
    }
}
