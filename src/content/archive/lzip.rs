//! lzip: members that follow one another, each with its dictionary and its checksum.
//!
//! Read member by member, because each may ask for memory of its own, and what follows the last one is passed on as it is.
//! Format: <https://www.nongnu.org/lzip/manual/lzip_manual.html#File-format> (read 2026-12-01).

use crc32fast::Hasher;
use lzma_rust2::LzmaReader;
use std::io::{self, BufRead, Read};

const MAGIC: &[u8] = b"LZIP";
/// What the format allows, bytes.
const DICTIONARIES: std::ops::RangeInclusive<u32> = 4 << 10..=512 << 20;

/// A reader of what members unpack to.
pub(super) struct Lzip<R: Read> {
    state: State<R>,
    /// The largest dictionary, bytes.
    most: u64,
}

enum State<R: Read> {
    /// At the beginning of a member.
    Before(R),
    Within(Box<LzmaReader<R>>, Hasher),
    /// Behind the last member.
    After(R),
    Ended,
}

impl<R: BufRead> Lzip<R> {
    pub(super) fn new(input: R, most: u64) -> Lzip<R> {
        Lzip { state: State::Before(input), most }
    }

    fn open(&self, mut input: R) -> io::Result<State<R>> {
        let mut header = [0; 6];
        input.read_exact(&mut header)?;
        let dictionary = dictionary(header[5]).filter(|size| header[4] == 1 && DICTIONARIES.contains(size));
        let dictionary = dictionary.ok_or_else(|| damaged("a member's header is wrong"))?;
        if u64::from(dictionary) > self.most {
            let (size, most) = (dictionary >> 20, self.most >> 20);
            return Err(damaged(&format!("its dictionary takes {size} MiB, and {most} MiB are allowed")));
        }
        let reader = LzmaReader::new(input, u64::MAX, 3, 0, 2, dictionary, None)?;
        Ok(State::Within(Box::new(reader), Hasher::new()))
    }
}

/// The size of a dictionary: a power of two, less up to seven sixteenths of it.
fn dictionary(code: u8) -> Option<u32> {
    let base = 1_u32.checked_shl(u32::from(code & 0x1F))?;
    Some(base - base / 16 * u32::from(code >> 5))
}

impl<R: BufRead> Read for Lzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let State::Within(decoder, sum) = &mut self.state {
                let count = decoder.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    sum.update(&buffer[..count]);
                    return Ok(count);
                }
            }
            if let State::After(rest) = &mut self.state {
                return rest.read(buffer);
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Before(input) => self.state = self.open(input)?,
                State::Within(decoder, sum) => {
                    let mut rest = decoder.into_inner();
                    let mut trailer = [0; 20];
                    rest.read_exact(&mut trailer)?;
                    let stated = u32::from_le_bytes([trailer[0], trailer[1], trailer[2], trailer[3]]);
                    let is_next = rest.fill_buf()?.starts_with(MAGIC);
                    self.state = if is_next { State::Before(rest) } else { State::After(rest) };
                    if stated != sum.finalize() {
                        return Err(damaged("its checksum is wrong"));
                    }
                }
                State::After(_) | State::Ended => return Ok(0),
            }
        }
    }
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn member(text: &[u8]) -> Vec<u8> {
        let options = lzma_rust2::LzipOptions::default();
        let mut writer = lzma_rust2::LzipWriter::new(Vec::new(), options);
        writer.write_all(text).expect("memory takes it");
        writer.finish().expect("memory takes it")
    }

    fn read(bytes: &[u8], most: u64) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        Lzip::new(bytes, most).read_to_end(&mut out).map(|_| out)
    }

    #[test]
    fn members_and_what_follows_them_are_read() {
        let two = [member(b"one"), member(b"two"), b"rest".to_vec()].concat();
        assert_eq!(read(&two, 128 << 20).expect("both"), b"onetworest");
        let mut bad = member(b"one");
        let at = bad.len() - 20;
        bad[at] ^= 1;
        assert!(read(&bad, 128 << 20).is_err_and(|error| error.to_string().contains("checksum")));
    }

    #[test]
    fn every_member_has_to_ask_for_little_memory() {
        let mut second = member(b"two");
        second[5] = 29;
        let both = [member(b"one"), second].concat();
        assert!(read(&both, 128 << 20).is_err_and(|error| error.to_string().contains("512 MiB")));
        assert_eq!((dictionary(0xD3), dictionary(12)), (Some(320 << 10), Some(4 << 10)));
    }

    #[test]
    fn whatever_is_cut_is_an_error() {
        let whole = member(b"text");
        for cut in 1..whole.len() {
            assert!(read(&whole[..cut], 128 << 20).is_err(), "{cut}");
        }
    }
}
