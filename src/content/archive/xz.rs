//! xz: the frame around LZMA2.
//!
//! Every block says how large its dictionary is, and the decoder takes it at once. Each block's header is therefore read here, with a limit; a
//! block that says how long it is gets no larger dictionary than that.
//! Format: <https://tukaani.org/xz/xz-file-format.txt> (1.2.1, read 2026-12-01).

use super::crc64::Crc64;
use crate::content::input::skip;
use lzma_rust2::Lzma2Reader;
use lzma_rust2::filter::bcj::BcjReader;
use lzma_rust2::filter::delta::DeltaReader;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

const MAGIC: &[u8] = b"\xFD7zXZ\0";
/// LZMA2.
const LZMA2: u64 = 0x21;
/// The smallest dictionary of LZMA2, bytes.
const SMALLEST: u64 = 4096;
/// The kind of fault that a block is at which asks for too much.
const TOO_LARGE: io::ErrorKind = io::ErrorKind::OutOfMemory;

/// Reads streams that follow one another.
pub(super) struct Xz<'a, R> {
    input: Rc<RefCell<Counted<R>>>,
    /// The largest dictionary, bytes.
    most: u64,
    check: Check,
    state: State<'a>,
    blocks: u64,
}

enum State<'a> {
    /// Before a stream, or at the end of all.
    Between {
        is_first: bool,
    },
    /// Before a block or the index.
    Before,
    Within(Box<dyn Read + 'a>),
    Ended,
}

/// The check behind each block.
enum Check {
    None,
    Crc32(crc32fast::Hasher),
    Crc64(Crc64),
    Sha256(Box<Sha256>),
    /// One that is not known, with so many bytes.
    Other(u64),
}

impl Check {
    /// By the number that a stream's header has for it.
    fn of(number: u8) -> Check {
        match number {
            0 => Check::None,
            1 => Check::Crc32(crc32fast::Hasher::new()),
            4 => Check::Crc64(Crc64::default()),
            10 => Check::Sha256(Box::default()),
            2 | 3 => Check::Other(4),
            5 | 6 => Check::Other(8),
            7..=9 => Check::Other(16),
            11 | 12 => Check::Other(32),
            _ => Check::Other(64),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Check::Crc32(hasher) => hasher.update(bytes),
            Check::Crc64(hasher) => hasher.update(bytes),
            Check::Sha256(hasher) => hasher.update(bytes),
            Check::None | Check::Other(_) => {}
        }
    }

    /// Compares with what stands behind the block, and begins anew.
    fn finish(&mut self, input: &mut impl Read) -> io::Result<()> {
        let own = match self {
            Check::None => return Ok(()),
            Check::Other(count) => return skip(input, *count),
            Check::Crc32(hasher) => std::mem::take(hasher).finalize().to_le_bytes().to_vec(),
            Check::Crc64(hasher) => std::mem::take(hasher).finish().to_le_bytes().to_vec(),
            Check::Sha256(hasher) => hasher.finalize_reset().to_vec(),
        };
        let mut wanted = vec![0; own.len()];
        input.read_exact(&mut wanted)?;
        if own == wanted { Ok(()) } else { Err(damaged("a block's check is wrong")) }
    }
}

/// The input, with what was read of it.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

/// The input as a block's decoder has it, for a while.
struct Lent<R>(Rc<RefCell<Counted<R>>>);

impl<R: Read> Read for Lent<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

fn damaged(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

impl<'a, R: BufRead + 'a> Xz<'a, R> {
    pub(super) fn new(input: R, most: u64) -> Xz<'a, R> {
        let input = Rc::new(RefCell::new(Counted { inner: input, count: 0 }));
        Xz { input, most, check: Check::None, state: State::Between { is_first: true }, blocks: 0 }
    }

    /// Begins a stream; `false` at the end of all.
    fn begin(&mut self, is_first: bool) -> io::Result<bool> {
        let mut input = self.input.borrow_mut();
        // Zeros may stand between streams, and behind the last one.
        loop {
            let next = input.inner.fill_buf()?;
            let zeros = next.iter().take_while(|byte| **byte == 0).count();
            if is_first || next.is_empty() || zeros < next.len() {
                let is_end = next.is_empty();
                input.inner.consume(if is_first { 0 } else { zeros });
                if is_end {
                    return if is_first { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(false) };
                }
                break;
            }
            input.inner.consume(zeros);
        }
        let mut header = [0; 12];
        input.read_exact(&mut header)?;
        let sum = u32::from_le_bytes([header[8], header[9], header[10], header[11]]);
        if !header.starts_with(MAGIC) || header[6] != 0 || header[7] > 15 || crc32fast::hash(&header[6..8]) != sum {
            return Err(damaged("a stream's header is wrong"));
        }
        self.check = Check::of(header[7]);
        self.blocks = 0;
        Ok(true)
    }

    /// Opens the next block; `None` at the index, which is passed over.
    fn block(&mut self) -> io::Result<Option<Box<dyn Read + 'a>>> {
        let mut first = [0];
        self.input.borrow_mut().read_exact(&mut first)?;
        if first[0] == 0 {
            self.index()?;
            return Ok(None);
        }
        let mut header = vec![0; (usize::from(first[0]) + 1) * 4];
        header[0] = first[0];
        self.input.borrow_mut().read_exact(&mut header[1..])?;
        let (fields, sum) = header.split_at(header.len() - 4);
        if crc32fast::hash(fields).to_le_bytes() != sum {
            return Err(damaged("a block's header is wrong"));
        }
        let chain = Chain::read(fields).ok_or_else(|| damaged("a block's header is wrong"))?;
        let dictionary = chain.dictionary.min(chain.length.unwrap_or(u64::MAX)).max(SMALLEST);
        if dictionary > self.most {
            let detail =
                format!("its dictionary takes {} MiB, and {} MiB are allowed", dictionary >> 20, self.most >> 20);
            return Err(io::Error::new(TOO_LARGE, detail));
        }
        self.blocks += 1;
        self.input.borrow_mut().count = 0;
        let dictionary = u32::try_from(dictionary).unwrap_or(u32::MAX);
        let mut reader: Box<dyn Read + 'a> = Box::new(Lzma2Reader::new(Lent(Rc::clone(&self.input)), dictionary, None));
        for (id, property) in chain.filters.into_iter().rev() {
            let start = property as usize;
            reader = match id {
                3 => Box::new(DeltaReader::new(reader, start + 1)),
                4 => Box::new(BcjReader::new_x86(reader, start)),
                5 => Box::new(BcjReader::new_ppc(reader, start)),
                6 => Box::new(BcjReader::new_ia64(reader, start)),
                7 => Box::new(BcjReader::new_arm(reader, start)),
                8 => Box::new(BcjReader::new_arm_thumb(reader, start)),
                9 => Box::new(BcjReader::new_sparc(reader, start)),
                10 => Box::new(BcjReader::new_arm64(reader, start)),
                11 => Box::new(BcjReader::new_riscv(reader, start)),
                _ => return Err(damaged("a block has a filter that is not known")),
            };
        }
        Ok(Some(reader))
    }

    /// Ends a block: its padding and its check.
    fn end_block(&mut self) -> io::Result<()> {
        let mut input = self.input.borrow_mut();
        let padding = input.count.next_multiple_of(4) - input.count;
        skip(&mut *input, padding)?;
        self.check.finish(&mut *input)
    }

    /// Passes over the index, behind its first byte, and the footer.
    fn index(&mut self) -> io::Result<()> {
        let mut input = self.input.borrow_mut();
        input.count = 1;
        let count = number(&mut *input)?;
        if count != self.blocks {
            return Err(damaged("the index lists other blocks"));
        }
        for _ in 0..count.saturating_mul(2) {
            number(&mut *input)?;
        }
        let padding = input.count.next_multiple_of(4) - input.count;
        skip(&mut *input, padding + 4)?;
        let mut footer = [0; 12];
        input.read_exact(&mut footer)?;
        if footer.ends_with(b"YZ") { Ok(()) } else { Err(damaged("the footer is wrong")) }
    }
}

/// What a block's header says.
struct Chain {
    /// Filters before LZMA2, each with its property.
    filters: Vec<(u64, u32)>,
    dictionary: u64,
    /// How long the block is, unpacked.
    length: Option<u64>,
}

impl Chain {
    fn read(header: &[u8]) -> Option<Chain> {
        let (flags, mut rest) = (*header.get(1)?, header.get(2..)?);
        if flags & 0x40 != 0 {
            number(&mut rest).ok()?;
        }
        let length = if flags & 0x80 != 0 { Some(number(&mut rest).ok()?) } else { None };
        let mut chain = Chain { filters: Vec::new(), dictionary: 0, length };
        for at in 0..=flags & 3 {
            let (id, size) = (number(&mut rest).ok()?, usize::try_from(number(&mut rest).ok()?).ok()?);
            let (properties, others) = rest.split_at_checked(size)?;
            rest = others;
            if id == LZMA2 {
                let bits = u64::from(*properties.first()?);
                chain.dictionary = if bits >= 40 { u64::from(u32::MAX) } else { (2 | (bits & 1)) << (bits / 2 + 11) };
                return (at == flags & 3).then_some(chain);
            }
            let property = match *properties {
                [] => 0,
                [one] => u32::from(one),
                [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
                _ => return None,
            };
            chain.filters.push((id, property));
        }
        None
    }
}

/// A number in seven bits a byte.
fn number(input: &mut impl Read) -> io::Result<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let mut byte = [0];
        input.read_exact(&mut byte)?;
        value |= u64::from(byte[0] & 0x7F) << shift;
        if byte[0] & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(damaged("a number is too long"))
}

impl<'a, R: BufRead + 'a> Read for Xz<'a, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Ended => return Ok(0),
                State::Between { is_first } => {
                    let is_first = *is_first;
                    self.state = if self.begin(is_first)? { State::Before } else { State::Ended };
                }
                State::Before => {
                    self.state = match self.block()? {
                        Some(block) => State::Within(block),
                        None => State::Between { is_first: false },
                    }
                }
                State::Within(block) => {
                    let count = block.read(buffer)?;
                    if count > 0 || buffer.is_empty() {
                        self.check.update(&buffer[..count]);
                        return Ok(count);
                    }
                    self.state = State::Before;
                    self.end_block()?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_end_with_the_dictionary() {
        let of = |header: &[u8]| Chain::read(header).map(|chain| (chain.filters, chain.dictionary, chain.length));
        assert_eq!(of(&[2, 0, 0x21, 1, 28, 0, 0, 0]), Some((vec![], 64 << 20, None)));
        assert_eq!(of(&[2, 0x81, 5, 4, 0, 0x21, 1, 40, 0]), Some((vec![(4, 0)], u64::from(u32::MAX), Some(5))));
        assert_eq!(of(&[2, 1, 0x21, 1, 28, 4, 0, 0]), None, "LZMA2 stands last");
        assert_eq!(of(&[2, 0, 0x21, 9]), None);
    }
}
