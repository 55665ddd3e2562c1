//! Where a blob came from.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// The place that holds a blob. Ordered, so that reports are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// A file, by the path under which it was reached (as the user gave it, extended by the walk).
    File(PathBuf),
    /// Standard input.
    Stdin,
}

impl Provenance {
    /// The path, for what has one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Provenance::File(path) => Some(path),
            Provenance::Stdin => None,
        }
    }

    /// What to call it before a person. Bytes that are not UTF-8 are replaced, so this is not an identity.
    #[must_use]
    pub fn display(&self) -> Cow<'_, str> {
        match self {
            Provenance::File(path) => path.to_string_lossy(),
            Provenance::Stdin => Cow::Borrowed("<stdin>"),
        }
    }
}
