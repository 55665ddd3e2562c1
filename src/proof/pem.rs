//! Private keys in PEM (RFC 7468).

use super::armor::Armor;
use super::der::{SEQUENCE, facts, head};
use super::encoding::base64_head;
use super::openssh;
use super::{Outcome, STRUCTURE};
use crate::model::{Fact, FactValue};

const NONE: &str = "not a key";

/// Checks that the body is a DER sequence or an OpenSSH key; anything else is an example. A truncated or damaged key may still be real.
pub(super) fn check(secret: &[u8]) -> Outcome {
    let Some(armor) = Armor::read(secret) else { return Outcome::unknown() };
    if let Some((cipher, _)) = armor.header(b"DEK-Info") {
        return encrypted_by_openssl(armor.label, cipher);
    }
    let (key, _) = armor.decode();
    if key.starts_with(openssh::MAGIC) || armor.label.starts_with(b"OPENSSH") {
        return openssh::check(&key);
    }
    of_der(&key, armor.is_whole)
}

/// Facts of a key in the older encrypted format, whose only readable parts are the label and a header (RFC 1421).
fn encrypted_by_openssl(label: &[u8], cipher: &[u8]) -> Outcome {
    let cipher = cipher.split(|byte| *byte == b',').next().unwrap_or_default();
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().and_then(FactValue::text);
    let kind = label.split(|byte| *byte == b' ').next().filter(|word| *word != b"PRIVATE");
    Outcome::unknown()
        .with("encrypted", Some(FactValue::Is(true)))
        .with("cipher", text(&cipher.to_ascii_lowercase()))
        .with("key_type", kind.and_then(text))
}

fn of_der(key: &[u8], is_whole: bool) -> Outcome {
    /// Less than the shortest keys, those of Ed25519, which have 48 bytes.
    const SHORTEST_KEY_BYTES: usize = 40;
    let Some((SEQUENCE, header, length)) =
        head(key).filter(|(_, header, length)| header + length >= SHORTEST_KEY_BYTES)
    else {
        return Outcome::refuted(NONE);
    };
    match facts(key) {
        Some(found) if is_whole && header + length == key.len() => {
            let is_open = found.iter().all(|fact| fact.name != "encrypted");
            let open = is_open.then_some(Fact { name: "encrypted", value: FactValue::Is(false) });
            Outcome::proved(STRUCTURE).with_facts(open.into_iter().chain(found).collect())
        }
        _ => Outcome::unknown(),
    }
}

/// Checks a PEM key that is base64-encoded as a whole.
pub(super) fn in_base64(secret: &[u8]) -> Outcome {
    match base64_head(secret) {
        Some(text) => check(&text),
        None => Outcome::refuted(NONE),
    }
}

/// Checks the base64 body of a PEM key without its BEGIN and END lines.
pub(super) fn der_in_base64(secret: &[u8]) -> Outcome {
    match base64_head(secret) {
        Some(key) => of_der(&key, true),
        None => Outcome::refuted(NONE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProofKind;
    use crate::proof::{Verdict, sample};

    #[test]
    fn a_key_says_what_it_is() {
        let key = sample::of(ProofKind::Pem, 1);
        let outcome = check(&key);
        assert_eq!(outcome.verdict, Verdict::Proved);
        let names: Vec<&str> = outcome.proof.facts.iter().map(|fact| fact.name).collect();
        assert_eq!(names, ["encrypted", "key_type", "key_bits", "public_key"]);
    }

    #[test]
    fn garbage_is_no_key_but_a_cut_off_one_may_be() {
        let garbage = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", "c3cr3t".repeat(20));
        assert_eq!(check(garbage.as_bytes()).verdict, Verdict::Refuted(NONE));
        let openssh = garbage.replace("PRIVATE", "OPENSSH PRIVATE");
        assert_eq!(check(openssh.as_bytes()).verdict, Verdict::Refuted(NONE));
        let key = sample::of(ProofKind::Pem, 1);
        assert_eq!(check(&key[..key.len() / 2]).verdict, Verdict::Unknown);
    }

    #[test]
    fn an_encrypted_key_says_so_whichever_way() {
        let text =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00AA\n\nAAAA\n-----END";
        let facts = check(text.as_bytes()).proof.facts;
        let text = |text: &str| FactValue::Text(text.to_owned());
        let told: Vec<(&str, FactValue)> = facts.into_iter().map(|fact| (fact.name, fact.value)).collect();
        assert_eq!(
            told,
            [("encrypted", FactValue::Is(true)), ("cipher", text("aes-128-cbc")), ("key_type", text("RSA"))]
        );
    }
}
