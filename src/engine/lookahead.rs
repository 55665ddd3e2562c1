//! How far from an anchor on bytes have decided about it, in the text as it is.
//!
//! [`Reach`](super::Reach) bounds the bytes that can affect a match in any text, and it is long, because values can be long. Most values
//! are short and end on their line. If an anchor's actual extent is known from a text with the same beginning, the anchor need not be
//! evaluated again in a version that differs only after it.

use super::filter::REACH;
use super::index::LONGEST_NAME;
use crate::rules::window::LONGEST_VALUE;
use crate::rules::{Form, Rule};

/// What may decide about a run, from its first byte on.
const RUN: usize = LONGEST_VALUE + 1 + REACH;
/// How far behind a name its value may begin, when the two are found by the name: see `near`.
const GAP: usize = 64;

/// The extent of a rule at a keyword of that length, with a window of `after` bytes behind it.
pub(super) fn of_keyword(rule: &Rule, text: &[u8], start: usize, length: usize, after: usize) -> usize {
    let most = length + after + REACH;
    match rule.form {
        Form::Pattern { .. } | Form::Whole => most,
        // A value may begin on the next line, and ends on the line that it begins on.
        Form::Names { .. } => lines(text, start, 0, 2, most),
        Form::Near { .. } => lines(text, start, length + GAP + 1, 1, most),
    }
}

/// The extent of the rules whose value stands around a run.
pub(super) fn of_run(text: &[u8], run: usize) -> usize {
    lines(text, run, 0, 1, RUN)
}

/// The first place at or behind `least` whose extent by lines may end behind `end`: whatever the anchor is there.
pub(super) fn open_from(text: &[u8], least: usize, end: usize) -> usize {
    let sure = end.saturating_sub(REACH).max(least);
    let ends = memchr::memrchr_iter(b'\n', &text[least..sure]).map(|at| least + at);
    let mut ends = ends.filter(|at| *at == 0 || text[at - 1] != b'\\');
    match (ends.next(), ends.next()) {
        // Two lines end before `sure` behind whatever begins before the first of these ends; and one, behind a name and its gap.
        (Some(last), Some(second)) => (second + 1).min((last + 1).saturating_sub(LONGEST_NAME + GAP + 1)).max(least),
        _ => least,
    }
}

/// How far it is from `start` to the end of so many lines, counted from `behind` bytes after it, and as far as filters look beyond; `most` if
/// that is less.
fn lines(text: &[u8], start: usize, behind: usize, count: usize, most: usize) -> usize {
    let end = text.len().min(start + most);
    let mut at = end.min(start + behind);
    for _ in 0..count {
        loop {
            let Some(found) = memchr::memchr(b'\n', &text[at..end]) else { return most };
            at += found + 1;
            // A string goes on behind a backslash.
            if at < 2 || text[at - 2] != b'\\' {
                break;
            }
        }
    }
    (at - start + REACH).min(most)
}

#[cfg(test)]
mod tests {
    use super::{GAP, LONGEST_NAME, REACH, lines, open_from};

    #[test]
    fn what_begins_before_is_settled() {
        let text = b"a long line to begin with\nab\ncd \\\n ef\n\nshort\n".repeat(12);
        for end in 0..text.len() {
            let least = end.saturating_sub(700);
            let open = open_from(&text, least, end);
            assert!((least..=end).contains(&open));
            for at in least..open {
                assert!(at + lines(&text, at, 0, 2, 900) <= end, "two lines from {at} to {end}");
                assert!(at + lines(&text, at, LONGEST_NAME + GAP + 1, 1, 900) <= end, "a value from {at} to {end}");
            }
        }
        assert!(open_from(&text, 0, text.len()) + REACH + 200 > text.len(), "it is near");
    }

    #[test]
    fn an_extent_ends_with_its_lines() {
        assert_eq!(lines(b"ab\ncd\nef\n", 1, 0, 1, 1000), 2 + REACH);
        assert_eq!(lines(b"ab\ncd\nef\n", 1, 0, 2, 1000), 5 + REACH);
        assert_eq!(lines(b"ab\\\ncd\nef\n", 1, 0, 1, 1000), 6 + REACH);
        assert_eq!(lines(b"ab\ncd\nef\n", 1, 2, 1, 1000), 5 + REACH);
        assert_eq!(lines(b"ab\ncd\nef\n", 1, 0, 1, 9), 9);
        assert_eq!(lines(b"abcdef", 1, 0, 1, 300), 300);
    }
}
