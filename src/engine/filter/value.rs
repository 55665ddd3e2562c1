//! What the value of an assignment plainly is instead of a secret: code, a comparison, nothing. Cheap, and asked before the judge.

use super::super::assignment::{Assignment, Operator};

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
    if value.starts_with(b"/") || value.starts_with(b"./") || value.starts_with(b"~/") || contains(value, b"://") {
        return Some("a path or an address");
    }
    None
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
