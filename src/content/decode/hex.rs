//! Text as hexadecimal digits, two a byte.

use super::encoded::{AFTER, Found, LEAST_BYTES, MAX_SPAN, Mapped, hex_byte};

/// Bit 0: it may be the upper digit of ASCII text; bit 1: it is a digit.
pub(super) const PLACES: [u8; 256] = {
    let mut places = [0; 256];
    let mut byte = 0_u8;
    loop {
        let is_digit = byte.is_ascii_hexdigit();
        places[byte as usize] = (matches!(byte, b'0' | b'2'..=b'7') as u8) | (is_digit as u8) << 1;
        if byte == 255 {
            break;
        }
        byte += 1;
    }
    places
};

/// Whether text may be encoded here, by the bits of twelve characters.
#[inline(always)]
pub(super) fn may_begin(at: impl Fn(usize) -> u16) -> bool {
    let upper = at(0) & at(2) & at(4) & at(6) & at(8) & at(10);
    let lower = at(1) & at(3) & at(5) & at(7) & at(9) & at(11);
    upper & lower >> 1 & 1 != 0
}

/// The hexadecimal digits that begin at `at`.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let count = text[at..].iter().take(MAX_SPAN).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let end = at + count;
    let seen = at.saturating_sub(1)..(end + 1).min(text.len()).min(at + AFTER);
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_part = text.get(end).is_some_and(is_word) && count < MAX_SPAN;
    if is_part || !count.is_multiple_of(2) || (at > 0 && is_word(&text[at - 1])) {
        return Found { seen, encoded: Vec::new() };
    }
    let mut mapped = Mapped::default();
    for place in (at..end).step_by(2) {
        if let Some(byte) = hex_byte(&text[place..]) {
            mapped.push(byte, place);
        }
    }
    let encoded = mapped.finish(("hex", 1), at..end, LEAST_BYTES).into_iter().collect();
    Found { seen, encoded }
}
