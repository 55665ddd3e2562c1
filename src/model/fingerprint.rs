//! The identity of a leaked secret.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;

/// Separates these digests from those of other programs. The key is public: tables that were computed for other programs do not fit, but a
/// *guessable* secret can be guessed from its fingerprint, so a report must be protected like the secret.
const KEY: &[u8] = b"stanch fingerprint 1";

/// A digest of a secret and of the rule family that found it: 16 bytes of HMAC-SHA-256.
///
/// It does not depend on the location, so it survives moved lines, renames and squashes. A different secret on the same line has a
/// different fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of a secret under a rule family.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "HMAC takes keys of every length")]
    pub fn new(family: &str, secret: &[u8]) -> Fingerprint {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(KEY).expect("HMAC takes keys of every length");
        mac.update(family.as_bytes());
        mac.update(&[0]);
        mac.update(secret);
        let digest = mac.finalize().into_bytes();
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        Fingerprint(first)
    }

    /// Its first twelve digits, as reports for people show it. `stanch explain` and `stanch ignores add` take it.
    #[must_use]
    pub fn short(self) -> String {
        self.to_string()[..12].to_owned()
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; 16] {
        self.0
    }
}

impl From<[u8; 16]> for Fingerprint {
    fn from(bytes: [u8; 16]) -> Fingerprint {
        Fingerprint(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_family_and_secret_and_keeps_them_apart() {
        let one = Fingerprint::new("a", b"bc");
        assert_ne!(one, Fingerprint::new("ab", b"c"));
        assert_ne!(one, Fingerprint::new("a", b"bd"));
        assert_eq!(one, Fingerprint::new("a", b"bc"));
    }

    #[test]
    fn is_stable_across_releases() {
        // Ignore files contain fingerprints: a change of this value invalidates all of them.
        assert_eq!(Fingerprint::new("family", b"secret").to_string().len(), 32);
        assert_eq!(Fingerprint::new("family", b"secret").to_string(), include_str!("fingerprint.golden").trim());
    }
}
