//! Tokens whose checksum is corrected, or that are built as a whole.

use super::super::encoding::{base32, to_base32, to_base64, to_base64url, to_padded_base64};
use super::super::{bech32 as bech, checksum, gitlab as routable, nkey as nats};
use super::{Random, bytes, characters};

const DIGITS: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// Replaces the last bytes of a token.
fn ending(mut token: Vec<u8>, tail: &[u8]) -> Vec<u8> {
    token.truncate(token.len().saturating_sub(tail.len()));
    token.extend_from_slice(tail);
    token
}

pub(super) fn crc32_base62(token: Vec<u8>) -> Vec<u8> {
    match checksum::body_and_tail(&token).map(|(body, _)| checksum::base62_tail(body)) {
        Some(tail) => ending(token, &tail),
        None => token,
    }
}

pub(super) fn crc32_hex(token: Vec<u8>) -> Vec<u8> {
    let tail = checksum::hex_tail(&token[..token.len().saturating_sub(8)]);
    ending(token, tail.as_bytes())
}

pub(super) fn grafana(token: Vec<u8>) -> Vec<u8> {
    let tail = checksum::grafana_tail(&token[..token.len().saturating_sub(9)]);
    ending(token, tail.as_bytes())
}

pub(super) fn zuplo(token: Vec<u8>) -> Vec<u8> {
    let body = token.split(|byte| *byte == b'_').nth(1).unwrap_or_default();
    let tail = checksum::zuplo_tail(body);
    ending(token, tail.as_bytes())
}

pub(super) fn bech32(token: Vec<u8>) -> Vec<u8> {
    match bech::tail(&token) {
        Some(tail) => ending(token, &tail),
        None => token,
    }
}

pub(super) fn nkey(seed: Vec<u8>) -> Vec<u8> {
    let Some(mut bytes) = base32(&seed).filter(|bytes| bytes.len() > 34) else { return seed };
    bytes.truncate(34);
    let sum = nats::crc16(&bytes).to_le_bytes();
    bytes.extend(sum);
    to_base32(&bytes).into_bytes()
}

/// Tokens without dots are not routable and stay as they are.
pub(super) fn gitlab(token: Vec<u8>, random: &mut Random<'_>) -> Vec<u8> {
    if !token.contains(&b'.') {
        return token;
    }
    let dash = token.iter().position(|byte| *byte == b'-').map_or(0, |at| at + 1);
    let kind = if token[dash..].first() == Some(&b't') && token.get(dash + 2) == Some(&b'_') { 3 } else { 0 };
    let payload = to_base64url(&[&bytes(16, random)[..], b"o:1\nu:2s", &[8]].concat());
    let mut head = token[..dash + kind].to_vec();
    // The payload has 34 characters, "y" in base 36.
    head.extend(format!("{payload}.01.0y").bytes());
    let tail = routable::tail(&head);
    [head, tail].concat()
}

pub(super) fn pypi(token: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    const TEST: &[u8] = b"pypi-AgENdGVzdC5weXBpLm9yZw";
    let location: &[u8] = if token.starts_with(TEST) { b"test.pypi.org" } else { b"pypi.org" };
    let data = |kind: u8, data: &[u8]| [&[kind, data.len() as u8], data].concat();
    let identifier = uuid_text(random);
    let caveat = br#"{"version": 1, "permissions": {"projects": ["shop"]}}"#;
    let packets = [
        vec![2],
        data(1, location),
        data(2, &identifier),
        vec![0],
        data(2, caveat),
        vec![0, 0],
        data(6, &bytes(32, random)),
    ];
    format!("pypi-{}", to_base64url(&packets.concat())).into_bytes()
}

pub(super) fn fly(token: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    let prefix = token.iter().position(|byte| *byte == b'_').map_or(&b""[..], |at| &token[..=at]);
    let binary = |data: &[u8]| [&[0xC4, data.len() as u8], data].concat();
    let location = b"https://api.fly.io/v1";
    let parts = [
        vec![0x94, 0x93],
        binary(&bytes(16, random)),
        binary(&bytes(16, random)),
        vec![0xC2, 0xA0 | location.len() as u8],
        location.to_vec(),
        binary(&bytes(48, random)),
        binary(&bytes(32, random)),
    ];
    [prefix, to_padded_base64(&parts.concat()).as_bytes()].concat()
}

pub(super) fn discord(token: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    let number = [&b"1"[..], &characters(17, DIGITS, random)].concat();
    let rest = token.iter().position(|byte| *byte == b'.').map_or(&b""[..], |at| &token[at..]);
    [to_base64url(&number).as_bytes(), rest].concat()
}

pub(super) fn numbered(token: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    let prefix = if token.get(4) == Some(&b'-') { &token[..5] } else { &b""[..] };
    let number = [&b"4"[..], &characters(11, DIGITS, random)].concat();
    [prefix, to_base64(&[&number[..], b":", &bytes(20, random)].concat()).as_bytes()].concat()
}

/// User and password in base64, about as long as the draft.
pub(super) fn credentials(token: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    let length = token.iter().filter(|byte| **byte != b'=').count() * 3 / 4;
    let user = characters(length.saturating_sub(1).div_ceil(2).max(1), HEX, random);
    let password = characters(length.saturating_sub(user.len() + 1).max(3), HEX, random);
    to_padded_base64(&[&user[..], b":", &password].concat()).into_bytes()
}

/// A UUID in base64, preceded by enough bytes to match the draft's length.
pub(super) fn uuid(token: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    let before = (token.len() * 3 / 4).saturating_sub(36);
    let mut text = characters(before.saturating_sub(1), HEX, random);
    if before > 0 {
        text.push(b':');
    }
    to_base64(&[text, uuid_text(random)].concat()).into_bytes()
}

fn uuid_text(random: &mut Random<'_>) -> Vec<u8> {
    let mut text = characters(36, HEX, random);
    [8, 13, 18, 23].into_iter().for_each(|at| text[at] = b'-');
    text
}
