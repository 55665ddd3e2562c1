//! Secret values.

use std::fmt;

/// Replacement for a secret that is hidden completely.
const HIDDEN: &str = "********";
/// Shortest secret, in bytes, whose prefix is shown. Such a long secret is a token, and its first bytes are the public prefix of its kind.
const SHOWS_A_PREFIX: usize = 24;
/// Length of the prefix that is shown, in bytes.
const PREFIX: usize = 4;

/// The bytes of a secret. `Debug` and `Display` redact them; only [`Secret::expose`] returns them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// Copies the bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Secret {
        Secret(bytes.into())
    }

    /// The value. Every caller of this method is a possible leak.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The masked form for reports: four characters of a long token, which are usually the public prefix of its kind, and nothing of a
    /// shorter secret. The length is never shown.
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
