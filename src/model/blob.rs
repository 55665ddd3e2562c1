//! A unit of scanning.

use super::Origin;
use std::io::Read;

/// Bytes with their origin.
///
/// The bytes are a reader and not a slice, because a blob may be larger than memory. The consumer reads to the end.
pub struct Blob<'a> {
    /// Origin of the bytes.
    pub origin: Origin,
    /// The bytes.
    pub bytes: &'a mut dyn Read,
}
