//! Runs of token characters, and which rules are found by them.
//!
//! The build script also includes this file, so it imports nothing of this crate but its siblings `sequences` and `window`.

use super::sequences::{certain, unfold};
use super::window::parse;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Shortest run of token characters, in bytes, by which a token without a prefix is found.
pub const RUN: usize = 16;
/// Largest distance between the beginning of a rule's words and its value, in bytes.
pub const BEFORE_RUN: usize = 96;
/// Largest distance between the beginning of a value and its run, in bytes: base64 is split into runs by `+` and `/`.
pub const INSIDE: usize = 64;
/// At this length 99 % of base64 texts have a run within their first [`INSIDE`] characters.
const HOLDS_RUN: usize = 38;

/// Whether a byte can be part of a run of token characters.
#[must_use]
pub const fn in_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether every text of a `near` rule's body begins with a run of at least [`RUN`] token characters. The body is then found by that run,
/// and its words are searched only before it.
///
/// # Errors
/// Fails when the body is invalid.
/// When the body is not valid.
pub fn begins_with_run(body: &str) -> Result<bool, String> {
    Ok(leading(&parse(body)?).0 >= RUN)
}

/// Whether a byte can occur in a token outside of a run: other characters of base64, and the dots of JSON web tokens.
#[must_use]
pub const fn in_token(byte: u8) -> bool {
    in_run(byte) || matches!(byte, b'+' | b'/' | b'=' | b'.')
}

/// Whether every text of a `near` rule's body is long enough, and consists of such bytes, that it has a run near its beginning.
///
/// # Errors
/// Fails when the body is invalid.
pub fn holds_run(body: &str) -> Result<bool, String> {
    let hir = parse(body)?;
    Ok(hir.properties().minimum_len().unwrap_or(0) >= HOLDS_RUN && is_of_tokens(&hir))
}

/// ASCII characters that a text of a `near` rule's body can begin with: bit `n` is character `n`.
///
/// # Errors
/// Fails when the body is invalid.
pub fn first_bytes(body: &str) -> Result<u128, String> {
    Ok(first(&parse(body)?).0)
}

/// The first characters of matches as bits, and whether a match can be empty.
fn first(hir: &Hir) -> (u128, bool) {
    let bit = |byte: u8| 1_u128.checked_shl(u32::from(byte)).unwrap_or(0);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, true),
        HirKind::Literal(literal) => (literal.0.first().map_or(0, |byte| bit(*byte)), literal.0.is_empty()),
        HirKind::Class(Class::Bytes(class)) => {
            (class.iter().flat_map(|range| range.start()..=range.end()).fold(0, |bits, byte| bits | bit(byte)), false)
        }
        HirKind::Class(Class::Unicode(_)) => (u128::MAX, false),
        HirKind::Capture(capture) => first(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (bits, is_empty) = first(&repetition.sub);
            (bits, is_empty || repetition.min == 0)
        }
        HirKind::Concat(parts) => {
            let mut all = 0;
            for part in parts {
                let (bits, is_empty) = first(part);
                all |= bits;
                if !is_empty {
                    return (all, false);
                }
            }
            (all, true)
        }
        HirKind::Alternation(branches) => {
            branches.iter().map(first).fold((0, false), |(bits, is_empty), one| (bits | one.0, is_empty || one.1))
        }
    }
}

fn is_of_tokens(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.iter().all(|byte| in_token(*byte)),
        HirKind::Class(Class::Bytes(class)) => class.iter().all(|range| (range.start()..=range.end()).all(in_token)),
        HirKind::Class(Class::Unicode(_)) => false,
        HirKind::Capture(capture) => is_of_tokens(&capture.sub),
        HirKind::Repetition(repetition) => is_of_tokens(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_of_tokens),
    }
}

/// Whether every match begins, after a boundary, with one of the keywords and with a run of at least [`RUN`] token characters. Such a token
/// is found by its run, and its keywords are compared only where runs begin.
#[must_use]
pub fn is_run_with_head(pattern: &str, keywords: &[String]) -> bool {
    let Ok(hir) = parse(pattern) else { return false };
    let HirKind::Concat(parts) = hir.kind() else { return false };
    let Some((boundary, rest)) = parts.split_first() else { return false };
    if !is_boundary(boundary) {
        return false;
    }
    let rest = Hir::concat(rest.to_vec());
    let words: Vec<&[u8]> = keywords.iter().map(|word| word.as_bytes()).collect();
    let begins = |word: &String| word.bytes().all(in_run) && !word.starts_with('-');
    leading(&rest).0 >= RUN
        && keywords.iter().all(begins)
        && unfold(&rest).iter().all(|sequence| certain(sequence, &words, 0, false))
}

/// Whether the next part cannot match in the middle of a word: `\b`, `^`, or a byte that is not a word character.
fn is_boundary(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(Look::WordAscii | Look::Start) => true,
        HirKind::Class(Class::Bytes(class)) => !class
            .iter()
            .any(|range| (range.start()..=range.end()).any(|byte| byte.is_ascii_alphanumeric() || byte == b'_')),
        HirKind::Alternation(branches) => branches.iter().all(is_boundary),
        _ => false,
    }
}

/// Number of leading bytes that are token characters in every match, and whether this is the whole match.
fn leading(hir: &Hir) -> (usize, bool) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, true),
        HirKind::Literal(literal) => {
            let count = literal.0.iter().take_while(|byte| in_run(**byte)).count();
            (count, count == literal.0.len())
        }
        HirKind::Class(Class::Bytes(class)) => {
            let all = class.iter().all(|range| (range.start()..=range.end()).all(in_run));
            (usize::from(all), all)
        }
        HirKind::Class(Class::Unicode(_)) => (0, false),
        HirKind::Capture(capture) => leading(&capture.sub),
        HirKind::Repetition(repetition) => match leading(&repetition.sub) {
            (count, true) => (count * repetition.min as usize, true),
            (count, false) => (if repetition.min > 0 { count } else { 0 }, false),
        },
        HirKind::Concat(parts) => {
            let mut total = 0;
            for part in parts {
                let (count, all) = leading(part);
                total += count;
                if !all {
                    return (total, false);
                }
            }
            (total, true)
        }
        HirKind::Alternation(branches) => {
            branches.iter().map(leading).fold((usize::MAX, true), |least, one| (least.0.min(one.0), least.1 && one.1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_begins_with_one_of_its_first_bytes() {
        for (body, expected) in [
            ("00D[0-9]{9}", "0"),
            ("[a-c]?[x-z]{4}|7+", "7abcxyz"),
            ("(?i:k)[0-9]", "Kk"),
            (r"(?:\b|-)(?P<secret>[AB])", "-AB"),
        ] {
            let bits = first_bytes(body).expect("valid");
            let all: String = (0..128_u8).filter(|byte| bits >> byte & 1 != 0).map(char::from).collect();
            assert_eq!(all, expected, "{body}");
        }
    }
}
