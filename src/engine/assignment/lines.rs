//! Values that end where their line does, and values on the line below their name.
//!
//! In `.env`, ini, properties and YAML a value stands without quotes and holds whatever a person typed; in code the same signs end it.
//! What tells the two apart is the line: a name at its beginning, one operator, and nothing behind the value.

use super::{Assignment, Operator, skip_blanks};
use crate::rules::window::LONGEST_VALUE;
use std::ops::Range;

/// What may stand before the name on a line that sets it; compared without case.
const HEADS: [&[u8]; 10] = [b"", b"-", b"export", b"set", b"env", b"arg", b"#", b"setx", b"declare", b"local"];
/// How far before a name its line may begin, in bytes; less than an assignment's window.
const HEAD: usize = 48;

/// Whether the line holds the assignment and nothing else.
pub(in crate::engine) fn is_whole(text: &[u8], found: &Assignment) -> bool {
    let ends = matches!(text.get(found.value.end), None | Some(b'\r' | b'\n'))
        || is_comment(&text[found.value.end..(found.value.end + 16).min(text.len())]);
    found.quote.is_none()
        && matches!(found.operator, Operator::Equals | Operator::Colon | Operator::Pair)
        && ends
        && begins_line(text, &found.name)
}

/// Whether a comment follows a value: a blank and its sign, alone.
fn is_comment(rest: &[u8]) -> bool {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    blanks > 0 && matches!(rest.get(blanks), None | Some(b'#' | b';' | b'\r' | b'\n'))
}

/// Whether nothing but a word that sets a variable stands before a name on its line.
fn begins_line(text: &[u8], name: &Range<usize>) -> bool {
    let from = name.start.saturating_sub(HEAD);
    let line = text[from..name.start].iter().rposition(|byte| *byte == b'\n').map(|at| from + at + 1);
    let Some(line) = line.or((from == 0).then_some(0)) else { return false };
    let head = text[line..name.start].trim_ascii();
    HEADS.iter().any(|one| head.eq_ignore_ascii_case(one))
}

/// Where a value without quotes ends when its line ends there, in a format where it does so; `cut` is where it ends in code.
pub(super) fn end(text: &[u8], name: &Range<usize>, at: usize, cut: usize) -> Option<usize> {
    if !matches!(text.get(cut), Some(b',' | b';' | b'&' | b'\'' | b'"' | b'<' | b'>' | b'`'))
        || !begins_line(text, name)
    {
        return None;
    }
    let rest = &text[at..(at + LONGEST_VALUE + 1).min(text.len())];
    let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    let value = &rest[..length];
    let opens = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b'(' | b'[' | b'{' | b'<' | b'&' | b'$' | b'*' | b'!');
    let goes_on =
        matches!(value.last(), Some(b',' | b';' | b'(' | b'[' | b'{' | b')' | b']' | b'}' | b'>' | b'"' | b'\''));
    let tail = &rest[length..(length + 16).min(rest.len())];
    let ends = matches!(tail.first(), None | Some(b'\r' | b'\n')) || is_comment(tail);
    // `a=b;c=d`, `a=b&c=d`: another name follows.
    let is_list = value[cut - at..].contains(&b'=') || value.windows(2).any(|two| two == b"</");
    let is_made = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    let is_one =
        length <= LONGEST_VALUE && ends && !goes_on && !is_list && is_made && !value.first().is_some_and(opens);
    is_one.then_some(at + length)
}

/// The value on the line below: of a block scalar, of a list's first item, of a plain scalar that was put there. `at` is where the
/// name's line goes on behind the operator.
pub(super) fn below(text: &[u8], name: &Range<usize>, at: usize) -> Option<Range<usize>> {
    let header =
        text[at..].iter().take(4).take_while(|byte| matches!(byte, b'|' | b'>' | b'-' | b'+' | b'0'..=b'9')).count();
    let end = skip_blanks(text, at + header);
    let end = end + usize::from(text.get(end) == Some(&b'\r'));
    if text.get(end) != Some(&b'\n') || (header > 0 && !matches!(text[at], b'|' | b'>')) || !begins_entry(text, name) {
        return None;
    }
    let indent = |line: usize| text[line..].iter().take(2 * HEAD).take_while(|byte| **byte == b' ').count();
    let from = name.start.saturating_sub(HEAD);
    let line = text[from..name.start].iter().rposition(|byte| *byte == b'\n').map_or(from, |at| from + at + 1);
    let mut start = end + 1 + indent(end + 1);
    let is_item = header == 0 && text[start..].starts_with(b"- ");
    if indent(end + 1) < indent(line) + usize::from(!is_item) {
        return None;
    }
    start += 2 * usize::from(is_item);
    let rest = &text[start..(start + LONGEST_VALUE + 1).min(text.len())];
    let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    let ends = matches!(rest.get(length), None | Some(b'\r' | b'\n'));
    let value = &rest[..length];
    let is_one = length > 0
        && length <= LONGEST_VALUE
        && ends
        && !matches!(value[0], b'"' | b'\'' | b'`' | b'&' | b'{' | b'[' | b'<');
    let is_entry = header == 0 && value.contains(&b':');
    (is_one && !is_entry && !matches!(value[length - 1], b':' | b',' | b';' | b'(' | b'{'))
        .then(|| start..start + length)
}

/// Whether a name is the key of an entry that begins its line.
fn begins_entry(text: &[u8], name: &Range<usize>) -> bool {
    let quotes = usize::from(name.start > 0 && matches!(text[name.start - 1], b'"' | b'\''));
    let from = name.start.saturating_sub(HEAD);
    let head = text[from..name.start - quotes].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    head.iter().all(|byte| matches!(byte, b' ' | b'-')) && (head.len() < HEAD - quotes || from == 0)
}

/// Where the text of an element begins that stands on the next line, or in an element or a section of its own.
pub(super) fn element(text: &[u8], at: usize) -> usize {
    let blanks = text[at..].iter().take(2 * HEAD).take_while(|byte| byte.is_ascii_whitespace()).count();
    let lines = text[at..at + blanks].iter().filter(|byte| **byte == b'\n').count();
    let start = if lines > 1 { at } else { at + blanks };
    let inner =
        [&b"<Value>"[..], b"<value>", b"<![CDATA[", b"<string>"].into_iter().find(|tag| text[start..].starts_with(tag));
    match inner {
        Some(tag) => start + tag.len(),
        None => start,
    }
}

/// Where a scalar begins behind its anchor or its tag: `&name value`, `!!str value`.
pub(super) fn plain(text: &[u8], at: usize) -> usize {
    if !matches!(text.get(at), Some(b'&' | b'!')) {
        return at;
    }
    let length = text[at..].iter().take(32).take_while(|byte| byte.is_ascii_graphic()).count();
    if length > 1 && text.get(at + length) == Some(&b' ') && !text[at..at + length].contains(&b'&') | (text[at] == b'&')
    {
        skip_blanks(text, at + length)
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::super::Assignment;
    use super::is_whole;

    fn value(text: &str) -> Option<String> {
        let at = text.find("password").expect("the name");
        Assignment::parse(text.as_bytes(), at..at + 8).map(|found| text[found.value].to_owned())
    }

    #[test]
    fn a_value_ends_where_its_line_does() {
        for (text, expected) in [
            ("password=a1,b;c\n", "a1,b;c"),
            ("  password: a1'b\n", "a1'b"),
            ("export password=a1&b\n", "a1&b"),
            ("password = a1<b # note\n", "a1<b"),
            ("password=a1;user=x\n", "a1"),
            ("f(password=a1,b)\n", "a1"),
            ("password=a1,\n", "a1"),
            ("x?a=b&password=c1&d=e\n", "c1"),
            ("password: &db a1b2\n", "a1b2"),
            ("password: !!str a1b2\n", "a1b2"),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_value_may_stand_on_the_line_below() {
        for (text, expected) in [
            ("a:\n  password: |-\n    a1*b\n", Some("a1*b")),
            ("password: >\r\n  a1b\r\n", Some("a1b")),
            ("password:\n  - a1b\n", Some("a1b")),
            ("password:\n- a1b\n", Some("a1b")),
            ("password:\n  a1b\n", Some("a1b")),
            ("<password>\n  a1b\n</password>", Some("a1b")),
            ("<Password password>\n  <Value>a1b</Value>", Some("a1b")),
            ("<password><![CDATA[a1b]]></password>", Some("a1b")),
            ("password:\nuser: a\n", None),
            ("password:\n  user: a\n", None),
            // The sign alone is too short for a secret.
            ("password: |\n  two words\n", Some("|")),
            ("if x password:\n  a1b\n", None),
        ] {
            assert_eq!(value(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_line_is_whole_when_nothing_else_stands_on_it() {
        for (text, is) in [
            ("password=a1\n", true),
            ("  password: a1 # b\n", true),
            ("x password=a1\n", false),
            ("password=a1 b\n", false),
        ] {
            let at = text.find("password").expect("the name");
            let found = Assignment::parse(text.as_bytes(), at..at + 8).expect("an assignment");
            assert_eq!(is_whole(text.as_bytes(), &found), is, "{text}");
        }
    }
}
