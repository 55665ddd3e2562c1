//! Values that the user names: what environment variables hold, and the forms in which logs show them.

use super::label::{Label, Style};
use super::spans::{Span, Unit};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem::Finder;
use std::fmt::Write as _;

/// A shorter value, in bytes, would be found in ordinary words.
const SHORTEST: usize = 4;

/// Values to replace, with their names.
#[derive(Debug, Default)]
pub struct Known {
    forms: Vec<Form>,
    longest: usize,
    /// Whether one of them goes over several lines.
    has_lines: bool,
}

#[derive(Debug)]
struct Form {
    finder: Finder<'static>,
    name: String,
    value: Box<[u8]>,
}

/// A value is too short to be replaced; the text is its name.
#[derive(Debug, thiserror::Error)]
#[error("--env {0}: its value has less than 4 bytes, which would be replaced in ordinary words; leave it out")]
pub struct ShortValue(String);

impl Known {
    /// Adds a value with its base64 and percent forms.
    ///
    /// # Errors
    /// Fails when the value has fewer than 4 bytes.
    pub fn add(&mut self, name: &str, value: &[u8]) -> Result<(), ShortValue> {
        if value.len() < SHORTEST {
            return Err(ShortValue(name.to_owned()));
        }
        let mut forms = vec![value.to_vec()];
        // Without padding, so that they are found with padding too.
        forms.extend([&STANDARD_NO_PAD, &URL_SAFE_NO_PAD].map(|form| form.encode(value).into_bytes()));
        forms.push(percent(value, true));
        forms.push(percent(value, false));
        forms.sort();
        forms.dedup();
        for form in forms {
            self.longest = self.longest.max(form.len());
            self.has_lines |= form.contains(&b'\n');
            self.forms.push(Form {
                finder: Finder::new(&form).into_owned(),
                name: name.to_owned(),
                value: value.into(),
            });
        }
        Ok(())
    }

    /// How many bytes behind a byte decide whether a value begins there.
    pub(super) fn lookahead(&self) -> usize {
        self.longest.saturating_sub(1)
    }

    /// Whether a value may go over the end of a line.
    pub(super) fn has_lines(&self) -> bool {
        self.has_lines
    }

    /// Adds the places that begin in the first `begin_before` bytes; the first byte is the input's byte `base`.
    pub(super) fn find(&self, style: Style, bytes: &[u8], base: u64, begin_before: usize, out: &mut Vec<Span>) {
        for Form { finder, name, value } in &self.forms {
            let length = finder.needle().len();
            let end = bytes.len().min(begin_before.saturating_add(length - 1));
            let mut from = 0;
            // Occurrences may overlap, and each counts, so that it does not matter where a search began.
            while let Some(at) = finder.find(&bytes[from.min(end)..end]).map(|at| from + at) {
                let start = base + at as u64;
                out.push(Span {
                    start,
                    end: start + length as u64,
                    label: Label::named(style, name, value),
                    unit: Unit::Byte,
                });
                from = at + 1;
            }
        }
    }
}

/// The percent form (RFC 3986, section 2, <https://www.rfc-editor.org/rfc/rfc3986>, read 2026-12-01).
fn percent(value: &[u8], is_upper: bool) -> Vec<u8> {
    let mut out = String::new();
    for byte in value {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
        // Writing to a string does not fail.
        let _ = match (is_plain, is_upper) {
            (true, _) => write!(out, "{}", char::from(*byte)),
            (false, true) => write!(out, "%{byte:02X}"),
            (false, false) => write!(out, "%{byte:02x}"),
        };
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_forms_are_those_of_the_standard() {
        assert_eq!(percent(b"a b/\xff", true), b"a%20b%2F%FF");
        assert_eq!(percent(b"a/", false), b"a%2f");
    }

    #[test]
    fn a_short_value_is_refused() {
        assert!(Known::default().add("X", b"abc").is_err());
    }
}
