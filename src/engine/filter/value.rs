//! What the value of an assignment plainly is instead of a secret: code, a comparison, nothing. Cheap, and asked before the judge.

use super::super::assignment::{Assignment, Operator};
use crate::proof::is_public_key;

/// Shorter values are nobody's secret.
const SHORTEST: usize = 4;

/// Words that are types, constants or states in some language.
const NOT_VALUES: [&str; 36] = [
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

/// Why the value cannot be a secret, or `None` when the judge is to decide.
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
    if NOT_VALUES.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes())) {
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
        let is_code =
            |byte: &u8| matches!(byte, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'\\' | b'|' | b'<' | b'>' | b'*');
        if value.iter().any(is_code) || is_reference(value) {
            return Some("code");
        }
    }
    if is_keyword(name) {
        return Some("a word to look for");
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

/// Whether a name is a list of words to look for: `keywords = ["…"]` holds no key.
fn is_keyword(name: &[u8]) -> bool {
    let name = name.strip_suffix(b"s").unwrap_or(name);
    let word = b"keyword";
    name.len() >= word.len() && name[name.len() - word.len()..].eq_ignore_ascii_case(word)
}

/// `$2b$12$…`, `$argon2id$v=19$…`: a hash in the modular crypt format says its algorithm. The rules of hashes see it, with low confidence.
fn is_hash(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(b"$") else { return false };
    HASHES.iter().any(|algorithm| {
        rest.strip_prefix(algorithm.as_bytes()).is_some_and(|rest| rest.starts_with(b"$") && rest.len() > 8)
    })
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
    let is_token = inner.split(|byte| !byte.is_ascii_alphanumeric()).any(|part| part.len() > 24);
    !is_token
        && inner.iter().all(in_path)
        && inner.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && digits * 4 < inner.len()
        && (marked || joins)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::{is_hash, is_keyword};

    #[test]
    fn hashes_say_their_algorithm() {
        for (value, is) in
            [("$2b$12$abcdefgh", true), ("$argon2id$v=19$m=65536", true), ("$pass$word1234", false), ("$2b$", false)]
        {
            assert_eq!(is_hash(value.as_bytes()), is, "{value}");
        }
    }

    #[test]
    fn lists_of_words_hold_no_key() {
        for (name, is) in [("keywords", true), ("seoKeyword", true), ("key", false), ("keyword_token", false)] {
            assert_eq!(is_keyword(name.as_bytes()), is, "{name}");
        }
    }
}
