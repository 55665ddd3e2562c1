//! A leaf of the coverage tree: one thing that was read.
//!
//! A leaf is one line of text, and its canonical encoding is the UTF-8 of that line without its end:
//! `KIND VERDICT BYTES DIGEST NAME`, one blank between two fields. The name goes to the end of the line; a `\`, a line feed and a carriage
//! return in it are written `\\`, `\n` and `\r`. No other field holds a blank, so two leaves have the same encoding only if they are equal.

use super::digest::hex;
use std::fmt;

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// An object of a repository.
    Object(&'static str),
    File,
    Layer,
    Member,
    /// A list, a manifest or a field of a configuration.
    Text,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Object(name) => name,
            Kind::File => "file",
            Kind::Layer => "layer",
            Kind::Member => "member",
            Kind::Text => "text",
        }
    }
}

/// What vouches for the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LeafDigest {
    /// SHA-256 of the bytes.
    Sha256([u8; 32]),
    /// The name of a git object.
    Git(Box<[u8]>),
    /// The digest of what the bytes lie in, as it is written there.
    In(Box<str>),
    /// Not told: a secret was found in the bytes, and a digest of few bytes would let it be guessed.
    Withheld,
}

impl fmt::Display for LeafDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LeafDigest::Sha256(digest) => write!(f, "sha256:{}", hex(digest)),
            LeafDigest::Git(id) => write!(f, "git:{}", hex(id)),
            LeafDigest::In(digest) => write!(f, "in:{digest}"),
            LeafDigest::Withheld => f.write_str("withheld"),
        }
    }
}

/// The line of a leaf.
pub(super) fn line(kind: Kind, has_secret: bool, bytes: u64, digest: &LeafDigest, name: &str) -> String {
    let verdict = if has_secret { "secret" } else { "clean" };
    format!("{} {verdict} {bytes} {digest} {}", kind.name(), escaped(name))
}

/// The name in a leaf's line, as it is written there. `None` when the line is no leaf.
pub(super) fn name_of(line: &str) -> Option<&str> {
    let mut fields = line.splitn(5, ' ');
    let (kind, verdict) = (fields.next()?, fields.next()?);
    let bytes = fields.next()?;
    let digest = fields.next()?;
    let is_leaf = !kind.is_empty()
        && matches!(verdict, "secret" | "clean")
        && bytes.parse::<u64>().is_ok_and(|count| count.to_string() == bytes)
        && !digest.is_empty();
    fields.next().filter(|_| is_leaf)
}

/// A name as a leaf has it.
pub(super) fn escaped(name: &str) -> String {
    if !name.contains(['\\', '\n', '\r']) {
        return name.to_owned();
    }
    name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_line() {
        let line = line(Kind::File, false, 3, &LeafDigest::Sha256([0xab; 32]), "a b\nc\\n");
        assert_eq!(line, format!("file clean 3 sha256:{} a b\\nc\\\\n", "ab".repeat(32)));
        assert_eq!(name_of(&line), Some("a b\\nc\\\\n"));
        for no_leaf in ["", "file", "file clean 03 x y", "file odd 3 x y", "file clean 3 x"] {
            assert_eq!(name_of(no_leaf), None, "{no_leaf}");
        }
    }
}
