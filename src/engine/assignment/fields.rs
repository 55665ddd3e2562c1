//! A name and a value in two fields: `name: X` and `value: Y`, in either order, and a value in a field of an object that has the name.

use super::scalar::{BEHIND, Found, bare, byte, is_one_of, value};
use super::skip_blanks;
use std::ops::Range;

/// So many other fields may stand between a name and its value.
const OTHER_FIELDS: usize = 4;

/// What the field of a name is called; compared without case.
const NAME_FIELDS: [&[u8]; 14] = [
    b"name",
    b"key",
    b"id",
    b"field",
    b"header",
    b"param",
    b"parameter",
    b"parameterkey",
    b"variable",
    b"property",
    b"option",
    b"setting",
    b"env",
    b"k",
];
/// What the field of a value is called; compared without case.
const VALUE_FIELDS: [&[u8]; 11] = [
    b"value",
    b"val",
    b"default",
    b"defaultvalue",
    b"parametervalue",
    b"content",
    b"string",
    b"text",
    b"data",
    b"v",
    b"secret",
];
/// What the field of a value is called in an object that is named for its secret: `"adminPassword": {"value": "…"}`; compared without case.
const OBJECT_FIELDS: [&[u8]; 6] = [b"value", b"val", b"default", b"defaultvalue", b"plaintext", b"secretstring"];

/// `name: X`, then `value: Y`; also the other way round, and an element with the name as an attribute.
pub(super) fn fields(text: &[u8], name: &Range<usize>, from: usize, closed: usize) -> Option<Found> {
    let is_string = closed > name.end;
    let head = text[from..name.start - usize::from(is_string)].trim_ascii_end();
    let head = head.strip_suffix(b":").or_else(|| head.strip_suffix(b"="))?.trim_ascii_end();
    let quoted = head.strip_suffix(b"\"").or_else(|| head.strip_suffix(b"'"));
    let field = quoted.unwrap_or(head);
    let word = field.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (head, field) = field.split_at(field.len() - word);
    if !is_one_of(field, &NAME_FIELDS) {
        return None;
    }
    let before = head.len() - usize::from(quoted.is_some() && !head.is_empty());
    value_field(text, closed).or_else(|| value_before(text, from, from + before))
}

/// The field of a value behind the one of its name.
fn value_field(text: &[u8], from: usize) -> Option<Found> {
    let end = (from + BEHIND).min(text.len());
    let mut at = from;
    let mut lines = 0;
    for _ in 0..OTHER_FIELDS {
        // What stands between two fields.
        while at < end && matches!(text[at], b' ' | b'\t' | b'\r' | b'\n' | b',' | b'"' | b'\'' | b'{' | b'<' | b';') {
            lines += usize::from(text[at] == b'\n');
            at += 1;
        }
        if lines > 1 {
            return None;
        }
        // An element's text: `<string name="X">Y</string>`, `<property name="X"><value>Y</value>`.
        if byte(text, at) == b'>' {
            let blanks = text[at + 1..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let is_inner = text[at + 1 + blanks..].starts_with(b"<value>");
            let open = if is_inner { at + blanks + 8 } else { at + 1 };
            let found = bare(text, open, |byte| byte == b'<')?;
            return (byte(text, found.1.end) == b'<').then_some(found);
        }
        let word = at..at + text[at..end].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let closed = word.end + usize::from(matches!(byte(text, word.end), b'"' | b'\''));
        let operator = skip_blanks(text, closed);
        if word.is_empty()
            || !matches!(byte(text, operator), b':' | b'=')
            || is_one_of(&text[word.clone()], &NAME_FIELDS)
        {
            return None;
        }
        let arrow = usize::from(byte(text, operator + 1) == b'>');
        let begin = skip_blanks(text, operator + 1 + arrow);
        let found = value(text, begin)?;
        if is_one_of(&text[word], &VALUE_FIELDS) {
            return Some(found);
        }
        at = found.1.end + usize::from(found.0.is_some());
        if at >= end {
            return None;
        }
    }
    None
}

/// The value in the field before: `"value": "Y", "name": "X"`, `<add value="Y" key="X"/>`, `value: Y` on the line above. `end` is where the
/// field of the name begins.
fn value_before(text: &[u8], from: usize, end: usize) -> Option<Found> {
    let whole = text[from..end].trim_ascii_end();
    let head = whole.strip_suffix(b",").unwrap_or(whole).trim_ascii_end();
    let Some(quote) = head.last().copied().filter(|byte| matches!(byte, b'"' | b'\'')) else {
        let is_above = text[from + whole.len()..end].contains(&b'\n');
        let line = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let colon = line + head[line..].iter().position(|byte| *byte == b':')?;
        let field = head[line..colon].trim_ascii_start();
        let field = field.strip_prefix(b"- ").unwrap_or(field).trim_ascii();
        let begin = skip_blanks(head, colon + 1);
        let is_one = begin > colon + 1 && begin < head.len() && !head[begin..].iter().any(u8::is_ascii_whitespace);
        return (is_above && is_one && is_one_of(field, &VALUE_FIELDS))
            .then(|| (None, from + begin..from + head.len()));
    };
    let close = head.len() - 1;
    let open = head[..close].iter().rposition(|byte| *byte == quote)?;
    let field = head[..open].trim_ascii_end();
    let field = field.strip_suffix(b":").or_else(|| field.strip_suffix(b"="))?.trim_ascii_end();
    let field = field.strip_suffix(b"\"").or_else(|| field.strip_suffix(b"'")).unwrap_or(field);
    let word = field.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let is_value = is_one_of(&field[field.len() - word..], &VALUE_FIELDS) && open + 1 < close;
    is_value.then(|| (Some(quote), from + open + 1..from + close))
}

/// The value of an object that is named for its secret: `"adminPassword": {"value": "Y"}`, or `value: Y` on the line below, further in. `at` is
/// behind the operator.
pub(super) fn object(text: &[u8], name: &Range<usize>, at: usize) -> Option<Found> {
    let at = skip_blanks(text, at);
    let is_below = matches!(byte(text, at), b'\n' | b'\r');
    if at >= text.len() || !is_below && text[at] != b'{' {
        return None;
    }
    let end = (at + BEHIND).min(text.len());
    let mut next = at;
    let mut lines = 0;
    for _ in 0..OTHER_FIELDS {
        while next < end && matches!(text[next], b' ' | b'\t' | b'\r' | b'\n' | b',' | b'"' | b'\'' | b'{') {
            lines += usize::from(text[next] == b'\n');
            next += 1;
        }
        if lines > 1 || next >= end || is_below && indent(text, next) <= indent(text, name.start) {
            return None;
        }
        let word = next..next + text[next..end].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let closed = word.end + usize::from(matches!(byte(text, word.end), b'"' | b'\''));
        let operator = skip_blanks(text, closed);
        if word.is_empty() || !matches!(byte(text, operator), b':' | b'=') {
            return None;
        }
        let found = value(text, skip_blanks(text, operator + 1))?;
        if is_one_of(&text[word], &OBJECT_FIELDS) {
            return Some(found);
        }
        next = found.1.end + usize::from(found.0.is_some());
    }
    None
}

/// How far in the line begins on which a place is, in blanks; a dash of a list counts as one.
fn indent(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(BEHIND / 2);
    let line = text[from..at].iter().rposition(|byte| *byte == b'\n').map_or(from, |end| from + end + 1);
    text[line..at].iter().take_while(|byte| matches!(byte, b' ' | b'-')).count()
}

/// `<key>X</key> <string>Y</string>`, `<name>X</name> <value>Y</value>`.
pub(super) fn element(text: &[u8], closed: usize) -> Option<Found> {
    let tag = text[closed..].strip_prefix(b"</")?;
    let length = tag.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let last = tag[..length].rsplit(|byte| *byte == b'-').next()?;
    if !is_one_of(last, &NAME_FIELDS) || byte(tag, length) != b'>' {
        return None;
    }
    let mut at = closed + 2 + length + 1;
    at += text[at..].iter().take(BEHIND / 2).take_while(|byte| byte.is_ascii_whitespace()).count();
    let tag = text.get(at..)?.strip_prefix(b"<")?;
    let length = tag.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let last = tag[..length].rsplit(|byte| *byte == b'-').next()?;
    if !is_one_of(last, &VALUE_FIELDS) || byte(tag, length) != b'>' {
        return None;
    }
    let found = bare(text, at + 1 + length + 1, |byte| byte == b'<')?;
    (byte(text, found.1.end) == b'<').then_some(found)
}

#[cfg(test)]
mod tests {
    use super::super::{Assignment, Operator};

    fn value(text: &str) -> Option<String> {
        let at = text.find("assword").expect("the name");
        let found = Assignment::parse(text.as_bytes(), at..at + 7)?;
        (found.operator == Operator::Pair).then(|| text[found.value].to_owned())
    }

    #[test]
    fn fields_stand_in_either_order() {
        for (text, expected) in [
            ("- name: password\n  value: a1b\n", Some("a1b")),
            ("- value: \"a1b\"\n  name: password\n", Some("a1b")),
            ("- value: a1b\n  name: password\n", Some("a1b")),
            ("{\"value\": \"a1b\", \"name\": \"password\"}", Some("a1b")),
            ("<add key=\"password\" value=\"a1b\" />", Some("a1b")),
            ("<add value=\"a1b\" key=\"password\" />", Some("a1b")),
            ("<add value=\"a1b\" key=\"password\"/>", Some("a1b")),
            ("<property name=\"password\">\n  <value>a1b</value>", Some("a1b")),
            ("- value: two words\n  name: password\n", None),
            ("- other: a1b\n  name: password\n", None),
        ] {
            assert_eq!(value(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_object_holds_the_value_of_its_name() {
        for (text, expected) in [
            ("\"password\": {\n  \"value\": \"a1b\"\n}", Some("a1b")),
            ("\"password\": {\"type\": \"string\", \"defaultValue\": \"a1b\"}", Some("a1b")),
            ("password:\n  value: a1b\n", Some("a1b")),
            ("  password = { default = \"a1b\" }", Some("a1b")),
            ("password:\nvalue: a1b\n", None),
            ("\"password\": {\n  \"type\": \"string\",\n  \"value\": \"a1b\"", None),
            ("\"password\": {\"type\": \"string\", \"title\": \"a1b\"}", None),
        ] {
            assert_eq!(value(text).as_deref(), expected, "{text}");
        }
    }
}
