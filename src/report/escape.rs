//! Escapes untrusted texts (paths, authors, errors of the system) for each output.

use std::fmt::{self, Display, Formatter, Write as _};

/// Whether a character could control a terminal, break a line or reorder the text around it.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{FFFE}' | '\u{FFFF}') // XML 1.0 has no way to write these.
}

/// A text in which hostile characters are escaped as Rust does, and others as a format wants them.
#[derive(Clone, Copy)]
pub(super) struct Escaped<'t> {
    text: &'t str,
    replace: fn(char) -> Option<&'static str>,
}

impl<'t> Escaped<'t> {
    /// `replace` says what a format writes for a character that means something to it.
    pub(super) fn new(text: &'t str, replace: fn(char) -> Option<&'static str>) -> Escaped<'t> {
        Escaped { text, replace }
    }
}

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut written = 0;
        for (at, c) in self.text.char_indices() {
            let by = (self.replace)(c);
            if by.is_none() && !is_hostile(c) {
                continue;
            }
            f.write_str(&self.text[written..at])?;
            match by {
                Some(by) => f.write_str(by)?,
                None => write!(f, "{}", c.escape_default())?,
            }
            written = at + c.len_utf8();
        }
        f.write_str(&self.text[written..])
    }
}

/// Escapes a text for terminals and logs.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Writing to a string does not fail.
    let _ = write!(out, "{}", Escaped::new(text, |_| None));
    // The runner of GitHub Actions obeys this wherever it stands in a line
    // (<https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>, read 2026-11-24).
    if out.contains("##[") { out.replace("##[", "#\\u{23}[") } else { out }
}

/// A text fit for a terminal and for a log, at the start of a line, where GitHub Actions takes `::` for a command.
pub(super) fn line_start(text: &str) -> String {
    let text = printable(text);
    match text.trim_start().strip_prefix("::") {
        Some(rest) => format!("\\u{{3a}}:{rest}"),
        None => text,
    }
}

/// Escapes a text for an HTML or XML element or quoted attribute.
pub(super) fn markup(text: &str) -> Escaped<'_> {
    Escaped::new(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_does_not_drive_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\n\u{202e}c"), "a\\u{1b}[31mb\\n\\u{202e}c");
    }

    #[test]
    fn a_hostile_name_is_no_workflow_command() {
        assert_eq!(line_start("  ::error::pwned"), "\\u{3a}:error::pwned");
        assert_eq!(line_start("a::b"), "a::b");
        assert_eq!(printable("x ##[error]pwned"), "x #\\u{23}[error]pwned");
    }

    #[test]
    fn markup_has_no_character_that_xml_forbids() {
        let all: String = (0..0x1_0000).filter_map(char::from_u32).collect();
        let written = markup(&all).to_string();
        assert!(!written.contains(['<', '>', '"', '\'', '\0', '\u{1b}', '\u{85}', '\u{FFFE}', '\u{FFFF}']));
        assert!(written.contains('\u{20ac}'));
    }
}
