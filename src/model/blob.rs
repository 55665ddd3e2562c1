//! A unit of scanning.

use super::Origin;
use std::fs::File;
use std::io::Read;

/// Bytes with their origin.
///
/// The bytes are a reader and not a slice, because a blob may be larger than memory. The consumer reads to the end.
pub struct Blob<'a> {
    /// Origin of the bytes.
    pub origin: Origin,
    /// The bytes.
    pub bytes: &'a mut dyn Read,
    /// The same bytes in any order, where they are at hand.
    pub whole: Option<Whole<'a>>,
}

impl<'a> Blob<'a> {
    /// Bytes that come once, in their order.
    pub fn stream(origin: Origin, bytes: &'a mut dyn Read) -> Blob<'a> {
        Blob { origin, bytes, whole: None }
    }

    /// The bytes of a regular file; `bytes` reads it.
    pub fn file(origin: Origin, file: &'a File, bytes: &'a mut &'a File) -> Blob<'a> {
        Blob { origin, bytes, whole: Some(Whole::File(file)) }
    }

    /// Bytes in memory; `bytes` reads them.
    pub fn memory(origin: Origin, memory: &'a [u8], bytes: &'a mut &'a [u8]) -> Blob<'a> {
        Blob { origin, bytes, whole: Some(Whole::Memory(memory)) }
    }
}

/// All bytes of a blob.
#[derive(Clone, Copy, Debug)]
pub enum Whole<'a> {
    /// An open file. Whoever reads it sets its position.
    File(&'a File),
    /// In memory.
    Memory(&'a [u8]),
}
