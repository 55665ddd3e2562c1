//! Recognises placeholders: `changeme`, `<your-token>`, `${TOKEN}`, `xxxx`.

use super::super::substring::{Pairs, contains};
use crate::rules::languages;

/// Words that say so, wherever they stand; compared without case. They are long enough not to occur in random text by chance.
const WORDS: [&str; 31] = [
    "example",
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "placeholder",
    "your_",
    "your-",
    "yourtoken",
    "yourkey",
    "yourapi",
    "yoursecret",
    "yourpassword",
    "redacted",
    "replaceme",
    "replace_",
    "replace-",
    "insert_",
    "insert-",
    "dummy",
    "notreal",
    "not_real",
    "not-real",
    "invalid",
    "foobar",
    "0123456789",
    "123456789a",
    "abcdefgh",
    "deadbeef",
    // The seed in the documentation of one-time passwords: `Hello!` and 0xDEADBEEF in base 32.
    "jbswy3dpehpk3pxp",
    "fake",
];
/// Words that are one when they are all there is: `user:password@host`.
const WHOLE: [&str; 13] = [
    "public",
    "anonymous",
    "anonymous@",
    "password",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "pword",
    "secret",
    "token",
    "user",
    "username",
];
/// Longer words in brackets are no names.
const LONGEST_NAME: usize = 50;
/// Longer texts are not searched for the words.
const LONGEST_PLACEHOLDER: usize = 256;
/// This many equal bytes in a row, or a third of a longer text (some tokens begin with many `A`), are not a secret.
const RUN: usize = 6;

/// Whether it is what `stanch redact --handles` puts in a secret's place: `stanch:RULE:FINGERPRINT`.
fn is_handle(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"stanch:") else { return false };
    let Some(colon) = rest.iter().rposition(|byte| *byte == b':') else { return false };
    let (rule, fingerprint) = (&rest[..colon], &rest[colon + 1..]);
    let is_rule = rule.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-');
    is_rule && !fingerprint.is_empty() && fingerprint.len() <= 12 && fingerprint.iter().all(u8::is_ascii_hexdigit)
}

/// The kind of placeholder; `None` when the text may be a secret.
pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    let first = *bytes.first()?;
    if bytes.iter().all(|byte| matches!(byte, b'*' | b'.' | b'-' | b'_' | b'x' | b'X' | b'#' | b'?' | b' ' | b'0')) {
        return Some("filler");
    }
    if WHOLE.iter().any(|word| bytes.eq_ignore_ascii_case(word.as_bytes())) {
        return Some("the word for a secret");
    }
    if is_handle(bytes) {
        return Some("a handle of `stanch redact`");
    }
    if longest_run(bytes) >= RUN.max(bytes.len() / 3) || is_nearly_one(bytes) {
        return Some("one character repeated");
    }
    // What has quotes in its brackets is a structure and no name, and a long word without a blank is no name either.
    let is_structure = bytes.contains(&b'"') || (bytes.len() > LONGEST_NAME && !bytes.contains(&b' '));
    let enclosed = |open: u8, close: u8| first == open && bytes.last() == Some(&close) && !is_structure;
    if enclosed(b'<', b'>')
        || enclosed(b'[', b']')
        || enclosed(b'{', b'}')
        || enclosed(b'%', b'%')
        || enclosed(b'(', b')')
    {
        return Some("in brackets");
    }
    if bytes.windows(2).any(|pair| matches!(pair, b"${" | b"{{" | b"$(" | b"%(" | b"<%" | b"#{")) {
        return Some("a variable");
    }
    if first == b'$' && bytes[1..].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return Some("a variable");
    }
    // In a text this long a word of four letters stands by chance.
    if bytes.len() > LONGEST_PLACEHOLDER {
        return None;
    }
    let mut lowered = [0; LONGEST_PLACEHOLDER];
    let lowered = &mut lowered[..bytes.len()];
    lowered.copy_from_slice(bytes);
    lowered.make_ascii_lowercase();
    let seen = Pairs::of(lowered);
    let says_so = WORDS.iter().any(|word| seen.may_hold(word.as_bytes()) && contains(lowered, word.as_bytes()));
    says_so.then_some("a word that says so")
}

/// `mypassword`, `my-secret`: what documents put where a name, a place or an option says what is meant.
pub(super) fn is_stand_in(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    let rest = lower.strip_prefix(b"my").or_else(|| lower.strip_prefix(b"some"));
    let rest = rest.map(|rest| rest.strip_prefix(b"_").or_else(|| rest.strip_prefix(b"-")).unwrap_or(rest));
    rest.is_some_and(|rest| {
        let word = [&b"passphrase"[..], b"password", b"passwd", b"pass", b"pwd", b"secret", b"token", b"key", b"pw"]
            .into_iter()
            .find(|word| rest.starts_with(word));
        word.is_some_and(|word| rest[word.len()..].iter().all(u8::is_ascii_digit))
    })
}

/// `Passwortwiederholung`, `PowtórzHasło`: the word for a secret in some language, and no digit beside it. What it says is shown to people.
pub(super) fn is_label(bytes: &[u8]) -> bool {
    if bytes.iter().any(u8::is_ascii_digit) {
        return false;
    }
    std::str::from_utf8(bytes).is_ok_and(|text| languages::holds_word(&text.to_lowercase()))
}

/// `11111111-1111-1111-1111-111111111112`: of so many letters and digits all but an eighth are the same.
fn is_nearly_one(bytes: &[u8]) -> bool {
    const FEWEST: usize = 12;
    let all = || bytes.iter().filter(|byte| byte.is_ascii_alphanumeric());
    // Majority vote: if different bytes cancel out in pairs, a byte with more than half of the occurrences remains.
    let (mut left, mut votes) = (0, 0_usize);
    for byte in all() {
        match votes {
            0 => (left, votes) = (*byte, 1),
            _ if *byte == left => votes += 1,
            _ => votes -= 1,
        }
    }
    let count = all().count();
    count >= FEWEST && all().filter(|byte| **byte != left).count() * 8 <= count
}

fn longest_run(bytes: &[u8]) -> usize {
    bytes.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn sees_what_stands_for_a_secret() {
        for text in [
            "xxxxxxxx",
            "<token>",
            "${TOKEN}",
            "$TOKEN",
            "prefix-{{ token }}",
            "Your-Token",
            "CHANGEME",
            "aaaaaaaab",
            "11111111-1111-1111-1111-111111111112",
            "%s(x)%",
            "...",
            "stanch:some-access-token:6f32bef933e7",
        ] {
            assert!(kind(text.as_bytes()).is_some(), "{text}");
        }
    }

    #[test]
    fn lets_others_be() {
        let long = format!("{{{}}}", "k9Zq81+/".repeat(7));
        for text in ["hunter2", "S3cure$Pass", "k9-Zq_81", "aab", "pa$$word1", &long] {
            assert_eq!(kind(text.as_bytes()), None, "{text}");
        }
    }
}
