//! Private keys of PuTTY
//! (<https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html>).

use super::encoding::base64_head;
use super::{Outcome, Subject};
use crate::model::FactValue;

/// Reads the header, which precedes the private lines: key type and encryption. The comment is not reported.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let lines: Vec<u8> = subject.secret().iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if base64_head(&lines).is_none() {
        return Outcome::refuted("not a key");
    }
    let before = subject.before();
    let Some(begin) = memchr::memmem::rfind(before, b"PuTTY-User-Key-File-") else { return Outcome::unknown() };
    let value = |name: &[u8]| {
        let mut all = before[begin..].split(|byte| *byte == b'\n');
        let line = all.find_map(|line| line.strip_prefix(name))?;
        std::str::from_utf8(line.strip_prefix(b": ")?.trim_ascii()).ok()
    };
    let kind = [&b"PuTTY-User-Key-File-2"[..], b"PuTTY-User-Key-File-3", b"PuTTY-User-Key-File-1"]
        .iter()
        .find_map(|name| value(name));
    let cipher = value(b"Encryption");
    Outcome::unknown()
        .with("encrypted", cipher.map(|cipher| FactValue::Is(cipher != "none")))
        .with("cipher", cipher.filter(|cipher| *cipher != "none").and_then(FactValue::text))
        .with("key_type", kind.and_then(FactValue::text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;

    #[test]
    fn the_header_says_what_it_is() {
        let head =
            "PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: aes256-cbc\r\nComment: somebody\r\nPrivate-Lines: 1\r\n";
        let text = format!("{head}AAECAwQF\r\nPrivate-MAC: 00");
        let secret = head.len()..head.len() + 10;
        let outcome = check(&Subject::new(text.as_bytes(), &(0..text.len()), &secret));
        let told: Vec<(&str, FactValue)> =
            outcome.proof.facts.into_iter().map(|fact| (fact.name, fact.value)).collect();
        let of = |text: &str| FactValue::Text(text.to_owned());
        assert_eq!(
            told,
            [("encrypted", FactValue::Is(true)), ("cipher", of("aes256-cbc")), ("key_type", of("ssh-ed25519"))]
        );
        assert_eq!(check(&Subject::alone(b"not base64!")).verdict, Verdict::Refuted("not a key"));
    }
}
