//! Base64-encoded JSON that keeps the characters that a pattern fixes.

use super::super::encoding::{base64_run, to_base64, to_base64url, to_padded_base64};
use super::super::json::start;
use super::{Draft, Random, characters};
use serde_json::Value;
use std::ops::Range;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// Members of a header and a payload, without the first quote.
const HEADER: &str = r#"alg":"HS256","typ":"JWT""#;
const PAYLOAD: &str = r#"iat":1600000000,"exp":1900000000"#;

/// A token of three parts, the first two of which are JSON.
pub(super) fn jwt(draft: &Draft<'_>, random: &mut Random<'_>) -> Vec<u8> {
    let from = start(draft.bytes).unwrap_or(0);
    let mut parts = draft.bytes[from..].split(|byte| *byte == b'.');
    let (header, payload) = (parts.next().unwrap_or_default().len(), parts.next().unwrap_or_default().len());
    let signature: Vec<u8> = parts.next().unwrap_or_default().to_vec();
    let first = object(draft, from..from + header, HEADER, random);
    let second = object(draft, from + header + 1..from + header + 1 + payload, PAYLOAD, random);
    let signature = if signature.is_empty() { characters(43, LETTERS, random) } else { signature };
    [&draft.bytes[..from], first.as_bytes(), b".", second.as_bytes(), b".", &signature].concat()
}

/// A base64-encoded token: the first characters of the draft determine the first member of its header.
pub(super) fn jwt_in_base64(draft: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    let headers = [r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"typ":"JWT","alg":"HS256"}"#, r#"{"kid":"1","alg":"HS256"}"#];
    let key = String::from_utf8_lossy(&characters(43, LETTERS, random)).into_owned();
    let tokens = headers.map(|header| {
        let payload = to_base64url(br#"{"sub":"shop","iat":1600000000,"exp":1900000000}"#);
        to_padded_base64(format!("{}.{payload}.{key}", to_base64url(header.as_bytes())).as_bytes())
    });
    let [first, ..] = &tokens;
    let fits = |token: &&String| draft.get(..12).is_some_and(|head| token.as_bytes().starts_with(head));
    tokens.iter().find(fits).unwrap_or(first).clone().into_bytes()
}

/// A token that contains one object in base64.
pub(super) fn in_base64(draft: &Draft<'_>, random: &mut Random<'_>) -> Vec<u8> {
    let Some(from) = start(draft.bytes) else { return draft.bytes.to_vec() };
    let run = base64_run(&draft.bytes[from..]);
    let object = object(draft, from..from + run, PAYLOAD, random);
    [&draft.bytes[..from], object.as_bytes(), &draft.bytes[from + run..]].concat()
}

/// Base64 of an object with the bytes that the pattern fixes, these members, and letters for the rest; at least as long as that part of the
/// draft.
fn object(draft: &Draft<'_>, part: Range<usize>, members: &str, random: &mut Random<'_>) -> String {
    let mut text = fixed(draft, part.clone());
    let wanted = part.len() * 3 / 4;
    if serde_json::from_slice::<Value>(&text).is_ok() {
        return encode(&text);
    }
    text.retain(|byte| !byte.is_ascii_control());
    let pad = |length: usize, random: &mut Random<'_>| {
        String::from_utf8_lossy(&characters(length, LETTERS, random)).into_owned()
    };
    let head = String::from_utf8_lossy(&text).into_owned();
    let filler = wanted.saturating_sub(head.len() + members.len() + 12);
    let rest = format!("{members},\"jti\":\"{}\"}}", pad(filler, random));
    // Continuations after the fixed head: after a brace or comma, in a name, after a colon, in a string, after a value.
    let ways = ["\"", "", "x\":0,\"", "\":0,\"", "\"x\",\"", "x\",\"", "\",\"", ",\""];
    let name = members.split('"').next().unwrap_or_default();
    let has_member = |text: &str| serde_json::from_str::<Value>(text).is_ok_and(|value| value.get(name).is_some());
    let whole = ways.iter().map(|way| format!("{head}{way}{rest}")).find(|text| has_member(text));
    encode(whole.unwrap_or_default().as_bytes())
}

/// Encodes without padding, which some patterns do not allow: blanks are appended until none is needed.
fn encode(text: &[u8]) -> String {
    let mut text = text.to_vec();
    while !text.len().is_multiple_of(3) {
        text.push(b' ');
    }
    to_base64(&text)
}

/// Decodes the fixed characters of a part. A byte that is not or only partly fixed becomes one that agrees with the fixed bits: a letter,
/// or else JSON punctuation.
fn fixed(draft: &Draft<'_>, part: Range<usize>) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // Value and mask of the six bits of a character.
    let bits = |at: usize| -> (u32, u32) {
        let byte = draft.bytes.get(at).filter(|_| at < part.end && draft.fixed.get(at) == Some(&true));
        let value = byte.and_then(|byte| ALPHABET.iter().position(|known| known == byte));
        value.and_then(|value| u32::try_from(value).ok()).map_or((0, 0), |value| (value, 0x3F))
    };
    let mut bytes = Vec::new();
    let mut certain = 0;
    for place in 0..(part.len() * 6).div_ceil(8) {
        let (first, shift) = (part.start + place * 8 / 6, 4 - place * 8 % 6);
        let ((high, high_mask), (low, low_mask)) = (bits(first), bits(first + 1));
        let value = (high << 6 | low) >> shift & 0xFF;
        let mask = (high_mask << 6 | low_mask) >> shift & 0xFF;
        let fits = |byte: &&u8| u32::from(**byte) & mask == value & mask;
        let any: Vec<u8> = (b' '..=b'~').collect();
        let byte = LETTERS.iter().chain(b"\",:").chain(&any).find(fits);
        bytes.push(byte.copied().unwrap_or(value as u8));
        if mask > 0 {
            certain = place + 1;
        }
    }
    bytes.truncate(certain);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::encoding::base64;

    fn drawn(pattern: &[(&str, bool)]) -> (Vec<u8>, Vec<bool>) {
        let bytes = pattern.iter().flat_map(|(text, _)| text.bytes()).collect();
        let fixed = pattern.iter().flat_map(|(text, is_fixed)| vec![*is_fixed; text.len()]).collect();
        (bytes, fixed)
    }

    #[test]
    fn what_is_fixed_stays_wherever_it_is() {
        let mut random = || 7;
        let role = to_base64(br#"{"iss":"shop","ref":"abcdefg","role":"anon","#);
        let (head, rest) = role.split_at(28);
        let (middle, tail) = rest.split_at(8);
        let free = "q".repeat(middle.len());
        let (bytes, fixed) = drawn(&[
            ("eyJ", true),
            ("abcdefghijklmn", false),
            (".", true),
            (head, true),
            (&free, false),
            (tail, true),
            (&"q".repeat(40), false),
            (".", true),
            (&"s".repeat(43), false),
        ]);
        let token = String::from_utf8(jwt(&Draft { bytes: &bytes, fixed: &fixed }, &mut random)).expect("text");
        let payload = token.split('.').nth(1).expect("a payload");
        assert!(payload.starts_with(head) && payload[36..].starts_with(tail), "{payload}");
        let value: Value = serde_json::from_slice(&base64(payload.as_bytes()).expect("base64")).expect("JSON");
        assert_eq!((&value["role"], &value["exp"]), (&Value::from("anon"), &Value::from(1_900_000_000)));
    }

    #[test]
    fn bytes_between_fixed_characters() {
        let of = |text: &str| {
            let (bytes, all) = drawn(&[(text, true)]);
            fixed(&Draft { bytes: &bytes, fixed: &all }, 0..text.len())
        };
        assert_eq!(of("eyJ1Ijoi"), br#"{"u":""#);
        assert_eq!(of("eyJ"), b"{\"a", "two bytes, and two bits of a third one");
    }
}
