//! Names of secrets in a ledger.

use crate::model::Fingerprint;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::fmt;

/// A 16-byte digest of a secret, written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 16]);

impl Digest {
    /// Parses 32 hexadecimal digits of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Digest> {
        hex(text).map(Digest)
    }

    /// The first 16 bits.
    #[must_use]
    pub(super) fn first_bits(self) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]])
    }

    /// The bytes as a fingerprint. Only meaningful for a digest without a salt.
    #[must_use]
    pub fn fingerprint(self) -> Fingerprint {
        self.0.into()
    }
}

impl From<Fingerprint> for Digest {
    fn from(fingerprint: Fingerprint) -> Digest {
        Digest(fingerprint.bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// The first four bytes of a salt, which identify it within a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SaltId(u32);

impl SaltId {
    /// Parses 8 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<SaltId> {
        let is_id = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(text, 16).ok().filter(|_| is_id).map(SaltId)
    }
}

impl fmt::Display for SaltId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// Key of a secret in a ledger: its fingerprint, or, for a secret that can be guessed, a slow digest of the fingerprint under a salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LedgerKey {
    /// The digest.
    pub digest: Digest,
    /// The salt of a slow digest; `None` for a fingerprint.
    pub salt: Option<SaltId>,
}

impl LedgerKey {
    /// The key of a secret that cannot be guessed.
    #[must_use]
    pub fn plain(fingerprint: Fingerprint) -> LedgerKey {
        LedgerKey { digest: fingerprint.into(), salt: None }
    }
}

/// Cost of one slow digest: the parameters of Argon2id (RFC 9106, <https://www.rfc-editor.org/rfc/rfc9106>, read 2026-11-24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Cost {
    /// Cost for new files. The memory is 19 MiB, the least that OWASP recommends
    /// (<https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>, read 2026-11-24), so that a scan's memory does
    /// not grow. With 12 passes one core computes about ten digests a second (measured: 0.1 s each on a server core of 2024).
    pub const USUAL: Cost = Cost { memory: 19_456, passes: 12 };
    /// Upper bound for costs read from a file, which may be hostile.
    const MAX_COST: Cost = Cost { memory: 256 << 10, passes: 64 };
}

/// Computes slow digests. The random bytes are different in each file, so that no table of digests can be prepared for many files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Salt {
    bytes: [u8; 16],
    cost: Cost,
}

/// Memory for slow digests, to be reused.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Salt {
    /// A new random salt.
    ///
    /// # Errors
    /// Fails when the system provides no random numbers.
    pub fn fresh(cost: Cost) -> std::io::Result<Salt> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Salt { bytes, cost })
    }

    /// Parses the form that `Display` writes: `HEX argon2id m=19456 t=12 p=1`.
    ///
    /// # Errors
    /// Returns what is wrong.
    pub fn parse(text: &str) -> Result<Salt, String> {
        let usual = "a salt line is `salt HEX argon2id m=KIB t=PASSES p=1`";
        let words: Vec<&str> = text.split_whitespace().collect();
        let [bytes, "argon2id", memory, passes, "p=1"] = words[..] else { return Err(usual.to_owned()) };
        let number = |word: &str, key: &str| word.strip_prefix(key).and_then(|number| number.parse::<u32>().ok());
        let (Some(bytes), Some(memory), Some(passes)) = (hex(bytes), number(memory, "m="), number(passes, "t=")) else {
            return Err(usual.to_owned());
        };
        let most = Cost::MAX_COST;
        if !(8..=most.memory).contains(&memory) || !(1..=most.passes).contains(&passes) {
            return Err(format!(
                "m is 8 to {} KiB, t is 1 to {}: more would stop every scan",
                most.memory, most.passes
            ));
        }
        Ok(Salt { bytes, cost: Cost { memory, passes } })
    }

    /// Identifier of the salt in entries.
    #[must_use]
    pub fn id(&self) -> SaltId {
        let [a, b, c, d, ..] = self.bytes;
        SaltId(u32::from_be_bytes([a, b, c, d]))
    }

    /// Computes the slow digest of a fingerprint.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the parameters were checked when the salt was read")]
    pub fn digest(&self, fingerprint: Fingerprint, memory: &mut Memory) -> Digest {
        let mut out = [0; 16];
        #[expect(clippy::expect_used, reason = "the parameters were checked when the salt was read")]
        let parameters =
            Params::new(self.cost.memory, self.cost.passes, 1, Some(out.len())).expect("sound parameters of Argon2");
        memory.0.resize(parameters.block_count(), Block::default());
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
        #[expect(clippy::expect_used, reason = "lengths are fixed, and the memory was made for the parameters")]
        argon
            .hash_password_into_with_memory(&fingerprint.bytes(), &self.bytes, &mut out, &mut memory.0)
            .expect("Argon2 with sound parameters");
        Digest(out)
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, " argon2id m={} t={} p=1", self.cost.memory, self.cost.passes)
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} KiB)", self.0.len())
    }
}

fn hex(text: &str) -> Option<[u8; 16]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; 16];
    if text.len() != 32 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_digest_is_argon2id() {
        let text = format!("{} argon2id m=8 t=1 p=1", "00".repeat(16));
        let salt = Salt::parse(&text).expect("a salt");
        assert_eq!(salt.to_string(), text);
        let digest = salt.digest(Fingerprint::from([7; 16]), &mut Memory::default());
        let mut expected = [0; 16];
        let parameters = Params::new(8, 1, 1, Some(16)).expect("parameters");
        Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
            .hash_password_into(&[7; 16], &[0; 16], &mut expected)
            .expect("digest");
        assert_eq!(digest, Digest(expected));
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    }

    #[test]
    fn a_file_cannot_ask_for_all_memory() {
        let ask =
            |memory: u64, passes: u64| Salt::parse(&format!("{} argon2id m={memory} t={passes} p=1", "0".repeat(32)));
        assert!(ask(19_456, 12).is_ok());
        assert!(ask(1 << 30, 1).is_err_and(|error| error.contains("KiB")));
        assert!(ask(19_456, 1000).is_err());
        assert!(Salt::parse("zz argon2id m=8 t=1 p=1").is_err());
    }
}
