//! The value that must not get out.

use std::fmt;

/// What stands for a secret of which nothing may be shown.
const HIDDEN: &str = "********";
/// A secret shorter than this shows nothing of itself. A longer one is a token, and its first bytes are the public prefix.
const SHOWS_A_PREFIX: usize = 24;
/// How much of a long secret is shown.
const PREFIX: usize = 4;

/// The bytes of a secret. `Debug` and `Display` redact; [`Secret::expose`] is the only way out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// Takes the bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Secret {
        Secret(bytes.into())
    }

    /// The value itself. Every call of this is a place to look at when something has leaked.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a report may show: four characters of a long token (its kind's public prefix, as a rule), nothing of anything
    /// shorter, and never the length.
    #[must_use]
    pub fn masked(&self) -> String {
        let head = &self.0[..PREFIX.min(self.0.len())];
        if self.0.len() >= SHOWS_A_PREFIX && head.iter().all(u8::is_ascii_graphic) {
            format!("{}{HIDDEN}", String::from_utf8_lossy(head))
        } else {
            HIDDEN.to_owned()
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_shows_nothing_not_even_its_length() {
        assert_eq!(Secret::new(b"hunter2").to_string(), Secret::new(b"correct horse").to_string());
        assert!(!format!("{:?}", Secret::new(b"hunter2")).contains("hunter"));
    }

    #[test]
    fn a_long_token_shows_its_prefix_only() {
        let token = format!("abc_{}", "Z".repeat(36));
        assert_eq!(Secret::new(token.as_bytes()).to_string(), "abc_********");
    }
}
