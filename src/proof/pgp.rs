//! Secret keys of OpenPGP (RFC 9580).

use super::armor::Armor;
use super::public_key::bits;
use super::{CHECKSUM, Outcome, STRUCTURE};
use crate::model::{FactValue, Moment};

/// Checks that the first packet of the block is a secret key. The optional checksum after the block is a CRC-24; the standard says that a
/// wrong one is no reason to reject the key.
pub(super) fn check(secret: &[u8]) -> Outcome {
    let Some(armor) = Armor::read(secret) else { return Outcome::unknown() };
    let (packets, checksum) = armor.without_headers().decode();
    let Some(body) = secret_key(&packets) else { return Outcome::refuted("not a key") };
    let is_right = checksum.is_some_and(|sum| sum == crc24(&packets).to_be_bytes()[1..]);
    let Some(key) = Key::parse(body) else {
        return if is_right { Outcome::proved(CHECKSUM) } else { Outcome::unknown() };
    };
    Outcome::proved(if is_right { CHECKSUM } else { STRUCTURE })
        .with("encrypted", key.is_encrypted.map(FactValue::Is))
        .with("key_type", FactValue::text(key.kind))
        .with("key_bits", key.bits.map(|bits| FactValue::Number(bits as u64)))
        .with("created", Moment::from_seconds(key.created).map(FactValue::Moment))
}

/// Body of the first packet, possibly truncated, if the packet is a secret key.
fn secret_key(packets: &[u8]) -> Option<&[u8]> {
    const SECRET_KEY: u8 = 5;
    const SECRET_SUBKEY: u8 = 7;
    let (first, rest) = packets.split_first()?;
    let (tag, body) = match (first & 0xC0, rest) {
        (0xC0, [0..192, body @ ..]) => (first & 0x3F, body),
        (0xC0, [192..224, _, body @ ..]) => (first & 0x3F, body),
        (0xC0, [255, _, _, _, _, body @ ..]) => (first & 0x3F, body),
        (0x80, _) => {
            let length = [1, 2, 4, 0][usize::from(first & 3)];
            (first >> 2 & 0x0F, rest.get(length..)?)
        }
        _ => return None,
    };
    matches!(tag, SECRET_KEY | SECRET_SUBKEY).then_some(body)
}

struct Key {
    kind: &'static str,
    bits: Option<usize>,
    created: i64,
    is_encrypted: Option<bool>,
}

impl Key {
    fn parse(body: &[u8]) -> Option<Key> {
        let [version @ 3..=6, a, b, c, d, rest @ ..] = body else { return None };
        let created = i64::from(u32::from_be_bytes([*a, *b, *c, *d]));
        // Version 3 has two bytes of validity in days; versions 5 and 6 have the length of what follows.
        let (algorithm, rest) = (if *version == 3 { rest.get(2..)? } else { rest }).split_first()?;
        let rest = if *version >= 5 { rest.get(4..)? } else { rest };
        let (kind, public) = match algorithm {
            1..=3 => ("RSA", [Part::Number, Part::Number, Part::End]),
            17 => ("DSA", [Part::Number, Part::Numbers(3), Part::End]),
            16 => ("ElGamal", [Part::Number, Part::Numbers(2), Part::End]),
            18 => ("ECDH", [Part::Short, Part::Numbers(1), Part::Short]),
            19 => ("ECDSA", [Part::Short, Part::Numbers(1), Part::End]),
            22 => ("EdDSA", [Part::Short, Part::Numbers(1), Part::End]),
            25 => ("X25519", [Part::Bytes(32), Part::End, Part::End]),
            26 => ("X448", [Part::Bytes(56), Part::End, Part::End]),
            27 => ("Ed25519", [Part::Bytes(32), Part::End, Part::End]),
            28 => ("Ed448", [Part::Bytes(57), Part::End, Part::End]),
            _ => return None,
        };
        let size = matches!(public[0], Part::Number).then(|| number(rest).map(|(number, _)| bits(number))).flatten();
        let behind = public.iter().try_fold(rest, |rest, part| part.skip(rest));
        // The byte after the public key says how the secret part is encrypted; 0 means not at all.
        let is_encrypted = behind.and_then(<[u8]>::first).map(|usage| *usage != 0);
        Some(Key { kind, bits: size, created, is_encrypted })
    }
}

/// Fields of a public key.
#[derive(Clone, Copy)]
enum Part {
    /// A number, preceded by its length in bits.
    Number,
    /// That many numbers.
    Numbers(usize),
    /// Bytes, preceded by their length in one byte.
    Short,
    /// That many bytes.
    Bytes(usize),
    End,
}

impl Part {
    fn skip(self, rest: &[u8]) -> Option<&[u8]> {
        match self {
            Part::Number => number(rest).map(|(_, rest)| rest),
            Part::Numbers(count) => (0..count).try_fold(rest, |rest, _| number(rest).map(|(_, rest)| rest)),
            Part::Short => rest.get(1 + usize::from(*rest.first()?)..),
            Part::Bytes(count) => rest.get(count..),
            Part::End => Some(rest),
        }
    }
}

fn number(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = rest.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)).div_ceil(8))
}

/// The checksum of RFC 9580, section 6.1.1.
pub(super) fn crc24(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(0x00B7_04CE, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 16, |crc, _| {
            let next = crc << 1;
            if next & 0x0100_0000 == 0 { next } else { next ^ 0x0186_4CFB }
        })
    });
    sum & 0x00FF_FFFF
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProofKind;
    use crate::proof::{Verdict, sample};

    #[test]
    fn a_block_says_what_it_is() {
        let block = sample::of(ProofKind::PgpKeyBlock, 1);
        let outcome = check(&block);
        assert_eq!((outcome.verdict, outcome.proof.by), (Verdict::Proved, Some("checksum")));
        let told: Vec<(&str, FactValue)> =
            outcome.proof.facts.into_iter().map(|fact| (fact.name, fact.value)).take(3).collect();
        let kind = FactValue::Text("RSA".to_owned());
        assert_eq!(
            told,
            [("encrypted", FactValue::Is(false)), ("key_type", kind), ("key_bits", FactValue::Number(1024))]
        );
    }

    #[test]
    fn a_public_key_or_garbage_is_none() {
        let block = |first: u8| {
            let body = super::super::encoding::to_base64(&[&[first, 10, 4][..], &[0; 60]].concat());
            check(format!("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{body}\n-----END").as_bytes()).verdict
        };
        assert_eq!(block(0xC6), Verdict::Refuted("not a key"));
        assert_eq!(block(0x30), Verdict::Refuted("not a key"));
        assert_ne!(block(0xC5), Verdict::Refuted("not a key"));
    }

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc24(b"123456789"), 0x0021_CF02);
    }
}
