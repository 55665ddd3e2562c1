//! A value as the classifier knows it: assigned to its name in one line.
//!
//! The classifier learned from assignments in code and settings. Where a name and a value stand in two fields, where a command's option or a
//! function's place says what a value is, or where the name is in another language, the same is put in the words that it knows:
//! `name: "value"`, with the text before and behind around it.

use super::assignment::{Assignment, Operator};
use super::classifier::features::REACH;
use crate::rules::Rule;
use std::ops::Range;

/// The rules that the classifier learned from.
const PASSWORD: &str = "generic-password";
const SECRET: &str = "generic-secret";

/// A text of its own with an assignment in it.
#[derive(Debug)]
pub struct Canonical {
    /// The text.
    pub text: Vec<u8>,
    /// The assignment; its ranges are of that text.
    pub found: Assignment,
    /// The rule that the classifier knows such values by.
    pub rule: &'static str,
}

impl Canonical {
    /// What to ask the classifier instead of `found`, when the rule or the form of the assignment says so.
    #[must_use]
    pub fn of(rule: &Rule, text: &[u8], found: &Assignment) -> Option<Canonical> {
        let is_password = rule.judged_as.as_deref().map_or(&*rule.id == PASSWORD, |name| name.contains("pass"));
        let known = if is_password { PASSWORD } else { SECRET };
        let named = |name: &[u8]| Self::named(text, found, name, known);
        let given = rule.judged_as.as_deref().map(str::as_bytes);
        match (given, found.operator) {
            (Some(name), Operator::Structure) => Some(named(name)),
            (Some(word), Operator::Pair) => Some(named(&translated(rule, &text[found.name.clone()], word))),
            (Some(word), _) => Some(renamed(text, found, &translated(rule, &text[found.name.clone()], word), known)),
            // `wgDBpassword`: of its words the last is none that the classifier knows.
            (None, _) if is_password && is_glued(&text[found.name.clone()]) => Some(named(b"password")),
            (None, Operator::Pair) => Some(named(&text[found.name.clone()])),
            (None, _) => None,
        }
    }

    fn named(text: &[u8], found: &Assignment, name: &[u8], rule: &'static str) -> Canonical {
        let (before, behind) = around(text, found);
        let value = &text[found.value.clone()];
        let mut made = Vec::with_capacity(2 * REACH + name.len() + value.len() + 8);
        made.extend_from_slice(&text[before]);
        made.push(b'\n');
        if is_comment(text, found) {
            made.extend_from_slice(b"// ");
        }
        let start = made.len();
        made.extend_from_slice(name);
        let end = made.len();
        made.extend_from_slice(b": \"");
        let from = made.len();
        made.extend_from_slice(value);
        let to = made.len();
        made.extend_from_slice(b"\"\n");
        made.extend_from_slice(&text[behind]);
        let found = Assignment {
            name: start..end,
            operator: Operator::Colon,
            quote: Some(b'"'),
            value: from..to,
            callee: None,
        };
        Canonical { text: made, found, rule }
    }
}

/// Whether a name ends with `password`, of which its last word is only a part, or is a property that a flag sets: `-Djavax.net.ssl.keyStorePassword`.
fn is_glued(name: &[u8]) -> bool {
    if name.starts_with(b"-D") && name.contains(&b'.') {
        return true;
    }
    let tail = name.len().saturating_sub(8);
    let before = tail.checked_sub(1).map(|at| name[at]);
    name[tail..].eq(b"password") && before.is_some_and(|byte| byte.is_ascii_uppercase())
}

/// The same text with another name; everything else stays as it is.
fn renamed(text: &[u8], found: &Assignment, name: &[u8], rule: &'static str) -> Canonical {
    let start = found.name.start.saturating_sub(REACH);
    let end = (found.value.end + REACH).min(text.len());
    let mut made = text[start..found.name.start].to_vec();
    let from = made.len();
    made.extend_from_slice(name);
    let to = made.len();
    made.extend_from_slice(&text[found.name.end..end]);
    let moved = |range: &Range<usize>| range.start - found.name.end + to..range.end - found.name.end + to;
    let callee = found.callee.as_ref().map(&moved);
    let found = Assignment { name: from..to, value: moved(&found.value), callee, ..found.clone() };
    Canonical { text: made, found, rule }
}

/// Whether the line of an assignment is a comment.
fn is_comment(text: &[u8], found: &Assignment) -> bool {
    let start = found.name.start.min(found.value.start);
    let head = text[start.saturating_sub(REACH)..start].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let head = head.trim_ascii_start();
    [&b"//"[..], b"* ", b"/*", b"<!--", b"# ", b"-- "].iter().any(|mark| head.starts_with(mark))
}

/// The lines before and behind those of an assignment, as far as the classifier looks.
fn around(text: &[u8], found: &Assignment) -> (Range<usize>, Range<usize>) {
    let start = found.name.start.min(found.value.start);
    let end = found.name.end.max(found.value.end);
    let earliest = start.saturating_sub(REACH);
    let latest = (end + REACH).min(text.len());
    let line = text[earliest..start].iter().rposition(|byte| *byte == b'\n').map_or(earliest, |at| earliest + at);
    let next = text[end..latest].iter().position(|byte| *byte == b'\n').map_or(latest, |at| end + at + 1);
    (earliest..line, next..latest)
}

/// A name with the rule's word in it replaced by the word that the classifier knows.
fn translated(rule: &Rule, name: &[u8], word: &[u8]) -> Vec<u8> {
    let lower = name.to_ascii_lowercase();
    let bare = |text: &str| text.trim_end_matches(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()).len();
    let found = rule.keywords.iter().filter_map(|keyword| {
        let key = &keyword.text.as_bytes()[..bare(&keyword.text)];
        let at = lower.windows(key.len().max(1)).rposition(|window| window == key)?;
        Some(at..at + key.len())
    });
    let Some(range) = found.max_by_key(ExactSizeIterator::len) else { return word.to_vec() };
    let joint = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let mut made = name[..range.start].to_vec();
    if joint(made.last()) {
        made.push(b'_');
    }
    made.extend_from_slice(word);
    if joint(name.get(range.end)) {
        made.push(b'_');
    }
    made.extend_from_slice(&name[range.end..]);
    made
}
