//! Whether the value of an assignment looks like a secret: the first, honest judge of what has no format.
//!
//! It knows what a value *is not* (code, a path, a word, a type) and how much is needed to be sure: a password may be any word with
//! something added, a token or key must look random. What it is unsure of it lowers, it does not drop.

use super::super::assignment::{Assignment, Operator};
use super::entropy::shannon;
use crate::model::Confidence;

/// Shorter values are taken for words.
const SHORTEST_PASSWORD: usize = 6;
/// A token or key is longer than a password.
const SHORTEST_TOKEN: usize = 12;
/// Random text of a token's length has at least this entropy, in bits a byte.
const RANDOM: f64 = 3.0;

/// Words that are types, constants or states in some language.
const NOT_VALUES: [&str; 34] = [
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
    "object",
    "bytes",
    "password",
    "passwd",
    "secret",
    "token",
    "username",
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
];

/// How sure the value is a secret, or what it is instead.
pub(super) fn judge(text: &[u8], found: &Assignment) -> Result<Confidence, &'static str> {
    let value = &text[found.value.clone()];
    let name = &text[found.name.clone()];
    let is_password = ["pass", "pwd"].iter().any(|word| contains(name, word.as_bytes()));
    let shape = Shape::of(value);
    if found.operator == Operator::Comparison {
        return Err("a comparison");
    }
    if value.len() < if is_password { SHORTEST_PASSWORD } else { SHORTEST_TOKEN } {
        return Err("too short");
    }
    if shape.blanks > 0 {
        return Err("prose");
    }
    if shape.other > 0 {
        return Err("not printable ASCII");
    }
    if NOT_VALUES.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes())) {
        return Err("a type or a constant");
    }
    if name == b"PWD" || name == b"$PWD" || name == b"OLDPWD" {
        return Err("the working directory");
    }
    if found.quote.is_none() && (found.operator == Operator::Argument || shape.code > 0 || is_reference(value)) {
        return Err("code");
    }
    if value.ends_with(b":") || value.ends_with(b"...") {
        return Err("part of a sentence");
    }
    if value.starts_with(b"/") || value.starts_with(b"./") || value.starts_with(b"~/") || contains(value, b"://") {
        return Err("a path or an address");
    }
    if is_name(value, &shape) {
        return Err("a name");
    }
    let classes = [shape.lower, shape.upper, shape.digits, shape.symbols].iter().filter(|count| **count > 0).count();
    if is_password {
        // Letters alone may be a label in some language; without quotes a little more is asked for.
        let has_more = shape.digits + shape.symbols > 0;
        let is_enough = classes >= if found.quote.is_some() { 2 } else { 3 };
        return Ok(if has_more && is_enough { Confidence::Medium } else { Confidence::Low });
    }
    if is_uuid(value) {
        return Ok(Confidence::Low);
    }
    if shape.digits == 0 || shape.digits == value.len() || shannon(value) < RANDOM {
        return Err("not random");
    }
    Ok(if shape.lower + shape.upper > 0 { Confidence::Medium } else { Confidence::Low })
}

/// How many bytes of each kind a value has.
struct Shape {
    lower: usize,
    upper: usize,
    digits: usize,
    symbols: usize,
    blanks: usize,
    /// Bytes that stand in code and hardly in a bare value.
    code: usize,
    other: usize,
}

impl Shape {
    fn of(value: &[u8]) -> Shape {
        let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
        Shape {
            lower: count(u8::is_ascii_lowercase),
            upper: count(u8::is_ascii_uppercase),
            digits: count(u8::is_ascii_digit),
            symbols: count(u8::is_ascii_punctuation),
            blanks: count(|byte| matches!(byte, b' ' | b'\t')),
            code: count(|byte| matches!(byte, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'\\')),
            other: count(|byte| !matches!(byte, b' '..=b'~' | b'\t')),
        }
    }
}

/// `config.password`, `self->token`, `Foo::bar`, `&password`, `DB_PASSWORD`, `getToken`: an unquoted identifier or a path of them.
fn is_reference(value: &[u8]) -> bool {
    let value = value
        .strip_prefix(b"&")
        .or_else(|| value.strip_prefix(b"*"))
        .or_else(|| value.strip_prefix(b"@"))
        .unwrap_or(value);
    let is_path = value.iter().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-' | b'>' | b'$' | b'?' | b'!')
    });
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    is_path
        && value.first().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$'))
        && digits == 0
}

/// `csrf_token`, `my-secret-name`, `DB_PASSWORD`, `some.property.name`, `s3_session_key`, `camelCaseName`: words put together, none with
/// more digits than a version has.
fn is_name(value: &[u8], shape: &Shape) -> bool {
    let words = || value.split(|byte| matches!(byte, b'_' | b'-' | b'.' | b':' | b'/'));
    let is_word = |word: &[u8]| {
        let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = word[letters..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        letters > 0 && digits <= 3 && letters + digits == word.len()
    };
    let one_case = shape.lower == 0 || shape.upper == 0;
    let camel = value.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let joined = words().count() > 1;
    words().all(is_word)
        && ((joined && one_case && shape.digits <= 4) || (camel && shape.digits <= 3 && shannon(value) < 4.0))
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}
