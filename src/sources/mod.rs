//! Floor 2: where blobs come from. A source names what it could not read; it never decides what is a secret.

mod files;
mod gitignore;
mod objects;
mod stdin;
mod waiting;
mod work_tree;

pub use files::{FileOptions, Files, NestedConfigs};
pub use objects::{Item, Objects};
pub use stdin::Stdin;
pub use waiting::Waiting;
pub use work_tree::{Listing, WorkFile, WorkFiles, list};

use crate::model::{Blob, Problem, Skip};
use std::ops::ControlFlow;
use thiserror::Error;

/// What a source says while it is visited.
pub enum Event<'a> {
    /// Something to scan.
    Blob(Blob<'a>),
    /// Something that was asked for and cannot be read.
    Problem(Problem),
    /// Something left out on purpose.
    Skip(Skip),
}

/// Why a source could not even begin: nothing was scanned (exit code 2).
#[derive(Debug, Error)]
pub enum SourceError {
    /// A path that was asked for does not exist.
    #[error("{path}: no such file or directory; check the path")]
    NotFound {
        /// The path, as given.
        path: String,
    },
    /// A pattern of the user's is malformed.
    #[error("--exclude {glob}: {detail}")]
    BadGlob {
        /// The pattern, as given.
        glob: String,
        /// What is wrong with it.
        detail: String,
    },
}

/// Somewhere that blobs come from.
///
/// Push, not pull: a directory walk is parallel and a pack is read in its own order, so the source calls `each`, from as many
/// threads as it likes. `each` answers `Break` when the scan is to stop early.
pub trait Source: Sync {
    /// What it reads, for people.
    fn describe(&self) -> String;

    /// Calls `each` for every blob, problem and skip.
    ///
    /// # Errors
    /// When it cannot begin at all. Everything that goes wrong later is an [`Event::Problem`].
    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError>;
}
