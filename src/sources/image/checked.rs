//! Whether a blob's bytes are those that its digest names.
//!
//! A reader may stop before the end, as decoders do that find theirs. [`Checked::finish`] reads the rest, so that the digest is checked whatever
//! was made of the bytes.

use super::part::Unread;
use crate::model::ProblemKind;
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::io::{self, Read};

/// The hash of what was read so far.
enum Hash {
    Sha256(Sha256),
    Sha384(Box<Sha384>),
    Sha512(Box<Sha512>),
    /// An algorithm that is not known.
    Other,
}

/// Bytes on their way, with the digest that they should have.
pub(super) struct Checked<'b, R: Read> {
    bytes: R,
    digest: &'b str,
    hash: Hash,
    /// Reading failed, so the digest of what was read says nothing.
    has_failed: bool,
}

impl<'b, R: Read> Checked<'b, R> {
    pub(super) fn new(bytes: R, digest: &'b str) -> Checked<'b, R> {
        let hash = match digest.split_once(':').map_or("", |(algorithm, _)| algorithm) {
            "sha256" => Hash::Sha256(Sha256::default()),
            "sha384" => Hash::Sha384(Box::default()),
            "sha512" => Hash::Sha512(Box::default()),
            _ => Hash::Other,
        };
        Checked { bytes, digest, hash, has_failed: false }
    }

    /// Reads to the end and compares. Whoever read the bytes knows already of a failure to read them.
    pub(super) fn finish(mut self) -> Result<(), Unread> {
        if self.has_failed {
            return Ok(());
        }
        io::copy(&mut self, &mut io::sink())?;
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let found = match self.hash {
            Hash::Sha256(hash) => hex(&hash.finalize()),
            Hash::Sha384(hash) => hex(&hash.finalize()),
            Hash::Sha512(hash) => hex(&hash.finalize()),
            Hash::Other => {
                let detail =
                    "its digest is of an algorithm that is not known, so nothing tells whether these are its bytes";
                return Err(Unread::new(ProblemKind::Unsupported, detail));
            }
        };
        let (algorithm, wanted) = self.digest.split_once(':').unwrap_or_default();
        if found == wanted {
            return Ok(());
        }
        let detail = format!("its bytes are others than its digest names: they have {algorithm}:{found}");
        Err(Unread::new(ProblemKind::Corrupt, detail))
    }
}

impl<R: Read> Read for Checked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer);
        match &read {
            Ok(count) => match &mut self.hash {
                Hash::Sha256(hash) => hash.update(&buffer[..*count]),
                Hash::Sha384(hash) => hash.update(&buffer[..*count]),
                Hash::Sha512(hash) => hash.update(&buffer[..*count]),
                Hash::Other => {}
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.has_failed = true,
        }
        read
    }
}

/// A text that is at hand, checked.
pub(super) fn check_text(text: &[u8], digest: &str) -> Result<(), Unread> {
    Checked::new(text, digest).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_counts_too() {
        let digest =
            format!("sha256:{}", Sha256::digest(b"abcdef").iter().map(|b| format!("{b:02x}")).collect::<String>());
        let mut checked = Checked::new(&b"abcdef"[..], &digest);
        let mut two = [0; 2];
        checked.read_exact(&mut two).expect("two bytes");
        assert!(checked.finish().is_ok());
        let mut checked = Checked::new(&b"abcdeX"[..], &digest);
        checked.read_exact(&mut two).expect("two bytes");
        assert!(checked.finish().is_err_and(|unread| unread.kind == ProblemKind::Corrupt));
        let unknown = format!("sha3:{}", "0".repeat(64));
        assert!(check_text(b"", &unknown).is_err_and(|unread| unread.kind == ProblemKind::Unsupported));
    }
}
