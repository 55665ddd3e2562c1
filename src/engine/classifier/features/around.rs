//! Features of the text around an assignment.

use super::super::split::{Index, for_each_word};
use super::super::words::CONTEXT_GROUPS;
use super::{Out, REACH};
use crate::engine::assignment::Assignment;
use crate::engine::substring::contains;
use std::sync::LazyLock;

/// The words of surroundings.
static SURROUNDINGS: LazyLock<Index> = LazyLock::new(|| Index::of(&CONTEXT_GROUPS));

/// Features of the text within [`REACH`].
pub(super) fn put(text: &[u8], found: &Assignment, out: &mut impl Out) {
    let start = found.name.start.saturating_sub(REACH);
    let end = (found.value.end + REACH).min(text.len());
    let line_start = text[start..found.name.start].iter().rposition(|b| *b == b'\n').map_or(start, |at| start + at + 1);
    let line_end = text[found.value.end..end].iter().position(|b| *b == b'\n').map_or(end, |at| found.value.end + at);
    let head = &text[line_start..found.name.start];
    let tail = &text[found.value.end..line_end];
    let trimmed = head.trim_ascii_start();
    out.is(
        "line: comment",
        [&b"//"[..], b"#", b"*", b"/*", b"--", b";", b"<!--", b"%"].iter().any(|mark| trimmed.starts_with(mark))
            || contains(trimmed, b" // ")
            || contains(trimmed, b" # "),
    );
    let begins = !trimmed.iter().any(u8::is_ascii_alphanumeric);
    out.is("line: begins with the name", begins);
    out.is("line: list item", trimmed.starts_with(b"- "));
    out.count("line: indent", head.len() - trimmed.len());
    out.count("line: head length", trimmed.len());
    out.count("line: tail length", tail.len());
    out.is("line: call before", head.contains(&b'('));
    out.is("line: element", contains(head, b"<"));
    out.is("line: shell variable", contains(head, b"$"));
    out.count("line: prose", prose(trimmed));
    out.count("line: prose behind", prose(tail));
    let mut seen = [0_u64; 8];
    let mut counts = [0_u32; CONTEXT_GROUPS.len()];
    for_each_word(&text[start..found.name.start], |word| note(word, &mut seen, &mut counts));
    for_each_word(&text[found.value.end..end], |word| note(word, &mut seen, &mut counts));
    for (group, count) in CONTEXT_GROUPS.iter().zip(counts) {
        out.count(group.name, count.min(3));
    }
}

/// Number of blanks between two lower-case letters.
fn prose(text: &[u8]) -> usize {
    let small = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_lowercase);
    memchr::memchr_iter(b' ', text).filter(|at| small(at.checked_sub(1)) && small(Some(at + 1))).count()
}

/// Counts a word for its groups at its first occurrence.
fn note(word: &[u8], seen: &mut [u64; 8], counts: &mut [u32; CONTEXT_GROUPS.len()]) {
    let Some((groups, number)) = SURROUNDINGS.get(word) else { return };
    let (slot, bit) = (usize::from(number / 64), 1_u64 << (number % 64));
    if seen[slot] & bit == 0 {
        seen[slot] |= bit;
        counts.iter_mut().enumerate().for_each(|(at, count)| *count += groups >> at & 1);
    }
}
