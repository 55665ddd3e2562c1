//! What a sweep hands on.

use super::places::Place;
use crate::model::{Origin, Problem, Skip};
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

/// Something of a host.
pub enum HostEvent<'a> {
    /// A file at a place.
    File {
        /// Where it is.
        origin: Origin,
        /// The place.
        place: &'a Arc<Place>,
        /// The file, open.
        file: &'a File,
    },
    /// A deleted file that a process has open.
    Open {
        /// The process, and the former name.
        origin: Origin,
        /// The file, open.
        file: &'a File,
    },
    /// A text of a process.
    Text(Text<'a>),
    /// Something that was requested and cannot be read.
    Problem(Problem),
    /// Something skipped on purpose.
    Skip(Skip),
}

/// A text of a process.
pub struct Text<'a> {
    /// The process and the field.
    pub origin: Origin,
    /// The bytes.
    pub text: &'a [u8],
    /// Where secrets stand in it by their position.
    pub secrets: Vec<Range<usize>>,
    /// What these are called.
    pub name: &'static str,
}
