//! Text encodings of bytes: base 64, 62, 36 and 32.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_encode_padding(false);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

pub(super) const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
pub(super) const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
pub(super) const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Decodes base64 of either alphabet, with or without padding.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    if text.iter().any(|byte| matches!(byte, b'-' | b'_')) { URL_SAFE.decode(text) } else { STANDARD.decode(text) }.ok()
}

/// Like [`base64`], for a text that may be truncated: an incomplete last group is dropped.
pub(super) fn base64_head(text: &[u8]) -> Option<Vec<u8>> {
    let length = text.iter().rposition(|byte| *byte != b'=').map_or(0, |at| at + 1);
    base64(&text[..length - usize::from(length % 4 == 1)])
}

/// Number of leading base64 characters of either alphabet.
pub(super) fn base64_run(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')).count()
}

/// Encodes base64 without padding.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Encodes base64 with padding.
pub(super) fn to_padded_base64(bytes: &[u8]) -> String {
    let mut text = to_base64(bytes);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Encodes base64 in the URL-safe alphabet, without padding.
pub(super) fn to_base64url(bytes: &[u8]) -> String {
    URL_SAFE.encode(bytes)
}

/// Decodes base 32 (RFC 4648) without padding. Trailing bits are dropped. `None` when a character is not in the alphabet.
pub(super) fn base32(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::with_capacity(text.len() * 5 / 8));
    for byte in text {
        let value = BASE32.iter().position(|known| known == byte)?;
        bits = bits << 5 | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

/// Encodes base 32 without padding.
pub(super) fn to_base32(bytes: &[u8]) -> String {
    let (mut bits, mut count, mut text) = (0_u32, 0, String::new());
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(char::from(BASE32[(bits >> count) as usize & 31]));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        text.push(char::from(BASE32[(bits << (5 - count)) as usize & 31]));
    }
    text
}

/// Writes a number in the given digits, padded on the left with the zero digit.
pub(super) fn in_digits(mut number: u32, digits: &[u8], width: usize) -> Vec<u8> {
    let mut text = vec![digits[0]; width];
    for place in text.iter_mut().rev() {
        *place = digits[number as usize % digits.len()];
        number /= u32::try_from(digits.len()).unwrap_or(u32::MAX);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(base64(to_base64(&bytes).as_bytes()), Some(bytes.clone()));
            prop_assert_eq!(base64(to_padded_base64(&bytes).as_bytes()), Some(bytes.clone()));
            prop_assert_eq!(base64(to_base64url(&bytes).as_bytes()), Some(bytes.clone()));
            prop_assert_eq!(base32(to_base32(&bytes).as_bytes()), Some(bytes));
        }
    }

    #[test]
    fn a_cut_off_text_gives_its_beginning() {
        assert_eq!(base64_head(b"aGVsbG8gd29ybGQ"), Some(b"hello world".to_vec()));
        assert_eq!(base64_head(b"aGVsb"), Some(b"hel".to_vec()));
        assert_eq!(base64_head(b"a"), Some(Vec::new()));
        assert_eq!(base64(b"aGVsb"), None);
        assert_eq!(base64(b"aGV*"), None);
    }

    #[test]
    fn numbers_have_their_width() {
        assert_eq!(in_digits(0, BASE62, 6), b"000000");
        assert_eq!(in_digits(u32::MAX, BASE62, 6), b"4gfFC3");
        assert_eq!(in_digits(71, BASE36, 2), b"1z");
    }
}
