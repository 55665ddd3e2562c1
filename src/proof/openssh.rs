//! Private keys of OpenSSH (`PROTOCOL.key` of <https://github.com/openssh/openssh-portable>, read 2026-11-24).

use super::public_key::{bits, facts as key_facts};
use super::{Outcome, STRUCTURE};
use crate::model::FactValue;

/// First bytes of an OpenSSH key.
pub(super) const MAGIC: &[u8] = b"openssh-key-v1\0";

/// Facts that the key states about itself, as far as it is present. The comment is not reported, because it is often a person's name.
pub(super) fn check(key: &[u8]) -> Outcome {
    let Some(mut rest) = key.strip_prefix(MAGIC).map(Strings) else { return Outcome::refuted("not a key") };
    let Some((cipher, public)) = rest.header() else { return Outcome::unknown() };
    let is_encrypted = cipher != b"none";
    let outcome = match rest.next() {
        // Two equal check numbers tell that the key is not encrypted or was decrypted correctly.
        Some(first) if !is_encrypted && first.len() >= 8 && first[..4] == first[4..8] => Outcome::proved(STRUCTURE),
        Some(_) if is_encrypted => Outcome::proved(STRUCTURE),
        _ => Outcome::unknown(),
    };
    let cipher = is_encrypted.then(|| std::str::from_utf8(cipher).ok().and_then(FactValue::text)).flatten();
    let (kind, size) = kind_and_size(public);
    outcome.with("encrypted", Some(FactValue::Is(is_encrypted))).with("cipher", cipher).with_facts(key_facts(
        &kind,
        size,
        Some(public),
    ))
}

/// Type of the public half, and for RSA its size in bits.
fn kind_and_size(public: &[u8]) -> (String, Option<usize>) {
    let mut parts = Strings(public);
    let kind = parts.next().unwrap_or_default();
    let name = match kind {
        b"ssh-rsa" => "RSA",
        b"ssh-dss" => "DSA",
        b"ssh-ed25519" => "Ed25519",
        b"ecdsa-sha2-nistp256" => "EC P-256",
        b"ecdsa-sha2-nistp384" => "EC P-384",
        b"ecdsa-sha2-nistp521" => "EC P-521",
        other => return (String::from_utf8_lossy(other).into_owned(), None),
    };
    let size = if name == "RSA" { parts.nth(1).map(bits) } else { None };
    (name.to_owned(), size)
}

/// Length-prefixed strings.
struct Strings<'a>(&'a [u8]);

impl<'a> Strings<'a> {
    /// Cipher and public half from a key's header: cipher, key derivation function and options, number of keys, first public half.
    fn header(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        let cipher = self.next()?;
        self.nth(1)?;
        let (_, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some((cipher, self.next()?))
    }
}

impl<'a> Iterator for Strings<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        self.0 = rest;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;
    use crate::proof::public_key::{ed25519, rsa, string};

    fn key(cipher: &[u8], public: &[u8], private: &[u8]) -> Vec<u8> {
        let header = [string(cipher), string(b"none"), string(b""), 1_u32.to_be_bytes().to_vec()].concat();
        [MAGIC, &header, &string(public), &string(private)].concat()
    }

    fn told(key: &[u8]) -> Vec<(&'static str, FactValue)> {
        check(key).proof.facts.into_iter().map(|fact| (fact.name, fact.value)).take(3).collect()
    }

    #[test]
    fn a_key_says_how_it_is_locked_and_what_it_is() {
        let text = |text: &str| FactValue::Text(text.to_owned());
        let open = key(b"none", &rsa(&[0xC1; 256], &[1, 0, 1]), b"12341234secret");
        assert_eq!(check(&open).verdict, Verdict::Proved);
        let size = FactValue::Number(2048);
        assert_eq!(told(&open), [("encrypted", FactValue::Is(false)), ("key_type", text("RSA")), ("key_bits", size)]);
        let locked = key(b"aes256-ctr", &ed25519(&[7; 32]), &[9; 64]);
        assert_eq!(check(&locked).verdict, Verdict::Proved);
        assert_eq!(
            told(&locked),
            [("encrypted", FactValue::Is(true)), ("cipher", text("aes256-ctr")), ("key_type", text("Ed25519"))]
        );
    }

    #[test]
    fn a_damaged_key_is_not_proved() {
        let damaged = key(b"none", &ed25519(&[7; 32]), b"12345678secret");
        assert_eq!(check(&damaged).verdict, Verdict::Unknown);
        assert_eq!(check(&damaged[..40]).verdict, Verdict::Unknown);
        assert_eq!(check(b"openssh-key-v2\0").verdict, Verdict::Refuted("not a key"));
    }
}
