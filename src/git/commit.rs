//! Reading commits and annotated tags.

use super::oid::{Kind, Oid};
use std::iter::Peekable;

/// The parts of a commit that relate it to others, and who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit<'c> {
    /// The tree of its content.
    pub tree: Oid,
    /// The commits it was made from.
    pub parents: Vec<Oid>,
    /// Who wrote the change.
    pub author: Signature<'c>,
    /// Who made the commit.
    pub committer: Signature<'c>,
    /// The message.
    pub message: &'c [u8],
}

/// Who did something, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signature<'c> {
    /// The name, in whatever encoding.
    pub name: &'c [u8],
    /// The address, without brackets.
    pub email: &'c [u8],
    /// Seconds since 1970 (UTC); 0 when it is not a number.
    pub time: i64,
    /// The offset of the local time, minutes east of UTC.
    pub offset: i32,
}

impl<'c> Commit<'c> {
    /// Reads a commit; `None` when it has no tree. A missing or odd signature is an empty one.
    pub fn parse(bytes: &'c [u8]) -> Option<Commit<'c>> {
        let (header, message) = split(bytes);
        let mut lines = header.split(|byte| *byte == b'\n').peekable();
        let tree = Oid::from_hex(lines.next()?.strip_prefix(b"tree ")?)?;
        let mut parents = Vec::new();
        while let Some(parent) = take(&mut lines, b"parent ") {
            parents.push(Oid::from_hex(parent)?);
        }
        let author = take(&mut lines, b"author ").map(Signature::parse).unwrap_or_default();
        let committer = take(&mut lines, b"committer ").map(Signature::parse).unwrap_or_default();
        Some(Commit { tree, parents, author, committer, message })
    }
}

/// Takes the next line, if it begins with this word, and returns what follows that.
fn take<'c>(lines: &mut Peekable<impl Iterator<Item = &'c [u8]>>, word: &[u8]) -> Option<&'c [u8]> {
    let rest = lines.peek()?.strip_prefix(word)?;
    lines.next();
    Some(rest)
}

impl<'c> Signature<'c> {
    /// Reads `Name <address> seconds +hhmm`.
    pub fn parse(line: &'c [u8]) -> Signature<'c> {
        let open = line.iter().position(|byte| *byte == b'<').unwrap_or(line.len());
        let close = line.iter().rposition(|byte| *byte == b'>').unwrap_or(line.len()).max(open);
        let email = line.get(open + 1..close).unwrap_or_default();
        let rest = String::from_utf8_lossy(line.get(close + 1..).unwrap_or_default());
        let mut words = rest.split_ascii_whitespace();
        let time = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        let zone: i32 = words.next().and_then(|word| word.parse().ok()).filter(|z: &i32| z.abs() < 2400).unwrap_or(0);
        Signature { name: line[..open].trim_ascii(), email, time, offset: zone / 100 * 60 + zone % 100 }
    }
}

/// The message of a commit or of an annotated tag: what is behind the first empty line.
pub fn message(bytes: &[u8]) -> &[u8] {
    split(bytes).1
}

/// The message of a commit or an annotated tag, including the tags in the header of a merge of tags (`mergetag`). Names, addresses and
/// signatures are left out.
pub fn said(bytes: &[u8]) -> &[u8] {
    let header = bytes.len() - message(bytes).len();
    let merged = memchr::memmem::find(&bytes[..header], b"\nmergetag ");
    merged.map_or(&bytes[header..], |at| &bytes[at + 1..])
}

/// What an annotated tag points to.
pub fn tag_target(bytes: &[u8]) -> Option<(Oid, Kind)> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let target = Oid::from_hex(lines.next()?.strip_prefix(b"object ")?)?;
    let kind = Kind::from_name(lines.next()?.strip_prefix(b"type ")?)?;
    Some((target, kind))
}

/// Header and message: what is before and after the first empty line.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memmem::find(bytes, b"\n\n") {
        Some(at) => (&bytes[..at], &bytes[at + 2..]),
        None => (bytes, &[]),
    }
}
