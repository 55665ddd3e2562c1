//! The header in front of every object in a pack.
//!
//! The format is in <https://git-scm.com/docs/gitformat-pack>, read 2026-11-23.

use crate::git::gap::Fault;
use crate::git::oid::{Kind, Oid};

/// No header that [`parse`] accepts is longer: ten bytes of size, then at most 32 of name.
pub const LONGEST_HEADER: usize = 42;

/// How an object is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// As it is.
    Whole(Kind),
    /// As changes to the object that starts `distance` bytes before this one in the same pack.
    OffsetDelta {
        /// Bytes from the base's start to this entry's start.
        distance: u64,
    },
    /// As changes to the object of this name.
    RefDelta {
        /// The base.
        base: Oid,
    },
}

/// A parsed header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How the object is stored.
    pub stored: Stored,
    /// Inflated size of what follows the header, bytes: the object's, or for a delta the instructions'.
    pub size: u64,
    /// Length of the header, bytes; the zlib stream follows.
    pub header: usize,
}

/// Reads the header at the start of `bytes`, in a repository whose names are `width` bytes.
pub fn parse(bytes: &[u8], width: usize) -> Result<Entry, Fault> {
    const CUT: Fault = Fault::Truncated("an entry's header");
    let mut at = 0;
    let mut next = || {
        let byte = bytes.get(at).copied();
        at += 1;
        byte.ok_or(CUT)
    };

    let first = next()?;
    let mut size = u64::from(first & 0x0f);
    let mut shift = 4;
    let mut more = first & 0x80 != 0;
    while more {
        let byte = next()?;
        let part = u64::from(byte & 0x7f);
        if shift >= 64 || part << shift >> shift != part {
            return Err(Fault::Corrupt("an entry's size does not fit in 64 bits"));
        }
        size |= part << shift;
        shift += 7;
        more = byte & 0x80 != 0;
    }

    let stored = match first >> 4 & 7 {
        1 => Stored::Whole(Kind::Commit),
        2 => Stored::Whole(Kind::Tree),
        3 => Stored::Whole(Kind::Blob),
        4 => Stored::Whole(Kind::Tag),
        6 => Stored::OffsetDelta { distance: distance(next)? },
        7 => {
            let base = bytes.get(at..at + width).and_then(Oid::from_bytes).ok_or(CUT)?;
            at += width;
            Stored::RefDelta { base }
        }
        _ => return Err(Fault::Corrupt("an entry's type is not one git knows")),
    };
    Ok(Entry { stored, size, header: at })
}

/// The distance of an offset delta: big-endian groups of seven bits, where every further group adds one, so that no
/// distance has two spellings.
fn distance(mut next: impl FnMut() -> Result<u8, Fault>) -> Result<u64, Fault> {
    let mut byte = next()?;
    let mut value = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        byte = next()?;
        value = value
            .checked_add(1)
            .filter(|value| value >> (64 - 7) == 0)
            .ok_or(Fault::Corrupt("a delta's distance does not fit in 64 bits"))?
            << 7
            | u64::from(byte & 0x7f);
    }
    Ok(value)
}
