//! Floor 2: sources of blobs. A source reports what it could not read; it does not decide what is a secret.

mod files;
mod gitignore;
#[cfg(target_os = "linux")]
pub mod host;
mod image;
mod objects;
mod stdin;
mod stored;
mod waiting;
mod work_tree;

pub use files::{FileOptions, Files, NestedConfigs, is_missing};
pub use image::{ImageOptions, ImageStore, Images, ListedImage, Pull};
pub use objects::{Item, Objects};
pub use stdin::Stdin;
pub use stored::StoredFile;
pub use waiting::Waiting;
pub use work_tree::{Listing, WorkFile, WorkFiles, list};

/// Parsers that have no other door, for the fuzz targets.
#[doc(hidden)]
pub mod fuzzing {
    #[cfg(target_os = "linux")]
    pub use super::host::glob;
    pub use super::image::{challenge, credentials, image_reference, link};
}

use crate::model::{Blob, Problem, Skip};
use std::ops::ControlFlow;
use thiserror::Error;

/// Events of a source during a visit.
pub enum Event<'a> {
    /// A blob to scan.
    Blob(Blob<'a>),
    /// Something that was requested and cannot be read.
    Problem(Problem),
    /// Something skipped on purpose.
    Skip(Skip),
}

/// Reason why a source could not start. Nothing was scanned (exit code 2).
#[derive(Debug, Error)]
pub enum SourceError {
    /// A requested path does not exist.
    #[error("{path}: no such file or directory; check the path")]
    NotFound {
        /// The path, as given.
        path: String,
    },
    /// A reference leads to no image.
    #[error("{reference}: {detail}")]
    Image {
        /// The reference, as given.
        reference: String,
        /// What is there instead, and what to do.
        detail: String,
    },
    /// A requested directory cannot be opened.
    #[error("{path}: {detail}; name a directory that you may list")]
    Unopened {
        /// The path, as given.
        path: String,
        /// The system's words.
        detail: String,
    },
    /// A glob of the user is malformed.
    #[error("--exclude {glob}: {detail}")]
    BadGlob {
        /// The pattern, as given.
        glob: String,
        /// What is wrong with it.
        detail: String,
    },
}

/// A source of blobs.
///
/// Sources push, because a directory walk is parallel and a pack is read in its own order. The source calls `each` from any number of
/// threads. `each` returns `Break` when the scan should stop.
pub trait Source: Sync {
    /// Description for messages.
    fn describe(&self) -> String;

    /// Calls `each` for every blob, problem and skip.
    ///
    /// # Errors
    /// Fails when it cannot start. All later errors are [`Event::Problem`]s.
    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError>;
}
