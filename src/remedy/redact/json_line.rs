//! Replaces secrets in a line of JSON so that it stays JSON.

use super::label::Numbers;
use super::spans::Span;
use std::ops::Range;

/// A string, without its quotes, or a number. Everything else of a line is kept.
struct Token {
    range: Range<usize>,
    is_string: bool,
}

/// The line with its secrets replaced; `None` when it is no JSON. The first byte is the input's byte `base`; the places lie in the line.
pub(super) fn replace(line: &[u8], base: u64, spans: &[Span], numbers: &mut Numbers) -> Option<Vec<u8>> {
    serde_json::from_slice::<serde::de::IgnoredAny>(line).ok()?;
    let (mut out, mut at) = (Vec::with_capacity(line.len()), 0);
    for Token { range, is_string } in tokens(line) {
        let token = base + range.start as u64..base + range.end as u64;
        let mut inside = spans.iter().filter(|span| span.start < token.end && token.start < span.end).peekable();
        if !is_string {
            if let Some(span) = inside.peek() {
                out.extend_from_slice(&line[at..range.start]);
                out.push(b'"');
                out.extend(escaped(&numbers.text(&span.label)));
                out.push(b'"');
                at = range.end;
            }
            continue;
        }
        let units = units(&line[range.clone()]);
        for span in inside {
            // A character that is written as an escape is replaced as a whole.
            let offset =
                |at: u64| usize::try_from(at.saturating_sub(token.start)).unwrap_or(usize::MAX).min(range.len());
            let (start, end) = (offset(span.start), offset(span.end));
            let start = range.start + units[units.partition_point(|unit| *unit <= start).saturating_sub(1)];
            let end = range.start + units[units.partition_point(|unit| *unit < end).min(units.len() - 1)];
            out.extend_from_slice(&line[at..start.max(at)]);
            out.extend(escaped(&numbers.text(&span.label)));
            at = end.max(at);
        }
    }
    out.extend_from_slice(&line[at..]);
    Some(out)
}

/// A text as it stands in a string.
fn escaped(text: &str) -> Vec<u8> {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.as_bytes()[1..quoted.len() - 1].to_vec()
}

/// The strings and numbers of a sound line.
fn tokens(line: &[u8]) -> Vec<Token> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < line.len() {
        match line[at] {
            b'"' => {
                let start = at + 1;
                at = start;
                while at < line.len() && line[at] != b'"' {
                    at += if line[at] == b'\\' { 2 } else { 1 };
                }
                all.push(Token { range: start..at.min(line.len()), is_string: true });
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let start = at;
                while at < line.len() && (line[at].is_ascii_alphanumeric() || b"+-.".contains(&line[at])) {
                    at += 1;
                }
                all.push(Token { range: start..at, is_string: false });
            }
            _ => at += 1,
        }
    }
    all
}

/// Where each character of a string begins, and its end.
fn units(string: &[u8]) -> Vec<usize> {
    let (mut all, mut at) = (Vec::new(), 0);
    while at < string.len() {
        all.push(at);
        at += match &string[at..] {
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            rest => rest.iter().skip(1).take_while(|byte| **byte & 0xC0 == 0x80).count() + 1,
        };
    }
    all.push(string.len());
    all
}

#[cfg(test)]
mod tests {
    use super::super::label::Label;
    use super::super::spans::Unit;
    use super::*;

    fn replaced(line: &str, from: &str) -> String {
        let start = line.find(from).expect("stands there") as u64;
        let span = Span {
            start: start + 7,
            end: start + 7 + from.len() as u64,
            label: Label::Handle("a\"b".to_owned()),
            unit: Unit::Byte,
        };
        let out = replace(line.as_bytes(), 7, &[span], &mut Numbers::default()).expect("JSON");
        let out = String::from_utf8(out).expect("UTF-8");
        assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{out}");
        out
    }

    #[test]
    fn stays_json() {
        assert_eq!(replaced(r#"{"k": "xSECRETy"}"#, "SECRET"), r#"{"k": "xa\"by"}"#);
        assert_eq!(replaced(r#"{"pin": 12345678, "b": 1}"#, "345"), r#"{"pin": "a\"b", "b": 1}"#);
        assert_eq!(replaced(r#"{"k": "a\nSECRET\""}"#, r"nSECRET\"), r#"{"k": "aa\"b"}"#);
        assert_eq!(replaced(r#"{"k": "one", "l": "two"}"#, r#"ne", "l": "tw"#), r#"{"k": "oa\"b", "a\"b": "a\"bo"}"#);
        assert_eq!(replaced("[\"é\u{1F600}x\"]", "\u{1F600}"), r#"["éa\"bx"]"#);
        assert_eq!(replaced("{\"k\": \"S\"}\r\n", "S"), "{\"k\": \"a\\\"b\"}\r\n");
    }

    #[test]
    fn what_is_no_json_is_left_to_others() {
        assert!(replace(b"{\"k\": ", 0, &[], &mut Numbers::default()).is_none());
    }
}
