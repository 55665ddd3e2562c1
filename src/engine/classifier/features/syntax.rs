//! Features of an assignment's syntax.

use super::super::split::lowered;
use super::super::words::{LOOKUPS, WRAPPERS};
use super::Out;
use crate::engine::assignment::{Assignment, Operator};
use crate::engine::substring::contains;

/// The features of an operator, of quotes, and of what is right before and right behind.
pub(super) fn put(text: &[u8], found: &Assignment, out: &mut impl Out) {
    let byte = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().unwrap_or(b'\n');
    for (name, operator) in [
        ("operator: equals", Operator::Equals),
        ("operator: colon", Operator::Colon),
        ("operator: argument", Operator::Argument),
        ("operator: element", Operator::Element),
        ("operator: flag", Operator::Flag),
        ("operator: comparison", Operator::Comparison),
        ("operator: structure", Operator::Structure),
    ] {
        out.is(name, found.operator == operator);
    }
    out.is("quote: none", found.quote.is_none());
    out.is("quote: double", found.quote == Some(b'"'));
    out.is("quote: single", found.quote == Some(b'\''));
    out.is("quote: back", found.quote == Some(b'`'));
    let before = byte(found.name.start.checked_sub(1));
    out.is("before: quote", matches!(before, b'"' | b'\'' | b'`'));
    out.is("before: blank", matches!(before, b' ' | b'\t'));
    out.is("before: line", before == b'\n');
    out.is("before: bracket", matches!(before, b'(' | b'[' | b'{' | b'<' | b','));
    out.is("before: colon", before == b':');
    out.is("before: at", matches!(before, b'@' | b'&' | b'?' | b'%' | b'#' | b'/'));
    let after = byte(Some(found.value.end + usize::from(found.quote.is_some())));
    out.is("after: line", matches!(after, b'\n' | b'\r'));
    out.is("after: comma", after == b',');
    out.is("after: semicolon", after == b';');
    out.is("after: bracket", matches!(after, b')' | b']' | b'}'));
    out.is("after: blank", matches!(after, b' ' | b'\t'));
    out.is("after: element", after == b'<');
    out.is("after: goes on", matches!(after, b'+' | b'.' | b'(' | b'[' | b'?' | b'|' | b'%'));
    let callee = found.callee.as_ref().map(|range| lowered(&text[range.clone()]));
    let last = callee.as_deref().map(|callee| {
        let from = callee.iter().rposition(|b| !b.is_ascii_alphanumeric() && *b != b'_').map_or(0, |at| at + 1);
        &callee[from..]
    });
    let of = |list: &[&str]| last.is_some_and(|last| list.iter().any(|word| word.as_bytes() == last));
    out.is("call: any", callee.is_some());
    out.is("call: look-up", of(&LOOKUPS));
    out.is(
        "call: wrapper",
        of(&WRAPPERS) || callee.as_deref().is_some_and(|callee| callee.ends_with(b"byte") || callee.ends_with(b"]")),
    );
    let gap = found.value.start.saturating_sub(found.name.end);
    out.count("gap", gap);
    let between = &text[found.name.end..found.value.start.max(found.name.end)];
    out.is("between: arrow", contains(between, b"=>"));
    out.is("between: spaced", contains(between, b" = ") || contains(between, b" : "));
    out.is("between: tight", gap <= 2);
}
