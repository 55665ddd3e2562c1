//! Recognises values that are not secrets: code, comparisons, empty values. These checks are cheap and run before the classifier.

use super::super::assignment::{Assignment, Operator, lines};
use super::super::substring::contains;
use super::{known, name};
use crate::engine::classifier;
use crate::proof::is_public_key;
use std::ops::Range;

/// Shortest value that can be a secret, in bytes.
const SHORTEST: usize = 4;

/// Words that are types, constants or states in some language.
const NOT_VALUES: [&str; 37] = [
    "string",
    "str",
    "text",
    "bool",
    "boolean",
    "true",
    "false",
    "null",
    "none",
    "nil",
    "undefined",
    "number",
    "integer",
    "int",
    "object",
    "bytes",
    "optional",
    "required",
    "default",
    "disabled",
    "enabled",
    "hidden",
    "unknown",
    "empty",
    "missing",
    "prompt",
    "varchar",
    "char",
    "self",
    "this",
    "any",
    "void",
    "function",
    "return",
    "password_hash",
    "username",
    "digest",
];

/// Algorithms in the modular crypt format (crypt(5) of libxcrypt 4.4, and <https://passlib.readthedocs.io>, read 2026-11-24).
const HASHES: [&str; 22] = [
    "1",
    "2a",
    "2b",
    "2x",
    "2y",
    "5",
    "6",
    "7",
    "y",
    "gy",
    "apr1",
    "md5",
    "sha1",
    "argon2i",
    "argon2d",
    "argon2id",
    "pbkdf2",
    "pbkdf2-sha256",
    "pbkdf2-sha512",
    "scrypt",
    "bcrypt-sha256",
    "P",
];

/// The reason why the value cannot be a secret; `None` when the classifier should decide.
pub(super) fn objection(text: &[u8], found: &Assignment) -> Option<&'static str> {
    let value = &text[found.value.clone()];
    if found.operator == Operator::Comparison && found.quote.is_none() {
        return Some("a comparison");
    }
    if value.len() < SHORTEST {
        return Some("too short");
    }
    if value.iter().filter(|byte| byte.is_ascii_whitespace()).count() > 3 {
        return Some("prose");
    }
    if is_type(value, found.quote) {
        return Some("a type or a constant");
    }
    let name = &text[found.name.clone()];
    if matches!(name, b"PWD" | b"$PWD" | b"OLDPWD") {
        return Some("the working directory");
    }
    if found.quote.is_none() && found.operator != Operator::Structure {
        if found.operator == Operator::Argument {
            return Some("code");
        }
        let is_code = |byte: &u8| matches!(byte, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'\\' | b'<' | b'>' | b'*');
        // `user|escape` is code, `743453711936127|1.6ip` a token.
        let is_piped =
            value.contains(&b'|') && value.iter().filter(|byte| byte.is_ascii_digit()).count() * 4 < value.len();
        let is_line = || lines::is_whole(text, found) && is_typed(value);
        // Behind a digit a star is no pointer: `Summer2025*`.
        let seen = match value {
            [rest @ .., digit, b'*'] if digit.is_ascii_digit() && rest.len() > 4 => rest,
            _ => value,
        };
        if (seen.iter().any(is_code) || is_piped) && !is_line() || is_reference(value) {
            return Some("code");
        }
        if is_selector(text, found) {
            return Some("a selector");
        }
    }
    if let Some(what) = name::objection(name, value) {
        return Some(what);
    }
    if is_number(value, found.quote) || is_constant(text, found) {
        return Some("a number");
    }
    if is_pattern(value) {
        return Some("a pattern");
    }
    if is_dependency(value) {
        return Some("a dependency");
    }
    if value.starts_with(b"nonce-") {
        return Some("a nonce");
    }
    // `3b7cd72...`, `67f4(...)8a1b`: who wrote it left the rest out.
    if contains(value, b"...") || known::is_elided(value) {
        return Some("cut off");
    }
    if let Some(what) = known::objection(text, found) {
        return Some(what);
    }
    if value.starts_with(b"$ANSIBLE_VAULT;") {
        return Some("an encrypted value");
    }
    if found.quote.is_none() && value.ends_with(b":") {
        return Some("the name of something else");
    }
    if is_hash(value) {
        return Some("a password's hash");
    }
    if is_public_key(value) {
        return Some("a public key");
    }
    if value.starts_with(b"/") || value.starts_with(b"./") || value.starts_with(b"~/") || contains(value, b"://") {
        return Some("a path or an address");
    }
    None
}

/// `string`, `true`; without quotes also `String!` and `string?`, as schemas and languages write what may be absent.
fn is_type(value: &[u8], quote: Option<u8>) -> bool {
    let bare = match value {
        [rest @ .., b'!' | b'?'] if quote.is_none() => rest,
        _ => value,
    };
    NOT_VALUES.iter().any(|word| bare.eq_ignore_ascii_case(word.as_bytes()))
}

/// `0x0020`, `0x9f13439L`: a constant of at most 64 bits. `0.8565`: a fraction.
fn is_number(value: &[u8], quote: Option<u8>) -> bool {
    if let (None, [b'0', b'x' | b'X', digits @ ..]) = (quote, value) {
        let suffix = digits.iter().rev().take_while(|byte| matches!(byte, b'L' | b'l' | b'U' | b'u')).count();
        let digits = &digits[..digits.len() - suffix];
        return digits.len() <= 16 && digits.iter().all(u8::is_ascii_hexdigit);
    }
    let digits = value.strip_prefix(b"0").unwrap_or(value);
    digits.strip_prefix(b".").is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
}

/// `X: u32 = 1109422304`, `811u32`: a number with its type.
fn is_constant(text: &[u8], found: &Assignment) -> bool {
    let value = &text[found.value.clone()];
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_typed = found.name.end < found.value.start
        && text[found.name.end..found.value.start].iter().any(u8::is_ascii_alphabetic)
        && found.operator == Operator::Equals;
    let suffix = &value[digits..];
    found.quote.is_none()
        && digits > 0
        && match suffix {
            [] => is_typed,
            [b'u' | b'i', rest @ ..] => matches!(rest, b"8" | b"16" | b"32" | b"64" | b"128" | b"size"),
            _ => false,
        }
}

/// `acme-[a-z0-9]{8}`, `\\d+`, `(?i)…`: a regular expression for secrets, and none itself.
fn is_pattern(value: &[u8]) -> bool {
    if contains(value, b"(?") {
        return true;
    }
    let repeats = |at: usize| matches!(value.get(at), Some(b'{' | b'+' | b'*' | b'?'));
    let class = |pair: &[u8]| pair[0] == b'\\' && matches!(pair[1], b'd' | b'w' | b's' | b'D' | b'W' | b'S');
    if value.windows(2).enumerate().any(|(at, pair)| class(pair) && repeats(at + 2)) {
        return true;
    }
    let is_span = |three: &[u8]| {
        three[1] == b'-' && three[0].is_ascii_alphanumeric() && three[2].is_ascii_alphanumeric() && three[0] < three[2]
    };
    let opened = value.iter().enumerate().filter(|(_, byte)| **byte == b'[').map(|(at, _)| at);
    opened.into_iter().any(|open| {
        let close = value[open..].iter().position(|byte| *byte == b']').map(|length| open + length);
        close.is_some_and(|close| repeats(close + 1) && value[open + 1..close].windows(3).any(is_span))
    })
}

/// `jjwt-api:0.11.2`: the coordinates of a library.
fn is_dependency(value: &[u8]) -> bool {
    let Some(colon) = value.iter().rposition(|byte| *byte == b':') else { return false };
    let (library, version) = (&value[..colon], &value[colon + 1..]);
    let in_library =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_' | b':');
    library.first().is_some_and(u8::is_ascii_lowercase)
        && library.iter().all(in_library)
        && version.first().is_some_and(u8::is_ascii_digit)
        && version.contains(&b'.')
        && version.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// `input[type="password"]:focus`: of a style sheet, or of a test that looks for the field.
fn is_selector(text: &[u8], found: &Assignment) -> bool {
    let before = &text[..found.name.start];
    let quotes = before.iter().rev().take(2).take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\')).count();
    let before = &before[..before.len() - quotes];
    before.ends_with(b"=") && contains(&text[found.name.end..found.value.start], b"]:")
}

/// `$2b$12$…`, `$argon2id$v=19$…`: a hash in the modular crypt format says its algorithm. The rules of hashes see it, with low confidence.
fn is_hash(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(b"$") else { return false };
    HASHES.iter().any(|algorithm| {
        rest.strip_prefix(algorithm.as_bytes()).is_some_and(|rest| rest.starts_with(b"$") && rest.len() > 8)
    })
}

/// Whether what a provider's rule found is a path of identifiers, or a name of words: code, and no token.
pub(super) fn is_code(text: &[u8], secret: &Range<usize>) -> bool {
    let value = &text[secret.clone()];
    let is_quoted = secret.start.checked_sub(1).is_some_and(|at| matches!(text[at], b'"' | b'\'' | b'`'));
    if is_quoted {
        return false;
    }
    let goes_on = matches!(text.get(secret.end), Some(b'(' | b'['));
    let is_name = value.iter().all(u8::is_ascii_alphabetic) && is_words(value);
    goes_on || is_name || is_reference(value)
}

/// `existingSubscription`: three quarters of the letters are known words.
fn is_words(value: &[u8]) -> bool {
    classifier::covered(&value.to_ascii_lowercase()) * 4 >= value.len() * 3
}

/// Whether a person may have typed a value with brackets, stars or backslashes in it: it has letters and digits, is no call, no index
/// and no path, and leaves no bracket open for the next line.
fn is_typed(value: &[u8]) -> bool {
    let is_path = value.starts_with(b"\\\\") || (value.len() > 2 && value[1] == b':' && value[2] == b'\\');
    let opens = matches!(value.first(), Some(b'*' | b'(' | b'[' | b'{' | b'<' | b')' | b']' | b'}'))
        || matches!(value.last(), Some(b'(' | b'[' | b'{' | b'<' | b'\\'));
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':');
    let closes = |at: usize, close: u8| value[at..].contains(&close);
    let is_call = value.windows(2).enumerate().any(|(at, pair)| {
        in_name(pair[0])
            && match pair[1] {
                b'(' => closes(at, b')'),
                b'[' => closes(at, b']'),
                b'<' => closes(at, b'>'),
                b'{' => closes(at, b'}'),
                _ => false,
            }
    });
    let is_mixed = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    is_mixed && value.len() >= 6 && !is_path && !opens && !is_call
}

/// `config.password`, `self->token`, `Foo::bar`, `&password`, `@password`, `$this`: a path of identifiers, or a variable.
fn is_reference(value: &[u8]) -> bool {
    let marked = matches!(value.first(), Some(b'&' | b'@' | b'$' | b':' | b'!'));
    let inner = if marked { &value[1..] } else { value };
    let in_path = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-' | b'>' | b'$' | b'?' | b'!')
    };
    let joins = inner
        .windows(2)
        .any(|pair| (pair[0] == b'.' && pair[1].is_ascii_alphabetic()) || pair == b"->" || pair == b"::");
    let digits = inner.iter().filter(|byte| byte.is_ascii_digit()).count();
    let digits_of = |part: &[u8]| part.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_token = inner
        .split(|byte| !byte.is_ascii_alphanumeric())
        .any(|part| part.len() > 24 || (part.len() >= 20 && digits_of(part) >= 2));
    !is_token
        && inner.iter().all(in_path)
        && inner.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && digits * 4 < inner.len()
        && (marked || joins)
}

#[cfg(test)]
mod tests {
    use super::{is_dependency, is_hash, is_number, is_pattern, is_selector, is_type, objection};
    use crate::engine::Assignment;

    #[test]
    fn hashes_say_their_algorithm() {
        for (value, is) in
            [("$2b$12$abcdefgh", true), ("$argon2id$v=19$m=65536", true), ("$pass$word1234", false), ("$2b$", false)]
        {
            assert_eq!(is_hash(value.as_bytes()), is, "{value}");
        }
    }

    #[test]
    fn patterns_are_told_from_passwords_with_brackets() {
        for (value, is) in [
            ("acme-[a-z0-9]{8}", true),
            ("^[A-Z]+$", true),
            (r"\d{6}", true),
            (r"tok_\\w+", true),
            ("(?i)token", true),
            ("pa[ss]word+1", false),
            ("a[1-2]b", false),
            ("z[9-1]{2}", false),
            (r"C:\dev\work", false),
            ("Pass{8}+?", false),
        ] {
            assert_eq!(is_pattern(value.as_bytes()), is, "{value}");
        }
    }

    #[test]
    fn numbers_are_told_from_passwords_of_digits() {
        for (value, quote, is) in [
            ("0x0020", None, true),
            ("0x9f1343901e600bf7L", None, true),
            ("0x9f1343901e600bf79f1343901e600bf7", None, false),
            ("0x0020", Some(b'"'), false),
            ("0.856555763510765", Some(b'"'), true),
            (".5120", None, true),
            ("12.3456", None, false),
            ("123456", None, false),
        ] {
            assert_eq!(is_number(value.as_bytes(), quote), is, "{value}");
        }
    }

    #[test]
    fn what_is_cut_off_is_no_secret() {
        for (text, what) in
            [("key: 3b7cd72...", Some("cut off")), ("key: '67f4(...)8a1b'", Some("cut off")), ("key: 3b7cd72.", None)]
        {
            let found = Assignment::parse(text.as_bytes(), 0..3).expect("an assignment");
            assert_eq!(objection(text.as_bytes(), &found), what, "{text}");
        }
    }

    #[test]
    fn types_may_be_absent() {
        for (value, quote, is) in [
            ("String!", None, true),
            ("string?", None, true),
            ("string", Some(b'"'), true),
            ("String!", Some(b'"'), false),
            ("Str1ng!", None, false),
        ] {
            assert_eq!(is_type(value.as_bytes(), quote), is, "{value}");
        }
    }

    #[test]
    fn dependencies_have_a_version() {
        for (value, is) in [
            ("jjwt-api:0.11.2", true),
            ("io.acme:token-core:1.0.0-RC1", true),
            ("admin:secret", false),
            ("Admin:1.5", false),
            ("user:pa.ss", false),
        ] {
            assert_eq!(is_dependency(value.as_bytes()), is, "{value}");
        }
    }

    #[test]
    fn selectors_are_no_assignments() {
        for (text, is) in [
            ("input[type=\"password\"]:focus", true),
            ("input[type=\\\"password\\\"]:focus", true),
            ("input[type=password]:hover {", true),
            ("cfg[\"password\"]: example", false),
            ("name=\"password\": example", false),
        ] {
            let at = text.find("password").expect("the name");
            let found = Assignment::parse(text.as_bytes(), at..at + 8).expect("an assignment");
            assert_eq!(is_selector(text.as_bytes(), &found), is, "{text}");
        }
    }
}
