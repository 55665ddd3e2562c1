//! What could not be read, as data: the pipeline counts and names gaps, and they determine the exit code.

use std::fmt;
use thiserror::Error;

/// Something of the repository that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What sort of thing is missing.
    pub kind: GapKind,
    /// The thing: an object, a pack, a path, a submodule. May hold bytes the repository chose; escape before printing.
    pub what: String,
    /// Why it was not read, for people.
    pub why: String,
}

/// The sorts of gap, so that they can be counted and explained apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// An object, pack or index whose bytes contradict themselves.
    Corrupt,
    /// An object that others refer to and that is not stored here.
    Missing,
    /// History ends early because the clone is shallow.
    Shallow,
    /// Objects are kept elsewhere: a partial clone, or an alternate that may not be followed.
    Elsewhere,
    /// A submodule: another repository, which was not scanned.
    Submodule,
    /// A Git LFS pointer: the content is on a server.
    Lfs,
    /// An object over the limits on memory.
    TooLarge,
    /// A storage format that this version does not read.
    Unsupported,
}

impl Gap {
    /// A gap of the given kind.
    pub fn new(kind: GapKind, what: impl fmt::Display, why: impl fmt::Display) -> Gap {
        Gap { kind, what: what.to_string(), why: why.to_string() }
    }

    /// The gap left by `fault` at `what`.
    pub fn from_fault(what: impl fmt::Display, fault: &Fault) -> Gap {
        let kind = match fault {
            Fault::TooLarge { .. } | Fault::TooMany { .. } => GapKind::TooLarge,
            Fault::MissingBase(_) | Fault::NotStored(_) => GapKind::Missing,
            _ => GapKind::Corrupt,
        };
        Gap::new(kind, what, fault)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

/// Why stored bytes could not be understood. Holds no content, so it can be printed anywhere.
#[derive(Debug, Error)]
pub enum Fault {
    /// The bytes end before the structure does.
    #[error("cut short: {0}")]
    Truncated(&'static str),
    /// The bytes contradict themselves.
    #[error("corrupt: {0}")]
    Corrupt(&'static str),
    /// The compressed data is damaged, or does not inflate to the declared size.
    #[error("corrupt: the compressed data does not inflate to the declared {0} bytes")]
    Inflate(u64),
    /// More bytes than the limits allow to hold at once.
    #[error("{size} bytes, over the limit of {limit} bytes")]
    TooLarge {
        /// Declared size, bytes.
        size: u64,
        /// The limit, bytes.
        limit: u64,
    },
    /// More of something than is kept or read.
    #[error("{count} {what}, over the limit of {limit}")]
    TooMany {
        /// How many there are.
        count: usize,
        /// What they are.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A delta against an object that is not stored here.
    #[error("a delta against {0}, which is not here")]
    MissingBase(super::oid::Oid),
    /// An object that others refer to and that is not stored here.
    #[error("{0} is not stored here")]
    NotStored(super::oid::Oid),
    /// Reading failed.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
}
