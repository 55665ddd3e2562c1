//! The key of a ledger: it keys the digests of secrets and the chain of the journal.
//!
//! It lies in a file of its own beside the ledger, for its owner alone. A team shares it to record into one ledger, or to compare ledgers; whoever
//! has the ledger without it can neither test guesses of a secret nor change an entry unnoticed.

use super::error::LivesError;
use crate::model::Fingerprint;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

const HEAD: &str = "stanch-ledger-key 1 ";

/// A key of 32 bytes.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Where the key of a ledger lies: `ledger.db` has `ledger.db.key`.
#[must_use]
pub fn key_file(ledger: &Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

impl Key {
    /// A new random key.
    ///
    /// # Errors
    /// Fails when the system provides no random numbers.
    pub fn fresh() -> Result<Key, LivesError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| LivesError::Key(error.to_string()))?;
        Ok(Key(bytes))
    }

    /// Reads the text of a key file.
    #[must_use]
    pub fn parse(text: &str) -> Option<Key> {
        let hex = text.trim().strip_prefix(HEAD)?;
        let mut bytes = [0; 32];
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Key(bytes))
    }

    /// The text of a key file.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{HEAD}{}\n", hex(&self.0))
    }

    /// Reads a key file; makes a new one when there is none and `may_make` allows it.
    ///
    /// # Errors
    /// Fails when the file cannot be read or made, or holds no key.
    pub fn open(path: &Path, may_make: bool) -> Result<Key, LivesError> {
        let wrong = |why: String| LivesError::Key(format!("{}: {why}", path.display()));
        match std::fs::File::open(path) {
            Ok(file) => {
                let mut text = String::new();
                file.take(4096).read_to_string(&mut text).map_err(|error| wrong(error.to_string()))?;
                Key::parse(&text).ok_or_else(|| wrong("it holds no key of a ledger".to_owned()))
            }
            Err(error) if error.kind() == ErrorKind::NotFound && may_make => {
                let key = Key::fresh()?;
                match key.write(path) {
                    // Another process was faster: its key counts.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => Key::open(path, false),
                    Err(error) => Err(wrong(error.to_string())),
                    Ok(()) => Ok(key),
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(wrong("the ledger's key is not there; bring it with `stanch ledger key import FILE`".to_owned()))
            }
            Err(error) => Err(wrong(error.to_string())),
        }
    }

    /// Writes a new file for its owner alone, whole or not at all; an existing one is left as it is.
    ///
    /// # Errors
    /// Fails when the file exists or cannot be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}", std::process::id()));
        let beside = PathBuf::from(beside);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        let written = file.write_all(self.text().as_bytes()).and_then(|()| file.sync_all());
        // A link fails where a name is taken, which a renaming does not.
        let placed = written.and_then(|()| std::fs::hard_link(&beside, path));
        let _ = std::fs::remove_file(&beside);
        placed
    }

    /// The digest of a secret, 32 hexadecimal digits.
    #[must_use]
    pub fn digest(&self, fingerprint: Fingerprint) -> String {
        self.mac(&[b"secret 1", &fingerprint.bytes()])[..32].to_owned()
    }

    /// A keyed digest of parts, none of which can run into the next one; 64 hexadecimal digits.
    pub(super) fn mac(&self, parts: &[&[u8]]) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        hex(&mac.finalize().into_bytes())
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("l.key");
        assert!(Key::open(&path, false).is_err());
        let key = Key::open(&path, true).expect("a key");
        assert_eq!(Key::open(&path, false).expect("the same").text(), key.text());
        assert!(key.write(&path).is_err(), "an existing key is not written over");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
        let fingerprint = Fingerprint::from([7; 16]);
        assert_ne!(key.digest(fingerprint), Key::fresh().expect("another").digest(fingerprint));
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
    }
}
