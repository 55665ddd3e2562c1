//! A name and a value that stand in two fields: `name: X` and `value: Y`, attributes and elements of XML, arguments of a setter, settings
//! with nothing but a blank between, defaults of a look-up, cells of a table.
//!
//! Deployments keep most of their secrets so. A hit gets here only when no operator follows the name. All looks are bounded by
//! [`BEHIND`], [`BEFORE`] and two line ends, so that the engine's locality holds.

use super::fields::{element, fields};
use super::scalar::{BEHIND, Found, LONGEST, bare, byte, is_one_of, string, value};
use super::{in_name, skip_blanks};
use std::ops::Range;

/// How far behind a name anything is looked at, in bytes: less than the window of an assignment holds.
const FARTHEST: usize = 640;
/// How far before a keyword its name's field, its line's head or its value begins, in bytes: the window of an assignment.
const BEFORE: usize = crate::rules::window::ASSIGNMENT.before as usize;
/// Parts of the names of functions that give a name a value, or look it up and fall back on one; compared without case.
const SETTERS: [&[u8]; 15] = [
    b"set", b"put", b"add", b"define", b"env", b"prop", b"default", b"config", b"with", b"param", b"header", b"option",
    b"secret", b"store", b"field",
];
/// Functions that copy their second argument into their first.
const COPIES: [&[u8]; 8] =
    [b"strcpy", b"strncpy", b"strlcpy", b"strcpy_s", b"wcscpy", b"lstrcpy", b"sprintf", b"memcpy"];
/// What types into a field that was looked up by its name.
const TYPISTS: [&[u8]; 6] = [b"sendkeys", b"send_keys", b"fill", b"type", b"setvalue", b"set_value"];
/// What a line begins with that sets a variable with a blank behind its name; compared without case.
const BLANK_SETTERS: [&[u8]; 19] = [
    b"#define",
    b"define",
    b"env",
    b"setenv",
    b"set",
    b"setx",
    b"set -x",
    b"set -gx",
    b"set -ux",
    b"set -lx",
    b"export",
    b"sys.setenv",
    b"pass",
    b"proxy_set_header",
    b"add_header",
    b"fastcgi_param",
    b"uwsgi_param",
    b"requestheader set",
    b"header set",
];
/// What a line of a router's or switch's configuration begins with that sets a password.
const DEVICE_LINES: [&[u8]; 14] = [
    b"username",
    b"user",
    b"enable",
    b"neighbor",
    b"ip",
    b"aaa",
    b"ppp",
    b"crypto",
    b"area",
    b"line",
    b"set",
    b"login",
    b"authentication",
    b"wlan",
];
/// What stands between a name and the string that it is: `password As String = "…"`, `"password" to "…"`.
const LINKS: [&[u8]; 8] = [b"as string = ", b"as string=", b"to ", b". ", b"by lazy { ", b"|| ", b"?? ", b"or "];

/// The value, in another field, of the name around a keyword that begins at `keyword`.
pub(super) fn of(text: &[u8], name: &Range<usize>, keyword: usize) -> Option<Found> {
    let end = (name.end + FARTHEST).min(text.len());
    let from = keyword.saturating_sub(BEFORE);
    let found = within(&text[..end], name, from)?;
    // What reaches the bound may go on behind it.
    (found.1.end < end || end == text.len()).then_some(found)
}

fn within(text: &[u8], name: &Range<usize>, from: usize) -> Option<Found> {
    let first = byte(text, name.end);
    let quote = name.start.checked_sub(1).map(|at| text[at]).filter(|byte| matches!(byte, b'"' | b'\''));
    let is_string = quote == Some(first);
    let closed = name.end + usize::from(is_string);
    match byte(text, closed) {
        b',' => {
            if let Some(found) = fields(text, name, from, closed) {
                return Some(found);
            }
            argument(text, name, from, closed, is_string)
                .or_else(|| cell(text, name, from))
                .or_else(|| inserted(text, name, from))
        }
        b'\n' | b'\r' => fields(text, name, from, closed).or_else(|| cell(text, name, from)),
        b'<' => element(text, closed),
        b'>' | b'}' | b'/' => fields(text, name, from, closed),
        b')' => typed(text, closed).or_else(|| inserted(text, name, from)).or_else(|| linked(text, closed + 1)),
        b']' if is_string => linked(text, closed + 1),
        b';' => cell(text, name, from),
        b' ' | b'\t' => {
            if let Some(found) = fields(text, name, from, closed) {
                return Some(found);
            }
            linked(text, closed)
                .or_else(|| blank(text, name, from, closed, is_string))
                .or_else(|| row(text, name, from))
                .or_else(|| cell(text, name, from))
        }
        _ => None,
    }
}

/// Where the line begins that a name stands on, when that is near.
fn line_start(text: &[u8], name: &Range<usize>, from: usize) -> Option<usize> {
    let line = text[from..name.start].iter().rposition(|byte| *byte == b'\n').map(|at| from + at + 1);
    line.or((from == 0).then_some(0))
}

/// The second argument of a setter, the second of an Erlang tuple, the default of an option.
fn argument(text: &[u8], name: &Range<usize>, from: usize, closed: usize, is_string: bool) -> Option<Found> {
    let start = name.start - usize::from(is_string);
    let head = &text[from..start];
    let at = skip_blanks(text, closed + 1);
    if let Some(before) = head.trim_ascii_end().strip_suffix(b"(") {
        let callee = before.iter().rev().take_while(|byte| in_name(**byte)).count();
        let callee = &before[before.len() - callee..];
        let callee = &callee[callee.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1)..];
        let lower = callee.to_ascii_lowercase();
        let is_setter = is_string && SETTERS.iter().any(|part| crate::engine::substring::contains(&lower, part));
        if is_setter || (!is_string && is_one_of(&lower, &COPIES)) {
            return string(text, at).or_else(|| default(text, closed));
        }
        // `@click.option("--password", default="…")`.
        return if is_string && text[name.start] == b'-' { default(text, closed) } else { None };
    }
    if is_string {
        // `add_argument("-p", "--password", default="…")`.
        return if text[name.start] == b'-' { default(text, closed) } else { None };
    }
    head.ends_with(b"{").then(|| value(text, at)).flatten().filter(|found| found.0.is_some())
}

/// `default="…"` in the same call.
fn default(text: &[u8], from: usize) -> Option<Found> {
    let end = (from + BEHIND).min(text.len());
    let line = text[from..end].iter().position(|byte| *byte == b'\n').map_or(end, |at| from + at);
    let word = text[from..line].windows(7).position(|seven| seven == b"default")?;
    let operator = skip_blanks(text, from + word + 7);
    matches!(byte(text, operator), b'=' | b':').then(|| string(text, skip_blanks(text, operator + 1))).flatten()
}

/// `By.id("password")).sendKeys("…")`.
fn typed(text: &[u8], closed: usize) -> Option<Found> {
    let ends = text[closed..].iter().take(4).take_while(|byte| **byte == b')').count();
    let call = text.get(closed + ends..)?.strip_prefix(b".")?;
    let length = call.iter().take(12).take_while(|byte| in_name(**byte) && **byte != b'.').count();
    if !is_one_of(&call[..length], &TYPISTS) || byte(call, length) != b'(' {
        return None;
    }
    string(text, closed + ends + 1 + length + 1)
}

/// A string behind a word that links it to its name.
fn linked(text: &[u8], from: usize) -> Option<Found> {
    let at = skip_blanks(text, from);
    let rest = &text[at..(at + 64).min(text.len())];
    let is_string = matches!(text[from - 1], b'"' | b'\'');
    let starts = |link: &&[u8]| rest.get(..link.len()).is_some_and(|head| head.eq_ignore_ascii_case(link));
    if let Some(link) = LINKS.iter().find(|link| starts(link)) {
        // Prose has this word behind any other: only a string is given a value by it.
        if link.eq_ignore_ascii_case(b"to ") && !is_string {
            return None;
        }
        return string(text, skip_blanks(text, at + link.len()));
    }
    // A note: `Password - …`, at the end of the line.
    let dash = [&b"- "[..], "\u{2013} ".as_bytes(), b"is "].into_iter().find(|dash| rest.starts_with(dash));
    if let Some(dash) = dash {
        let found = bare(text, at + dash.len(), |byte| byte == b'`')?;
        let is_last = text[found.1.end..].iter().take(2).all(|byte| matches!(byte, b'\r' | b'\n'));
        let word = &text[found.1.clone()];
        let is_password = word.iter().any(u8::is_ascii_digit) && word.iter().any(u8::is_ascii_alphabetic);
        return (is_last && is_password && word.len() > 5).then_some(found);
    }
    // `PASSWORD PIC X(12) VALUE '…'`.
    let picture: &[u8] = b"pic ";
    if starts(&picture) {
        let word = rest.windows(6).position(|six| six.eq_ignore_ascii_case(b"value "))?;
        return string(text, skip_blanks(text, at + word + 6));
    }
    None
}

/// A setting with a blank between name and value.
fn blank(text: &[u8], name: &Range<usize>, from: usize, closed: usize, is_string: bool) -> Option<Found> {
    let line = line_start(text, name, from)?;
    let head = text[line..name.start].trim_ascii();
    let at = skip_blanks(text, closed);
    let is_quoted = matches!(byte(text, at), b'"' | b'\'');
    if is_string
        || text[name.start] == b'-'
        || matches!(byte(text, at), b'=' | b':' | b'\n' | b'\r' | b'(' | b'{' | b'|' | b',')
    {
        return None;
    }
    let is_set = is_one_of(head, &BLANK_SETTERS);
    let found = if is_quoted { string(text, at)? } else { bare(text, at, |_| false)? };
    let behind = found.1.end + usize::from(found.0.is_some());
    let tail = text[behind..]
        .iter()
        .take(BEHIND)
        .position(|byte| *byte == b'\n')
        .map_or(&text[behind..], |end| &text[behind..behind + end]);
    if is_set {
        return Some(found);
    }
    let first = head.split(|byte| *byte == b' ').next().unwrap_or_default();
    if DEVICE_LINES.contains(&first) && head.len() > first.len() || (first == b"enable" && head == first) {
        // `password 0 …`: the digit says how it is encrypted, 0 not at all.
        let is_level = found.1.len() == 1 && matches!(text[found.1.start], b'0' | b'5' | b'6');
        if is_level {
            return value(text, skip_blanks(text, found.1.end));
        }
        return is_made(&text[found.1.clone()]).then_some(found);
    }
    // `:password "…"`, `password '…'`: code and settings; behind the string nothing goes on.
    if is_quoted {
        let opens = head.is_empty() || matches!(head.last(), Some(b':' | b'{' | b',' | b'('));
        let ends = tail.trim_ascii_end().iter().all(|byte| matches!(byte, b')' | b'}' | b']' | b';'))
            || matches!(tail.first(), Some(b',' | b'}'))
            || tail.trim_ascii_start().starts_with(b":")
            || tail.trim_ascii_start().starts_with(b"#");
        return (opens && ends).then_some(found);
    }
    // A line of two words: the second is a value when it is no word.
    let value = &text[found.1.clone()];
    let is_made = value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic)
        // No English word ends so: `rootpw`, `bindpw`.
        || text[name.clone()].ends_with(b"pw");
    let goes_on = matches!(value.last(), Some(b',' | b';' | b'{' | b'(' | b':' | b')' | b'='));
    (head.is_empty() && tail.trim_ascii().is_empty() && is_made && !goes_on).then_some(found)
}

/// The next cell of a row of a table in Markdown: `| password | value |`. The delimiter row of a header is none.
fn row(text: &[u8], name: &Range<usize>, from: usize) -> Option<Found> {
    let head = &text[from..name.start];
    let before = head.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'*' | b'`'))?;
    if head[before] != b'|' {
        return None;
    }
    let at = skip_blanks(text, name.end);
    let found = markdown_cell(text, at.checked_add(usize::from(byte(text, at) == b'|'))?)?;
    (byte(text, at) == b'|' && is_made(&text[found.1.clone()])).then_some(found)
}

/// Whether a cell's text is no plain word: cells hold many.
fn is_made(cell: &[u8]) -> bool {
    cell.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&'))
}

/// The text of the cell that begins at `at`, when it is one word.
fn markdown_cell(text: &[u8], at: usize) -> Option<Found> {
    let at = skip_blanks(text, at);
    let quote = usize::from(byte(text, at) == b'`');
    let found = bare(text, at + quote, |byte| matches!(byte, b'`' | b'|'))?;
    let after = skip_blanks(text, found.1.end + usize::from(byte(text, found.1.end) == b'`'));
    matches!(byte(text, after), b'|').then_some(found)
}

/// The cell under a name in the header of a table: of one with commas, semicolons or tabs.
fn cell(text: &[u8], name: &Range<usize>, from: usize) -> Option<Found> {
    let line = line_start(text, name, from)?;
    let end = text[name.end..].iter().take(BEHIND).position(|byte| *byte == b'\n').map(|at| name.end + at)?;
    let header = text[line..end].trim_ascii_end();
    let separator = [b',', b';', b'\t'].into_iter().find(|one| header.contains(one))?;
    let columns = header.iter().filter(|byte| **byte == separator).count();
    let column = text[line..name.start].iter().filter(|byte| **byte == separator).count();
    let in_header =
        |byte: &u8| byte.is_ascii_alphanumeric() || *byte == separator || matches!(byte, b'_' | b'-' | b'"');
    if !header.iter().all(in_header) {
        return None;
    }
    let start = end + 1;
    let row = text.get(start..)?;
    let row = &row[..row.iter().take(2 * BEHIND).position(|byte| *byte == b'\n').unwrap_or(row.len().min(2 * BEHIND))];
    if row.iter().filter(|byte| **byte == separator).count() != columns {
        return None;
    }
    let offset = row.split(|byte| *byte == separator).take(column).map(|cell| cell.len() + 1).sum::<usize>();
    let at = start + offset;
    if byte(text, at) == b'"' { string(text, at) } else { bare(text, at, |byte| byte == separator) }
}

/// The value of a column in `INSERT INTO t (a, password) VALUES ('x', '…')`.
fn inserted(text: &[u8], name: &Range<usize>, from: usize) -> Option<Found> {
    let open = text[from..name.start].iter().rposition(|byte| *byte == b'(').map(|at| from + at)?;
    let in_list = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b',' | b' ' | b'`' | b'"' | b'[' | b']' | b'\n' | b'\r' | b'\t')
    };
    let rest = &text[name.end..(name.end + BEHIND).min(text.len())];
    let close = rest.iter().position(|byte| *byte == b')').map(|at| name.end + at)?;
    if !text[open + 1..close].iter().all(in_list) {
        return None;
    }
    let column = text[open..name.start].iter().filter(|byte| **byte == b',').count();
    let rest = text.get(close + 1..(close + 1 + BEHIND).min(text.len()))?;
    let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let lines = |range: Range<usize>| text[range].iter().filter(|byte| **byte == b'\n').count();
    let values = rest.get(blanks..blanks + 6)?;
    if !values.eq_ignore_ascii_case(b"values") || lines(name.end..close + 1 + blanks) > 1 {
        return None;
    }
    let mut at = close + 1 + blanks + 6;
    at += text[at..].iter().take(8).take_while(|byte| **byte == b' ' || **byte == b'(').count();
    for _ in 0..column {
        // Over one value of the row.
        at = match byte(text, at) {
            b'\'' | b'"' => string(text, at).map_or(at + 2, |found| found.1.end + 1),
            _ => at,
        };
        at += text[at..].iter().take(LONGEST).position(|byte| matches!(byte, b',' | b')' | b'\n'))?;
        if byte(text, at) != b',' {
            return None;
        }
        at = skip_blanks(text, at + 1);
    }
    at += usize::from(matches!(byte(text, at), b'N' | b'E') && byte(text, at + 1) == b'\'');
    string(text, at)
}
