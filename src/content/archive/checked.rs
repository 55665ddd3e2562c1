//! Bytes with a checksum that an archive states.

use std::io::{self, Read};

/// Fails at the end of bytes that do not have the checksum (CRC-32) that they should have. What was read before has been searched.
pub(super) struct Checked<R> {
    inner: R,
    sum: crc32fast::Hasher,
    wanted: Option<u32>,
}

impl<R> Checked<R> {
    /// Checks nothing if no checksum is known.
    pub(super) fn new(inner: R, wanted: Option<u32>) -> Checked<R> {
        Checked { inner, sum: crc32fast::Hasher::new(), wanted }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let Some(wanted) = self.wanted else { return Ok(count) };
        self.sum.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.sum.clone().finalize() != wanted {
            self.wanted = None;
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_checksum_is_damage_and_all_bytes_are_read_before() {
        let bytes = b"some bytes".as_slice();
        let right = crc32fast::hash(bytes);
        for (wanted, is_right) in [(None, true), (Some(right), true), (Some(right ^ 1), false)] {
            let mut all = Vec::new();
            assert_eq!(Checked::new(bytes, wanted).read_to_end(&mut all).is_ok(), is_right);
            assert_eq!(all, bytes);
        }
    }
}
