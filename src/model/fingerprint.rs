//! The identity of a leaked secret.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;

/// Separates our digests from everybody else's. It is public: it keeps tables that were computed for other tools from
/// fitting, but a *guessable* secret can be guessed from its fingerprint, so reports are to be kept like their subject.
const KEY: &[u8] = b"stanch fingerprint 1";

/// A digest of a secret and of the family of rules that found it: 16 bytes of HMAC-SHA-256.
///
/// It does not depend on where the secret stands, so that it survives moved lines, renames and squashes, while a different
/// secret on the same line is another fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of a secret's bytes under a family of rules.
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
        // People keep fingerprints in ignore files: a change of this value orphans every one of them.
        assert_eq!(Fingerprint::new("family", b"secret").to_string().len(), 32);
        assert_eq!(Fingerprint::new("family", b"secret").to_string(), include_str!("fingerprint.golden").trim());
    }
}
