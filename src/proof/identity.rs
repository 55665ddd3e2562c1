//! What a private key is, whatever it is written like: the same key has one identity with other line ends, with another indentation, in a
//! JSON string, in base64 as a whole, or without its last line end.

use super::armor::Armor;
use super::der::{SEQUENCE, head};
use super::encoding::base64_head;
use crate::model::Fingerprint;
use std::borrow::Cow;

/// Less data than this, bytes, is no key: the shortest ones, of Ed25519, have 48.
const SHORTEST: usize = 40;
/// A line of a PuTTY key, bytes.
const PUTTY_LINE: usize = 64;

/// The identity of a secret under a family of rules. A private key's comes from its data, every other secret's from its bytes.
#[must_use]
pub fn fingerprint(family: &str, secret: &[u8]) -> Fingerprint {
    Fingerprint::new(family, &identity(secret))
}

fn identity(secret: &[u8]) -> Cow<'_, [u8]> {
    // Most secrets are decided here, by their first bytes or their length.
    let text = secret.trim_ascii_start();
    let key = if text.starts_with(b"-----BEGIN ") {
        armored(text)
    } else if text.starts_with(b"---- BEGIN SSH2 ") {
        Some(words(text).concat()).filter(|words| words.len() >= SHORTEST)
    } else if text.starts_with(b"LS0tLS1CRUdJTi") {
        base64_head(text).and_then(|inner| armored(&inner))
    } else if text.starts_with(b"MII") && text.len() >= 200 {
        let is_whole = |key: &Vec<u8>| {
            head(key).is_some_and(|(tag, header, length)| tag == SEQUENCE && header + length <= key.len())
        };
        base64_head(text.trim_ascii_end()).filter(is_whole)
    } else {
        putty(secret)
    };
    key.map_or(Cow::Borrowed(secret), Cow::Owned)
}

/// The data between a BEGIN and an END line of a private key.
fn armored(text: &[u8]) -> Option<Vec<u8>> {
    let armor = Armor::read(text)?;
    memchr::memmem::find(armor.label, b"PRIVATE KEY")?;
    let body = armor.header(b"DEK-Info").map_or_else(|| armor.without_headers(), |(_, body)| body);
    Some(body.decode().0).filter(|key| key.len() >= SHORTEST)
}

/// What stands between blanks and line ends.
fn words(text: &[u8]) -> Vec<&[u8]> {
    text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect()
}

/// The lines of a PuTTY key, which are full but for the last one and end with a line end.
fn putty(secret: &[u8]) -> Option<Vec<u8>> {
    if secret.len() < SHORTEST || secret.last() != Some(&b'\n') {
        return None;
    }
    let words = words(secret);
    let (last, full) = words.split_last()?;
    let is_key = last.len() <= PUTTY_LINE && full.iter().all(|line| line.len() == PUTTY_LINE);
    (is_key && base64_head(&words.concat()).is_some()).then(|| words.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProofKind;
    use crate::proof::sample;

    fn pem(seed: u64) -> String {
        String::from_utf8(sample::of(ProofKind::Pem, seed)).expect("ASCII")
    }

    #[test]
    fn a_key_is_the_same_key_however_it_is_written() {
        let key = pem(1);
        let of = |text: &str| fingerprint("private-key", text.as_bytes());
        let indented = |blanks: &str| key.lines().map(|line| format!("{blanks}{line}\n")).collect::<String>();
        for same in [
            key.trim_end().to_owned(),
            format!("{}\n", key.trim_end()),
            key.trim_end().replace('\n', "\r\n"),
            key.trim_end().replace('\n', "\\n"),
            key.trim_end().replace('\n', "\\r\\n").replace('/', "\\/"),
            indented("    "),
            indented("\t"),
            crate::proof::encoding::to_padded_base64(key.as_bytes()),
        ] {
            assert_eq!(of(&same), of(&key), "{same}");
        }
        assert_ne!(of(&pem(2)), of(&key));
        assert_ne!(fingerprint("other", key.as_bytes()), of(&key));
    }

    #[test]
    fn headers_and_other_containers_do_not_count() {
        let line = "QUJD".repeat(16);
        let legacy = |end: &str| {
            let head = "-----BEGIN RSA PRIVATE KEY-----";
            ["", "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00AA", "", &line, "-----END RSA PRIVATE KEY-----"]
                .iter()
                .fold(head.to_owned(), |text, part| if part.is_empty() { text + end } else { text + part + end })
        };
        assert_eq!(identity(legacy("\n").as_bytes()), identity(legacy("\r\n").as_bytes()));
        let putty = |end: &str| format!("{line}{end}{line}{end}QUJD{end}");
        assert_eq!(identity(putty("\n").as_bytes()), identity(putty("\r\n").as_bytes()));
        let ssh2 = |end: &str| format!("---- BEGIN SSH2 PRIVATE KEY ----{end}{line}{end}");
        assert_eq!(identity(ssh2("\n").as_bytes()), identity(ssh2("\r\n").as_bytes()));
    }

    #[test]
    fn every_other_secret_is_its_bytes() {
        let certificate = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----", "QUJD".repeat(16));
        let line = "QUJD".repeat(16);
        for text in [
            "MIIabc",
            "correct horse battery staple",
            "LS0tLS1CRUdJTi",
            "",
            "-----BEGIN PRIVATE KEY-----",
            &certificate,
            &line,
            &format!("MII{}", line.repeat(4)),
            "one word and another one, long enough for a key but with a line end\n",
        ] {
            assert!(matches!(identity(text.as_bytes()), Cow::Borrowed(same) if same == text.as_bytes()), "{text}");
        }
    }
}
