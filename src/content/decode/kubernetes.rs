//! Values of Kubernetes Secrets (<https://kubernetes.io/docs/concepts/configuration/secret/>, read 2026-12-01): every value under `data` is base64,
//! however short, and its key says what it is. What stands under `stringData` is plain text, which needs no decoder.
//!
//! The manifest may be YAML or JSON, by itself or in a list, and the kind may stand above the data or below.

use super::base64;
use super::encoded::{AFTER, BEFORE, Encoded, Found};
use std::ops::Range;

/// The values of the object whose kind is said at `at`.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let seen = at.saturating_sub(BEFORE)..text.len().min(at + AFTER);
    let is_longer = |byte: &u8| byte.is_ascii_alphanumeric();
    let end = at + text[at..].iter().take(24).position(|byte| matches!(byte, b'\n' | b',' | b'}')).unwrap_or(24);
    let said = &text[at..end.min(text.len())];
    if memchr::memmem::find(said, b"Secret").is_none_or(|place| said.get(place + 6).is_some_and(is_longer)) {
        return Found { seen: at..text.len().min(at + 32), encoded: Vec::new() };
    }
    let entries = if text[at] == b'"' { in_json(text, at, &seen) } else { in_yaml(text, at, &seen) };
    let encoded = |(key, value): (Range<usize>, Range<usize>)| base64::value(text, value, text[key].to_vec());
    let encoded: Vec<Encoded> = entries.into_iter().filter_map(encoded).collect();
    Found { seen, encoded }
}

/// So many Secrets may be said to lie in one of JSON, so that each byte is looked at so often at most.
const MOST_INSIDE: usize = 32;

type Entries = Vec<(Range<usize>, Range<usize>)>;

/// A line of YAML: where its first key begins, and where it ends. A dash before the key counts as indentation.
#[derive(Clone, Copy)]
struct Line {
    key: usize,
    start: usize,
    end: usize,
    is_item: bool,
}

impl Line {
    fn of(text: &[u8], start: usize, limit: usize) -> Line {
        let end = memchr::memchr(b'\n', &text[start..limit]).map_or(limit, |at| start + at);
        let blank = |from: usize| text[from..end].iter().take_while(|byte| **byte == b' ').count();
        let mut key = start + blank(start);
        let mut is_item = false;
        while text[key..end].starts_with(b"- ") {
            is_item = true;
            key += 2 + blank(key + 2);
        }
        let end = if end > key && text[end - 1] == b'\r' { end - 1 } else { end };
        Line { key, start, end, is_item }
    }

    fn indent(self) -> usize {
        self.key - self.start
    }

    fn is_empty(self, text: &[u8]) -> bool {
        self.key >= self.end || text[self.key] == b'#'
    }
}

fn line_start(text: &[u8], at: usize, least: usize) -> usize {
    memchr::memrchr(b'\n', &text[least..at]).map_or(least, |end| least + end + 1)
}

/// The entries of the mapping `data` beside the key at `at`.
fn in_yaml(text: &[u8], at: usize, seen: &Range<usize>) -> Entries {
    let own = Line::of(text, line_start(text, at, seen.start), seen.end);
    if own.key != at {
        return Vec::new();
    }
    let indent = own.indent();
    // The lines before and behind that belong to the same mapping. Where that says its kind again, what follows is asked from there.
    let is_another = |line: &Line| line.indent() == indent && text[line.key..line.end].starts_with(b"kind: ");
    let mut lines = Vec::new();
    let mut start = own.start;
    let mut is_first = own.is_item;
    while !is_first && start > seen.start {
        start = line_start(text, start - 1, seen.start);
        let line = Line::of(text, start, seen.end);
        if line.is_empty(text) {
            continue;
        }
        let is_top = text[line.start..line.end].starts_with(b"---");
        if line.indent() < indent || is_top || is_another(&line) {
            break;
        }
        is_first = line.is_item && line.indent() == indent;
        lines.push(line);
    }
    lines.reverse();
    let mut start = own.start;
    loop {
        let line = Line::of(text, start, seen.end);
        let is_same = start == own.start
            || (line.indent() >= indent && !(line.is_item && line.indent() == indent))
            || line.is_empty(text);
        let is_another = start != own.start && is_another(&line);
        if !is_same || is_another || text[line.start..line.end].starts_with(b"---") {
            break;
        }
        if !line.is_empty(text) {
            lines.push(line);
        }
        match memchr::memchr(b'\n', &text[line.end..seen.end]) {
            Some(end) if line.end + end + 1 < seen.end => start = line.end + end + 1,
            _ => break,
        }
    }
    let mut entries = Vec::new();
    let is_data = |line: &Line| {
        line.indent() == indent && matches!(text[line.key..line.end].trim_ascii_end(), b"data:" | b"\"data\":")
    };
    let mut is_inside = false;
    let inside = lines.iter().filter(|line| {
        // Deeper than `data`, up to the next line that is not.
        is_inside = (is_inside && line.indent() > indent) || is_data(line);
        is_inside && !is_data(line)
    });
    let mut inside = inside.peekable();
    while let Some(line) = inside.next() {
        let Some((key, value)) = entry(text, *line) else { continue };
        let head = text[value.clone()].first().copied();
        let value = if value.is_empty() || matches!(head, Some(b'|' | b'>')) {
            // A block: the deeper lines.
            let mut block: Option<Range<usize>> = None;
            while let Some(next) = inside.next_if(|next| next.indent() > line.indent()) {
                let start = block.map_or(next.key, |block| block.start);
                block = Some(start..next.end);
            }
            match block {
                Some(block) => block,
                None => continue,
            }
        } else {
            value
        };
        entries.push((key, value));
    }
    entries
}

/// The key and the value of a line, both without quotes.
fn entry(text: &[u8], line: Line) -> Option<(Range<usize>, Range<usize>)> {
    let bytes = &text[line.key..line.end];
    let colon =
        memchr::memmem::find(bytes, b":").filter(|colon| bytes.get(colon + 1).is_none_or(|byte| *byte == b' '))?;
    let value = line.key + colon + 1..line.end;
    // A comment behind it; base64 has no `#`.
    let end = memchr::memmem::find(&text[value.clone()], b" #").map_or(value.end, |at| value.start + at);
    Some((bare(text, line.key..line.key + colon), bare(text, value.start..end)))
}

/// A range without blanks and quotes at its ends.
fn bare(text: &[u8], range: Range<usize>) -> Range<usize> {
    let is_trimmed = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'"' | b'\'');
    let head = text[range.clone()].iter().take_while(|byte| is_trimmed(byte)).count();
    let start = range.start + head;
    let tail = text[start..range.end].iter().rev().take_while(|byte| is_trimmed(byte)).count();
    start..range.end - tail
}

/// The entries of the objects `data` of the object that the key at `at` belongs to.
fn in_json(text: &[u8], at: usize, seen: &Range<usize>) -> Entries {
    const KIND: &[u8] = b"\"kind\"";
    // Where the object says its kind again, what follows is asked from there.
    let is_end = |at: usize, depth: i32, inside: &mut usize| {
        let is_kind = text[at] == b'"' && text[at..].starts_with(KIND);
        *inside += usize::from(is_kind);
        is_kind && (depth == 0 || *inside > MOST_INSIDE)
    };
    let (mut open, mut depth, mut inside) = (at, 0, 0);
    while open > seen.start && depth >= 0 {
        open -= 1;
        match text[open] {
            b'}' => depth += 1,
            b'{' => depth -= 1,
            _ if is_end(open, depth, &mut inside) => break,
            _ => {}
        }
    }
    let (mut close, mut depth, mut inside) = ((at + KIND.len()).min(seen.end), 0, 0);
    while close < seen.end && depth >= 0 {
        match text[close] {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ if is_end(close, depth, &mut inside) => break,
            _ => {}
        }
        close += 1;
    }
    let mut entries = Vec::new();
    let mut from = open;
    while let Some(key) = memchr::memmem::find(&text[from..close], b"\"data\"") {
        from += key + 6;
        let opener = text[from..close].iter().position(|byte| !matches!(byte, b' ' | b':' | b'\t' | b'\r' | b'\n'));
        let Some(brace) = opener.map(|skipped| from + skipped).filter(|brace| text[*brace] == b'{') else { continue };
        from = closing(text, brace, close);
        let mut strings = strings(text, brace..from);
        while let (Some(key), Some(value)) = (strings.next(), strings.next()) {
            entries.push((key, value));
        }
    }
    entries
}

/// The end of the object that opens at `open`, behind its brace, or `limit`.
fn closing(text: &[u8], open: usize, limit: usize) -> usize {
    let mut depth = 0_i32;
    let close = text[open..limit].iter().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        depth <= 0
    });
    close.map_or(limit, |close| open + close + 1)
}

/// What stands between quotes in a range; keys and values of a Secret have no escapes but `\/` and the end of a line.
fn strings(text: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let quotes: Vec<usize> = memchr::memchr_iter(b'"', &text[range.clone()]).map(|at| range.start + at).collect();
    (0..quotes.len() / 2).map(move |pair| quotes[2 * pair] + 1..quotes[2 * pair + 1])
}
