//! Parses assignments (`name = "value"`) in any language.
//!
//! Most secrets have no format and are recognised by the name that they are assigned to. This parser reads one assignment around a keyword
//! inside its name: source code, JSON, YAML, headers, URL parameters, command-line flags, exports, XML, PHP arrays, calls. It is
//! hand-written because it runs at every `token` and `password` of every source tree, where most hits are rejected after a few bytes. It
//! reads a bounded number of bytes, as the engine's locality requires.

mod fields;
pub(in crate::engine) mod lines;
mod pairs;
mod scalar;

use crate::rules::window::LONGEST_VALUE;
use std::ops::Range;

/// Largest distance between a keyword and either end of its name, in bytes.
const NAME: usize = 40;
/// Blanks on either side of an operator.
const BLANKS: usize = 24;
/// What a value may be wrapped in.
const CALLEE: usize = 40;
/// A type between a name and its value: `password: Option<&str> = …`.
const TYPE: usize = 32;

/// So many backslashes escape a quote in a string within strings.
const SLASHES: usize = 7;

/// The operator between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`, `:=`, `?=`, `+=`, `<-`.
    Equals,
    /// `:`, or `=>`: a key of a map.
    Colon,
    /// `,` or `(`: an argument after the name.
    Argument,
    /// `>`: an XML element.
    Element,
    /// A blank: a command-line flag and its value.
    Flag,
    /// `==`, `!=`: a comparison.
    Comparison,
    /// Any other text of a rule's pattern: `://user:` in a URL, a blank in a header.
    Structure,
    /// Name and value stand in two fields: `name: X`, `value: Y`.
    Pair,
}

/// A value with the name it is assigned to; the ranges are of the text that was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The whole name.
    pub name: Range<usize>,
    /// The operator.
    pub operator: Operator,
    /// The quote around the value, when there is one.
    pub quote: Option<u8>,
    /// The value, without quotes.
    pub value: Range<usize>,
    /// The callee, when the value is an argument: `decode` in `key = decode("…")`.
    pub callee: Option<Range<usize>>,
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$')
}

/// Offset of the first non-blank byte of `text[at..]`.
fn skip_blanks(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take(BLANKS).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

impl Assignment {
    /// Parses the assignment to the name around `keyword`.
    #[must_use]
    pub fn parse(text: &[u8], mut keyword: Range<usize>) -> Option<Assignment> {
        // A keyword may include the operator: `pass=`.
        while keyword.len() > 1 && text[keyword.end - 1].is_ascii() && !in_name(text[keyword.end - 1]) {
            keyword.end -= 1;
        }
        let right = text[keyword.end..].iter().take(NAME).take_while(|byte| in_name(**byte)).count();
        let mut end = keyword.end + right;
        // A full stop after a sentence and the dashes of a flag are not part of a name.
        while end > keyword.end && matches!(text[end - 1], b'.' | b'-') {
            end -= 1;
        }
        let parsed = Self::operator(text, end);
        let left = text[..keyword.start].iter().rev().take(NAME).take_while(|byte| in_name(**byte)).count();
        let name = keyword.start - left..end;
        if !matches!(parsed, Some((Operator::Equals | Operator::Colon | Operator::Element | Operator::Comparison, _)))
            && let Some((quote, value)) = pairs::of(text, &name, keyword.start)
        {
            return Some(Assignment { name, operator: Operator::Pair, quote, value, callee: None });
        }
        let (operator, value) = parsed?;
        if operator == Operator::Flag && text[name.start] != b'-' {
            return None;
        }
        // An argument after a comma belongs to a name that is a separate string: `set("password", …)`.
        let is_string = |quote: u8| name.start > 0 && text[name.start - 1] == quote;
        if operator == Operator::Argument && text[end] != b'(' && !is_string(text[end]) {
            return None;
        }
        if matches!(operator, Operator::Equals | Operator::Colon)
            && let Some((quote, value)) = fields::object(text, &name, value)
        {
            return Some(Assignment { name, operator: Operator::Pair, quote, value, callee: None });
        }
        let (quote, value) = Self::value(text, &name, value, operator)?;
        let found = Assignment { name, operator, quote, value, callee: None };
        if found.quote.is_none()
            && let Some(inner) = Self::argument(text, &found)
        {
            return Some(inner);
        }
        (!found.value.is_empty()).then_some(found)
    }

    /// A match of a rule's pattern, as an assignment to the word before it: the user in a URL, `Bearer` in a header.
    #[must_use]
    pub fn around(text: &[u8], secret: Range<usize>) -> Assignment {
        let head = &text[..secret.start];
        let gap = head.iter().rev().take(BLANKS).take_while(|byte| !in_name(**byte) && **byte != b'\n').count();
        let end = secret.start - gap;
        let start = end - text[..end].iter().rev().take(NAME).take_while(|byte| in_name(**byte)).count();
        let quote = head.last().copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        Assignment { name: start..end, operator: Operator::Structure, quote, value: secret, callee: None }
    }

    /// The string argument of a call: `[]byte("…")`, `Base64.decode('…')`, `new Key("…")`.
    fn argument(text: &[u8], outer: &Assignment) -> Option<Assignment> {
        let from = outer.value.start;
        let in_callee = |byte: &u8| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'.' | b':' | b'[' | b']' | b'$' | b'<' | b'>' | b' ' | b'-' | b'&')
        };
        let callee = from..from + text[from..].iter().take(CALLEE).take_while(|byte| in_callee(byte)).count();
        let quote = match (text.get(callee.end), text.get(callee.end + 1)) {
            (Some(b'(' | b'{'), Some(quote @ (b'"' | b'\'' | b'`'))) if !callee.is_empty() => *quote,
            // The first of a list of a shell.
            (Some(b'('), Some(quote @ (b'"' | b'\''))) => *quote,
            // The first of a list: the bracket counts as a part of the callee.
            (Some(quote @ (b'"' | b'\'' | b'`')), _) if text[callee.clone()].ends_with(b"[") => {
                let value = Self::quoted(text, callee.end + 1, *quote, false)?;
                let found = Assignment { quote: Some(*quote), value, callee: Some(callee), ..outer.clone() };
                return (!found.value.is_empty()).then_some(found);
            }
            _ => return None,
        };
        let value = Self::quoted(text, callee.end + 2, quote, false)?;
        (!value.is_empty()).then(|| Assignment { quote: Some(quote), value, callee: Some(callee), ..outer.clone() })
    }

    /// The operator behind the name that ends at `end`, and where the value begins.
    fn operator(text: &[u8], end: usize) -> Option<(Operator, usize)> {
        let byte = |at: usize| text.get(at).copied().unwrap_or(b'\n');
        // The end of the name may be a quote, a bracket, or both; in JSON inside a string the quotes are escaped, and Markdown has `**`.
        let mut at = end;
        for _ in 0..4 {
            // Quotes are escaped once more with each string that a string stands in.
            let slashes = text[at.min(text.len())..].iter().take(SLASHES).take_while(|byte| **byte == b'\\').count();
            match byte(at) {
                b'"' | b'\'' | b'`' | b']' | b')' => at += 1,
                b'\\' if matches!(byte(at + slashes), b'"' | b'\'') => at += slashes + 1,
                b'*' if byte(at + 1) == b'*' => at += 2,
                _ => break,
            }
        }
        let blank = at;
        at = skip_blanks(text, at);
        let (operator, after) = match (byte(at), byte(at + 1)) {
            (b'=', b'>') => (Operator::Colon, at + 2),
            (b'=' | b'!', b'=') => (Operator::Comparison, at + 2 + usize::from(byte(at + 2) == b'=')),
            (b':' | b'?' | b'+' | b'|', b'=') => (Operator::Equals, at + 2),
            (b'<', b'-') => (Operator::Equals, at + 2),
            (b'=', _) => (Operator::Equals, at + 1),
            (b':', b':') => return None,
            (b':', _) => match Self::annotated(text, at + 1) {
                Some(value) => (Operator::Equals, value),
                None => (Operator::Colon, at + 1),
            },
            (b',' | b'(', _) => (Operator::Argument, at + 1),
            // Full-width colons and equals signs, and the Chinese words for "is".
            (0xEF, 0xBC) if matches!(byte(at + 2), 0x9A | 0x9D) => (Operator::Colon, at + 3),
            (0xE6, 0x98) if byte(at + 2) == 0xAF => (Operator::Colon, at + 3),
            (0xE4, 0xB8) if byte(at + 2) == 0xBA => (Operator::Colon, at + 3),
            (b'>', _) if at == end => (Operator::Element, at + 1),
            (next, _) if blank < at && blank == end && !matches!(next, b'\r' | b'\n' | b'-') => {
                return Some((Operator::Flag, at));
            }
            _ => return None,
        };
        Some((operator, after))
    }

    /// Where the value begins when what stands behind the colon is a type: `: str = …`.
    fn annotated(text: &[u8], colon: usize) -> Option<usize> {
        let kind = text[colon..].iter().take(TYPE).take_while(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b' ' | b'_' | b'&' | b'<' | b'>' | b'[' | b']' | b'\'' | b'.' | b'?' | b'|' | b':')
        });
        let at = colon + kind.count();
        let is_one = text.get(at) == Some(&b'=')
            && !matches!(text.get(at + 1), Some(b'=' | b'>'))
            && text[colon..at].iter().any(u8::is_ascii_alphabetic)
            && text[at - 1] == b' ';
        is_one.then_some(at + 1)
    }

    /// The value that begins at or soon behind `at`.
    fn value(text: &[u8], name: &Range<usize>, at: usize, operator: Operator) -> Option<(Option<u8>, Range<usize>)> {
        let mut at = skip_blanks(text, at);
        if operator == Operator::Element {
            at = lines::element(text, at);
        } else if operator == Operator::Colon {
            at = lines::plain(text, at);
            if let Some(value) = lines::below(text, name, at) {
                return Some((None, value));
            }
        }
        // `**Password:** value`.
        if operator == Operator::Colon && text[at..].starts_with(b"** ") {
            at = skip_blanks(text, at + 2);
        }
        // Code may break the line before a long literal; only a quote makes that sure.
        if matches!(text.get(at), Some(b'\r' | b'\n')) && matches!(operator, Operator::Equals | Operator::Colon) {
            let line = at + 1 + usize::from(text[at] == b'\r');
            at = skip_blanks(text, line.min(text.len()));
            if !matches!(text.get(at), Some(b'"' | b'\'' | b'`')) {
                return None;
            }
        }
        // A string's prefix (`b"…"`, `f'…'`, `@"…"`, `L"…"`), or a backslash before a quote that stands in a string itself.
        let prefix = text[at..]
            .iter()
            .take(3)
            .take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'@' | b'\\'))
            .count();
        let slashes = text[at..].iter().take(SLASHES).take_while(|byte| **byte == b'\\').count();
        let prefix = prefix.max(slashes);
        let opening = at + prefix;
        if let Some(quote) = text.get(opening).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`')) {
            let escaped = opening > at && text[opening - 1] == b'\\';
            let run = text[opening..].iter().take(3).take_while(|byte| **byte == quote).count();
            // Three open a long string; two backticks quote in prose.
            let start = opening + if run == 3 { 3 } else { 1 + usize::from(run == 2 && quote == b'`') };
            let found = Self::quoted(text, start, quote, escaped)?;
            // Of a quote that is escaped more than once all backslashes are its own.
            let own = if slashes > 1 {
                text[found.clone()].iter().rev().take_while(|byte| **byte == b'\\').count()
            } else {
                0
            };
            return Some((Some(quote), found.start..found.end - own));
        }
        let is_value = |byte: &u8| {
            byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b',' | b';' | b'<' | b'>') || *byte >= 0x80
        };
        let length = text[at..].iter().take(LONGEST_VALUE + 1).take_while(|byte| is_value(byte)).count();
        let whole = (length > 0 && matches!(operator, Operator::Equals | Operator::Colon))
            .then(|| {
                let ampersand = text[at..at + length].iter().position(|byte| *byte == b'&');
                lines::end(text, name, at, at + ampersand.unwrap_or(length))
            })
            .flatten();
        if let Some(end) = whole {
            return Some((None, at..end));
        }
        // Inside a string an escape sequence ends the value: `"password: abc\\nuser: x"`.
        let is_escape = |pair: &[u8]| pair[0] == b'\\' && matches!(pair[1], b'n' | b'r' | b't' | b'"' | b'\'');
        let seen = &text[at..(at + length + 1).min(text.len())];
        let length = seen.windows(2).position(is_escape).unwrap_or(length);
        // Behind the marks of Chinese and Japanese sentences no value goes on.
        let is_mark = |pair: &[u8]| matches!(pair, [0xE3, 0x80] | [0xEF, 0xBC]);
        let length = text[at..at + length].windows(2).position(is_mark).unwrap_or(length);
        // In a URL the next parameter ends the value; elsewhere `&` is a character like any other.
        let length = match operator {
            Operator::Equals => text[at..at + length].iter().position(|byte| *byte == b'&').unwrap_or(length),
            Operator::Argument => text[at..at + length].iter().position(|byte| *byte == b')').unwrap_or(length),
            _ => length,
        };
        if length > LONGEST_VALUE {
            return None;
        }
        // `<![CDATA[value]]>`.
        let length = if operator == Operator::Element {
            text[at..at + length].strip_suffix(b"]]").map_or(length, <[u8]>::len)
        } else {
            length
        };
        // A bracket that was opened before the name is not part of the value.
        let mut end = at + length;
        for (open, close) in [(b'{', b'}'), (b'(', b')'), (b'[', b']')] {
            let count = |byte: u8| text[at..end].iter().filter(|one| **one == byte).count();
            if end > at && text[end - 1] == close && count(close) > count(open) {
                end -= 1;
            }
        }
        Some((None, at..end))
    }

    /// The value behind an opening quote; `None` when it does not end on the line.
    fn quoted(text: &[u8], start: usize, quote: u8, escaped: bool) -> Option<Range<usize>> {
        let mut at = start;
        while at < text.len() && at - start <= LONGEST_VALUE {
            match text[at] {
                b'\n' => return None,
                b'\\' if escaped && text.get(at + 1) == Some(&quote) => return Some(start..at),
                b'\\' => at += 2,
                byte if byte == quote => return Some(start..at),
                _ => at += 1,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, Operator, String)> {
        let keyword = text.find("password").map(|at| at..at + 8)?;
        let found = Assignment::parse(text.as_bytes(), keyword)?;
        Some((text[found.name].to_owned(), found.operator, text[found.value].to_owned()))
    }

    #[test]
    fn reads_every_form() {
        let forms = [
            ("db.password=abc def", "db.password", Operator::Equals, "abc"),
            ("my_password_2 = \"a b\\\"c\";", "my_password_2", Operator::Equals, "a b\\\"c"),
            ("  \"password\": \"x,y\",", "password", Operator::Colon, "x,y"),
            ("{\\\"password\\\":\\\"in a string\\\"}", "password", Operator::Colon, "in a string"),
            ("'password' => 'php',", "password", Operator::Colon, "php"),
            ("let password: Option<&str> = \"typed\";", "password", Operator::Equals, "typed"),
            ("password: yaml # note", "password", Operator::Colon, "yaml"),
            ("cfg[\"password\"] = 'index'", "password", Operator::Equals, "index"),
            ("set(\"password\", \"argument\")", "password", Operator::Pair, "argument"),
            ("hash(\"password\", \"argument\")", "password", Operator::Argument, "argument"),
            ("<password>element</password>", "password", Operator::Element, "element"),
            ("mysql --password hunter -u root", "--password", Operator::Flag, "hunter"),
            ("?user=a&password=b&c=d", "password", Operator::Equals, "b"),
            ("password =\n    \"next line\"", "password", Operator::Equals, "next line"),
            ("password = b'bytes'", "password", Operator::Equals, "bytes"),
            ("if password == \"compared\":", "password", Operator::Comparison, "compared"), // stanch:allow
            ("password := \"\"\"three\"\"\"", "password", Operator::Equals, "three"),
            ("password = []byte(\"wrapped\")", "password", Operator::Equals, "wrapped"),
            ("password: Base64.decode('wrapped')", "password", Operator::Colon, "wrapped"),
            ("{user: a, password: flow}", "password", Operator::Colon, "flow"),
            ("passwords: [\"first\", \"second\"]", "passwords", Operator::Colon, "first"),
            ("the password: ``in prose``", "password", Operator::Colon, "in prose"),
            ("- **password**: example", "password", Operator::Colon, "example"),
            ("**password:** example", "password", Operator::Colon, "example"),
            ("\"user: a\\r\\n  password: b.c-d\\r\\n  slot: e\"", "password", Operator::Colon, "b.c-d"),
            ("\"curl -d password=escaped\\\"\"", "password", Operator::Equals, "escaped"),
        ];
        for (text, name, operator, value) in forms {
            assert_eq!(parsed(text), Some((name.to_owned(), operator, value.to_owned())), "{text}");
        }
    }

    #[test]
    fn dismisses_what_is_none() {
        for text in [
            "the password is",
            "password",
            "password\n= 1",
            "password::new()",
            "password = \"open",
            "password:\n  other: 1",
            "password**2",
            "password = \"\"",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
