//! Inflating one stored object whose size is known beforehand.

use super::buffer::Buffer;
use crate::git::gap::Fault;
use libdeflater::Decompressor;

/// No deflate stream expands more than this: 258 bytes for a length code and a distance code of one bit each.
/// See <https://zlib.net/zlib_tech.html>, "Maximum Compression Factor", read 2026-11-23.
const MOST_EXPANSION: u64 = 1032;

/// A reusable inflater.
pub(crate) struct Inflater {
    inner: Decompressor,
}

impl Inflater {
    /// A fresh inflater.
    pub(crate) fn new() -> Inflater {
        Inflater { inner: Decompressor::new() }
    }

    /// Inflates the zlib stream at the start of `compressed` into `out`, to exactly `size` bytes.
    ///
    /// Whatever follows the stream is ignored. A size that the input cannot possibly reach is refused before any memory
    /// is reserved for it.
    pub(crate) fn inflate(&mut self, compressed: &[u8], size: u64, out: &mut Buffer) -> Result<(), Fault> {
        if size > (compressed.len() as u64).saturating_mul(MOST_EXPANSION) {
            return Err(Fault::Inflate(size));
        }
        let len = usize::try_from(size).map_err(|_| Fault::Inflate(size))?;
        match self.inner.zlib_decompress(compressed, out.resize_stale(len)) {
            Ok(written) if written == len => Ok(()),
            _ => Err(Fault::Inflate(size)),
        }
    }
}
