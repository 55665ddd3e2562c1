//! Base32 (RFC 4648, section 6), in capitals.

use super::encoded::{AFTER, Found, LEAST_BYTES, MAX_SPAN, Mapped};

/// The value of a character.
const fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    }
}

/// Bit 0: it may be the first of eight of ASCII text; bit 1: it is in the alphabet.
pub(super) const PLACES: [u8; 256] = {
    let mut places = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if let Some(value) = value(byte as u8) {
            places[byte] = 2 | (value < 16) as u8;
        }
        byte += 1;
    }
    places
};

/// Whether text may be encoded here, by the bits of twelve characters.
#[inline(always)]
pub(super) fn may_begin(at: impl Fn(usize) -> u16) -> bool {
    at(0) & at(8) & at(1) >> 1 & at(2) >> 1 & at(3) >> 1 & at(6) >> 1 & at(11) >> 1 & 1 != 0
}

/// The base32 that begins at `at`.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let mut mapped = Mapped::default();
    let (mut bits, mut have, mut begins, mut end) = (0_u32, 0, at, at);
    for byte in text[at..].iter().take(MAX_SPAN) {
        let Some(value) = value(*byte) else { break };
        if have == 0 {
            begins = end;
        }
        bits = bits << 5 | u32::from(value);
        have += 5;
        if have >= 8 {
            have -= 8;
            mapped.push((bits >> have) as u8, begins);
            begins = end;
        }
        end += 1;
    }
    let goes_on = text.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let padding = text[end..].iter().take(6).take_while(|byte| **byte == b'=').count();
    let is_inside = at > 0 && (text[at - 1].is_ascii_alphanumeric() || text[at - 1] == b'-');
    let seen = at.saturating_sub(1)..(end + 7).min(text.len()).min(at + AFTER);
    if goes_on || is_inside {
        return Found { seen, encoded: Vec::new() };
    }
    let encoded = mapped.finish(("base32", 5), at..end + padding, LEAST_BYTES).into_iter().collect();
    Found { seen, encoded }
}
