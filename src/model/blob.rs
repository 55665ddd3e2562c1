//! Something to be scanned.

use super::Origin;
use std::io::Read;

/// Bytes with a place they came from.
///
/// The bytes are a reader and not a slice, because one blob may be larger than memory. Whoever consumes it reads to the end.
pub struct Blob<'a> {
    /// Where the bytes are kept.
    pub origin: Origin,
    /// The bytes.
    pub bytes: &'a mut dyn Read,
}
