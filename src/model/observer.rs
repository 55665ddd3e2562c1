//! Hears what a scan read, for whoever vouches for it.

use super::Origin;
use std::fmt;

/// What was read to its end.
#[derive(Clone, Copy, Debug)]
pub enum Unit<'u> {
    /// Bytes with an origin: a file, a layer, a member of either, a text.
    Bytes(&'u Origin),
    /// An object of a repository, whole.
    Object {
        /// Its kind, as git spells it: `blob`, `commit`, `tag`.
        kind: &'static str,
        /// Its name, raw: 20 or 32 bytes.
        id: &'u [u8],
    },
    /// A part of what an object of a repository holds.
    ObjectPart {
        /// The object's name, raw.
        id: &'u [u8],
        /// The steps from there, each behind a `!`.
        steps: &'u str,
    },
}

/// Hears of everything that a scan read to its end, from any thread, in no particular order.
pub trait Observer: Send + Sync + fmt::Debug {
    /// A unit was read.
    fn read(&self, unit: Unit<'_>, content: Content);
}

/// What is known of a unit's bytes.
#[derive(Clone, Copy, Debug)]
pub struct Content {
    /// SHA-256 of them, where they were at hand: those of a member are vouched for by what it lies in.
    pub sha256: Option<[u8; 32]>,
    /// How many they are.
    pub bytes: u64,
    /// Whether a secret was found in them, whatever became of it.
    pub has_secret: bool,
}
