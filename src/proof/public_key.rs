//! The public half of a private key, by which one finds the systems that accept the key.

use crate::model::{Fact, FactValue};
use sha2::{Digest, Sha256};

/// Facts about a key: its type, its size in bits, and the fingerprint of its public half in the format of `ssh-keygen -l` and code hosts.
pub(super) fn facts(kind: &str, bits: Option<usize>, blob: Option<&[u8]>) -> Vec<Fact> {
    let bits = bits.map(|bits| FactValue::Number(bits as u64));
    let fingerprint = blob.and_then(|blob| FactValue::text(&fingerprint(blob)));
    [("key_type", FactValue::text(kind)), ("key_bits", bits), ("public_key", fingerprint)]
        .into_iter()
        .filter_map(|(name, value)| Some(Fact { name, value: value? }))
        .collect()
}

/// `SHA256:` and the digest of the key in RFC 4253 format, in base64 without padding.
fn fingerprint(blob: &[u8]) -> String {
    format!("SHA256:{}", super::encoding::to_base64(&Sha256::digest(blob)))
}

/// The public half of an RSA key in RFC 4253 format. The numbers are big-endian, of any length.
pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    [string(b"ssh-rsa"), number(exponent), number(modulus)].concat()
}

/// The public half of a key on a NIST curve in RFC 5656 format.
pub(super) fn ecdsa(curve: &str, point: &[u8]) -> Vec<u8> {
    [string(format!("ecdsa-sha2-{curve}").as_bytes()), string(curve.as_bytes()), string(point)].concat()
}

/// The public half of an Ed25519 key in RFC 8709 format.
#[cfg(test)]
pub(super) fn ed25519(point: &[u8]) -> Vec<u8> {
    [string(b"ssh-ed25519"), string(point)].concat()
}

/// Length of a number in bits.
pub(super) fn bits(number: &[u8]) -> usize {
    let number = significant(number);
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn significant(number: &[u8]) -> &[u8] {
    &number[number.iter().take_while(|byte| **byte == 0).count()..]
}

/// Bytes preceded by their length.
pub(super) fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&length[..], bytes].concat()
}

/// A non-negative number preceded by its length.
pub(super) fn number(number: &[u8]) -> Vec<u8> {
    let number = significant(number);
    let sign: &[u8] = if number.first().is_some_and(|first| first & 0x80 != 0) { &[0] } else { &[] };
    string(&[sign, number].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_number() {
        assert_eq!(bits(&[0, 0x80, 0]), 16);
        assert_eq!(bits(&[1, 0]), 9);
        assert_eq!(bits(&[0, 0]), 0);
        assert_eq!(number(&[0, 0x80]), [0, 0, 0, 2, 0, 0x80]);
    }

    #[test]
    fn a_fingerprint_is_that_of_ssh_keygen() {
        // Computed with Python's hashlib as OpenSSH documents it.
        let point: Vec<u8> = (0..32).collect();
        assert_eq!(fingerprint(&ed25519(&point)), "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA");
    }
}
