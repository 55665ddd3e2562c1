//! What an expander reads from.

use crate::content::budget::Budget;
use crate::content::fault::Fault;
use crate::model::{ProblemKind, Whole};
use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// A container's bytes, from its first one on.
pub enum Input<'a> {
    /// Bytes that come once, in their order.
    Stream(&'a mut dyn Read),
    /// Bytes at hand.
    Whole(Whole<'a>),
}

/// Bytes that can be read in any order.
pub(super) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

impl<'a> Input<'a> {
    /// Its bytes in their order.
    pub(super) fn into_reader(self) -> Result<Box<dyn Read + 'a>, Fault> {
        Ok(match self {
            Input::Stream(bytes) => Box::new(bytes),
            Input::Whole(Whole::File(mut file)) => {
                file.seek(SeekFrom::Start(0))?;
                Box::new(file)
            }
            Input::Whole(Whole::Memory(bytes)) => Box::new(bytes),
        })
    }

    /// Its bytes in any order: those of a stream are held in memory, if the budget has room for them; if not, what was read so far and
    /// the rest come back.
    pub(super) fn into_seekable(self, budget: &Budget) -> Result<Result<Seekable<'a>, TooLong<'a>>, Fault> {
        Ok(match self {
            Input::Whole(Whole::File(file)) => Ok(Seekable::Bytes(Box::new(file))),
            Input::Whole(Whole::Memory(bytes)) => Ok(Seekable::Bytes(Box::new(Cursor::new(bytes)))),
            Input::Stream(bytes) => {
                let room = budget.room();
                let mut held = Vec::new();
                (&mut *bytes).take(room.saturating_add(1)).read_to_end(&mut held)?;
                if held.len() as u64 > room {
                    return Ok(Err(TooLong { held, rest: bytes }));
                }
                budget.hold(held.len() as u64);
                Ok(Seekable::Held(Cursor::new(held)))
            }
        })
    }

    /// All of its bytes in memory.
    pub(super) fn into_memory(self, budget: &Budget) -> Result<Held<'a>, Fault> {
        let mut reader = match self {
            Input::Whole(Whole::Memory(bytes)) => return Ok(Held::Borrowed(bytes)),
            other => other.into_reader()?,
        };
        let room = budget.room();
        let mut held = Vec::new();
        (&mut reader).take(room.saturating_add(1)).read_to_end(&mut held)?;
        if held.len() as u64 > room {
            return Err(Fault::new(ProblemKind::TooLarge, too_large(room)));
        }
        budget.hold(held.len() as u64);
        Ok(Held::Owned(held))
    }
}

fn too_large(room: u64) -> String {
    format!("it has to be held in memory, and has more than {room} bytes")
}

/// The bytes of a document.
pub(super) enum Held<'a> {
    Borrowed(&'a [u8]),
    Owned(Vec<u8>),
}

impl std::ops::Deref for Held<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Held::Borrowed(bytes) => bytes,
            Held::Owned(bytes) => bytes,
        }
    }
}

impl Held<'_> {
    /// Gives its memory back to the budget.
    pub(super) fn release(self, budget: &Budget) {
        if let Held::Owned(bytes) = self {
            budget.release(bytes.len() as u64);
        }
    }
}

/// A stream that has more bytes than may be held.
pub(super) struct TooLong<'a> {
    held: Vec<u8>,
    rest: &'a mut dyn Read,
}

impl<'a> TooLong<'a> {
    pub(super) fn into_reader(self) -> Box<dyn Read + 'a> {
        Box::new(Cursor::new(self.held).chain(self.rest))
    }

    pub(super) fn into_fault(self) -> Fault {
        Fault::new(ProblemKind::TooLarge, too_large(self.held.len() as u64 - 1))
    }
}

/// Bytes that can be read in any order.
pub(super) enum Seekable<'a> {
    Bytes(Box<dyn ReadSeek + 'a>),
    Held(Cursor<Vec<u8>>),
}

impl Seekable<'_> {
    /// Gives its memory back to the budget.
    pub(super) fn release(self, budget: &Budget) {
        if let Seekable::Held(held) = self {
            budget.release(held.get_ref().len() as u64);
        }
    }
}

impl Read for Seekable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Seekable::Bytes(bytes) => bytes.read(buffer),
            Seekable::Held(held) => held.read(buffer),
        }
    }
}

impl Seek for Seekable<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Seekable::Bytes(bytes) => bytes.seek(to),
            Seekable::Held(held) => held.seek(to),
        }
    }
}

/// Reads until the buffer is full or the input ends; says how many bytes there were.
pub(super) fn read_full(input: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads exactly so many bytes away; an input that ends before is at fault.
pub(super) fn skip(input: &mut (impl Read + ?Sized), count: u64) -> io::Result<()> {
    let skipped = io::copy(&mut input.take(count), &mut io::sink())?;
    if skipped == count { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
