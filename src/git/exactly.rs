//! A reader of content whose size is declared.

use std::io::{self, Read};

/// A reader that must yield exactly so many bytes; fewer or more is an error.
pub(crate) struct Exactly<R> {
    content: R,
    left: u64,
}

impl<R> Exactly<R> {
    /// Of what `content` yields, which must be `size` bytes.
    pub(crate) fn new(content: R, size: u64) -> Exactly<R> {
        Exactly { content, left: size }
    }
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            // Asking for one byte more also makes the inflater compare its checksum.
            return match self.content.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::ErrorKind::InvalidData.into()),
            };
        }
        let most = into.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.content.read(&mut into[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}
