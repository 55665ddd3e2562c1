//! Keys in DER, the binary encoding inside PEM.

use super::public_key;
use crate::model::{Fact, FactValue};

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Object identifiers, without tag and length.
const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const DSA: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01];
const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
const PBES2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D];
/// Key algorithms that are named without further facts (RFC 8410, RFC 3279).
const OTHERS: [(&[u8], &str); 5] = [
    (&[0x2B, 0x65, 0x6E], "X25519"),
    (&[0x2B, 0x65, 0x6F], "X448"),
    (&[0x2B, 0x65, 0x70], "Ed25519"),
    (&[0x2B, 0x65, 0x71], "Ed448"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x03, 0x01], "DH"),
];
/// Curves (RFC 5480, SEC 2, RFC 5639): identifier, name, and the name in SSH.
const CURVES: [(&[u8], &str, Option<&str>); 5] = [
    (&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07], "EC P-256", Some("nistp256")),
    (&[0x2B, 0x81, 0x04, 0x00, 0x22], "EC P-384", Some("nistp384")),
    (&[0x2B, 0x81, 0x04, 0x00, 0x23], "EC P-521", Some("nistp521")),
    (&[0x2B, 0x81, 0x04, 0x00, 0x0A], "EC secp256k1", None),
    (&[0x2B, 0x81, 0x04, 0x00, 0x21], "EC P-224", None),
];
/// Ciphers of encrypted keys (RFC 8018).
const CIPHERS: [(&[u8], &str); 5] = [
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02], "aes-128-cbc"),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16], "aes-192-cbc"),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2A], "aes-256-cbc"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x03, 0x07], "des-ede3-cbc"),
    (&[0x2B, 0x0E, 0x03, 0x02, 0x07], "des-cbc"),
];

/// Reads consecutive elements.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Tag and content of the next element; `None` at the end or when its length exceeds the input.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, header, length) = head(self.0)?;
        let content = self.0.get(header..header.checked_add(length)?)?;
        self.0 = &self.0[header + length..];
        Some((tag, content))
    }

    /// Content of the next element, if it has that tag.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, content) = ahead.next()?;
        (found == tag).then(|| {
            *self = ahead;
            content
        })
    }
}

/// Tag, header length and content length of the element at the beginning of `bytes`. The content may be truncated.
pub(super) fn head(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (tag, length) = (*bytes.first()?, *bytes.get(1)?);
    if length < 0x80 {
        return Some((tag, 2, usize::from(length)));
    }
    let count = usize::from(length & 0x7F);
    let digits = bytes.get(2..2 + count)?;
    // Lengths of more than three bytes exceed every key. DER requires the shortest encoding of a length.
    let is_shortest = digits.first().is_some_and(|first| *first > 0) && (count > 1 || digits[0] >= 0x80);
    let length = digits.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    (count <= 3 && is_shortest).then_some((tag, 2 + count, length))
}

/// Facts that a private key states about itself. Supported formats: PKCS #1, PKCS #8 and encrypted PKCS #8, SEC 1, and the DSA keys of
/// OpenSSL; `None` for all others.
pub(super) fn facts(der: &[u8]) -> Option<Vec<Fact>> {
    let mut outer = Reader(der);
    let mut key = Reader(outer.take(SEQUENCE)?);
    if !outer.0.is_empty() {
        return None;
    }
    if let Some(algorithm) = key.take(SEQUENCE) {
        key.take(OCTET_STRING)?;
        return Some(encrypted(algorithm));
    }
    let version = key.take(INTEGER)?;
    if let Some(algorithm) = key.take(SEQUENCE) {
        return pkcs8(algorithm, key.take(OCTET_STRING)?);
    }
    if version == [1] && key.take(OCTET_STRING).is_some() {
        return sec1(key, None);
    }
    let mut numbers = Vec::new();
    while let Some(number) = key.take(INTEGER) {
        numbers.push(number);
    }
    match numbers.as_slice() {
        [modulus, exponent, _, _, _, _, _, _] => Some(rsa(modulus, exponent)),
        [prime, _, _, _, _] => Some(public_key::facts("DSA", Some(public_key::bits(prime)), None)),
        _ => None,
    }
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<Fact> {
    let bits = public_key::bits(modulus);
    public_key::facts("RSA", Some(bits), Some(&public_key::rsa(modulus, exponent)))
}

/// Facts of a PKCS #8 key, from its algorithm and the inner key (RFC 5958).
fn pkcs8(algorithm: &[u8], inner: &[u8]) -> Option<Vec<Fact>> {
    let mut algorithm = Reader(algorithm);
    let kind = algorithm.take(OBJECT)?;
    if let Some((_, name)) = OTHERS.iter().find(|(known, _)| *known == kind) {
        return Some(public_key::facts(name, None, None));
    }
    match kind {
        RSA => facts(inner),
        EC => {
            let mut key = Reader(Reader(inner).take(SEQUENCE)?);
            key.take(INTEGER)?;
            key.take(OCTET_STRING)?;
            sec1(key, algorithm.take(OBJECT))
        }
        DSA => {
            let prime = Reader(algorithm.take(SEQUENCE)?).take(INTEGER)?;
            Some(public_key::facts("DSA", Some(public_key::bits(prime)), None))
        }
        _ => Some(Vec::new()),
    }
}

/// Facts of an elliptic-curve key, from what follows the private number (RFC 5915): curve and public point, both optional.
fn sec1(mut key: Reader<'_>, curve: Option<&[u8]>) -> Option<Vec<Fact>> {
    let curve = match key.take(0xA0) {
        Some(parameters) => Reader(parameters).take(OBJECT).or(curve),
        None => curve,
    };
    // The first byte of a bit string is the number of unused bits in its last byte.
    let point = key.take(0xA1).and_then(|content| Reader(content).take(BIT_STRING)).and_then(|bits| bits.get(1..));
    let known = CURVES.iter().find(|(identifier, _, _)| Some(*identifier) == curve);
    let blob = match (known, point) {
        (Some((_, _, Some(name))), Some(point)) => Some(public_key::ecdsa(name, point)),
        _ => None,
    };
    Some(public_key::facts(known.map_or("EC", |(_, name, _)| name), None, blob.as_deref()))
}

/// The cipher of an encrypted key (RFC 8018).
fn encrypted(algorithm: &[u8]) -> Vec<Fact> {
    let cipher = || {
        let mut algorithm = Reader(algorithm);
        if algorithm.take(OBJECT)? != PBES2 {
            return None;
        }
        let mut parameters = Reader(algorithm.take(SEQUENCE)?);
        parameters.take(SEQUENCE)?;
        let identifier = Reader(parameters.take(SEQUENCE)?).take(OBJECT)?;
        CIPHERS.iter().find(|(known, _)| *known == identifier).and_then(|(_, name)| FactValue::text(name))
    };
    let encrypted = Fact { name: "encrypted", value: FactValue::Is(true) };
    [encrypted].into_iter().chain(cipher().map(|value| Fact { name: "cipher", value })).collect()
}

/// Encodes an element.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match content.len() {
        short @ 0..=0x7F => vec![short as u8],
        medium @ 0x80..=0xFF => vec![0x81, medium as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [&[tag], length.as_slice(), content].concat()
}

/// Encodes an RSA key as PKCS #1: modulus, exponents, primes, and the numbers derived from them.
pub(super) fn pkcs1(numbers: [&[u8]; 8]) -> Vec<u8> {
    let integers = [&[0_u8][..]].into_iter().chain(numbers).map(|number| element(INTEGER, number));
    element(SEQUENCE, &integers.collect::<Vec<_>>().concat())
}

/// Encodes an RSA key as PKCS #8.
pub(super) fn pkcs8_rsa(pkcs1: &[u8]) -> Vec<u8> {
    let algorithm = element(SEQUENCE, &[element(OBJECT, RSA), element(0x05, &[])].concat());
    element(SEQUENCE, &[element(INTEGER, &[0]), algorithm, element(OCTET_STRING, pkcs1)].concat())
}

/// Encodes an encrypted PKCS #8 key with PBKDF2 and AES-256.
pub(super) fn pkcs8_encrypted(salt: &[u8], vector: &[u8], content: &[u8]) -> Vec<u8> {
    const PBKDF2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C];
    let rounds = element(INTEGER, &[0x08, 0x00]);
    let derivation = element(
        SEQUENCE,
        &[element(OBJECT, PBKDF2), element(SEQUENCE, &[element(OCTET_STRING, salt), rounds].concat())].concat(),
    );
    let cipher = element(SEQUENCE, &[element(OBJECT, CIPHERS[2].0), element(OCTET_STRING, vector)].concat());
    let parameters = element(SEQUENCE, &[derivation, cipher].concat());
    let algorithm = element(SEQUENCE, &[element(OBJECT, PBES2), parameters].concat());
    element(SEQUENCE, &[algorithm, element(OCTET_STRING, content)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(der: &[u8]) -> Option<Vec<(&'static str, FactValue)>> {
        Some(facts(der)?.into_iter().map(|fact| (fact.name, fact.value)).collect())
    }

    fn text(text: &str) -> FactValue {
        FactValue::Text(text.to_owned())
    }

    #[test]
    fn rsa_in_either_form() {
        let (long, short) = ([0xC1_u8; 128], [0x41_u8; 64]);
        let key = pkcs1([&[&[0], &long[..]].concat(), &[1, 0, 1], &long, &short, &short, &short, &short, &short]);
        let told_of = told(&key).expect("a key");
        assert_eq!(told_of[..2], [("key_type", text("RSA")), ("key_bits", FactValue::Number(1024))]);
        assert_eq!(told(&pkcs8_rsa(&key)), Some(told_of));
        assert_eq!(told(&key[..key.len() - 1]), None, "cut off");
        assert_eq!(told(&[&key[..], &[0]].concat()), None, "something behind it");
    }

    #[test]
    fn curves_and_their_public_halves() {
        let point = element(0xA1, &element(BIT_STRING, &[&[0, 4], &[7_u8; 64][..]].concat()));
        let curve = element(0xA0, &element(OBJECT, CURVES[0].0));
        let number = [element(INTEGER, &[1]), element(OCTET_STRING, &[9; 32])].concat();
        let sec1 = element(SEQUENCE, &[number.clone(), curve, point.clone()].concat());
        let told_of = told(&sec1).expect("a key");
        assert_eq!(told_of[0], ("key_type", text("EC P-256")));
        assert_eq!(told_of[1].0, "public_key");
        let inner = element(SEQUENCE, &[number, point].concat());
        let algorithm = element(SEQUENCE, &[element(OBJECT, EC), element(OBJECT, CURVES[0].0)].concat());
        let pkcs8 = element(SEQUENCE, &[element(INTEGER, &[0]), algorithm, element(OCTET_STRING, &inner)].concat());
        assert_eq!(told(&pkcs8), Some(told_of));
    }

    #[test]
    fn other_kinds_and_encryption() {
        let algorithm = element(SEQUENCE, &element(OBJECT, OTHERS[2].0));
        let inner = element(OCTET_STRING, &element(OCTET_STRING, &[1; 32]));
        let ed25519 = element(SEQUENCE, &[element(INTEGER, &[0]), algorithm, inner].concat());
        assert_eq!(told(&ed25519), Some(vec![("key_type", text("Ed25519"))]));
        let encrypted = pkcs8_encrypted(&[1; 8], &[2; 16], &[3; 160]);
        assert_eq!(told(&encrypted), Some(vec![("encrypted", FactValue::Is(true)), ("cipher", text("aes-256-cbc"))]));
        let numbers = [&[0_u8][..], &[0x80; 128], &[1; 20], &[2; 128], &[3; 128], &[4; 20]];
        let dsa = element(SEQUENCE, &numbers.map(|number| element(INTEGER, number)).concat());
        assert_eq!(told(&dsa), Some(vec![("key_type", text("DSA")), ("key_bits", FactValue::Number(1024))]));
    }

    #[test]
    fn lengths_are_the_shortest() {
        assert_eq!(head(&[0x30, 0x82, 0x01, 0x00]), Some((0x30, 4, 256)));
        for wrong in
            [&[0x30, 0x80][..], &[0x30, 0x81, 0x7F], &[0x30, 0x82, 0x00, 0x80], &[0x30, 0x84, 1, 0, 0, 0], &[0x30]]
        {
            assert_eq!(head(wrong), None, "{wrong:?}");
        }
    }
}
