//! How much memory the decoders of a 7z file ask for, before any of them gets it.
//!
//! The decoder takes what a header says, up to 4 GiB, at once. The headers are therefore read here first, with a limit.
//! Format: `DOC/7zFormat.txt` of the LZMA SDK (<https://www.7-zip.org/sdk.html>, read 2026-12-01).

use crate::content::fault::Fault;
use crate::model::ProblemKind;
use std::io::{self, Read, Seek, SeekFrom};

/// The header in front.
const SIGNATURE: u64 = 32;
/// The list of members takes no more than this, unpacked.
const LONGEST_LIST: u64 = 64 << 20;
/// A list lies in others not deeper than this.
const DEEPEST: u32 = 4;

const LZMA: &[u8] = &[3, 1, 1];
const LZMA2: &[u8] = &[0x21];
const PPMD: &[u8] = &[3, 4, 1];
const AES: &[u8] = &[6, 0xF1, 7, 1];

/// A decoder of a block.
struct Coder {
    /// Which block it belongs to: all decoders of one are open at once.
    block: usize,
    id: Vec<u8>,
    properties: Vec<u8>,
}

impl Coder {
    /// The memory that it asks for, bytes.
    fn memory(&self) -> u64 {
        let number =
            self.properties.get(1..5).map_or(0, |bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        match self.id.as_slice() {
            LZMA | PPMD => number.into(),
            LZMA2 => match self.properties.first() {
                Some(bits @ 0..40) => (2 | (u64::from(*bits) & 1)) << (bits / 2 + 11),
                _ => u64::from(u32::MAX),
            },
            _ => 0,
        }
    }
}

/// Fails when the decoders of a block ask for more than `most` bytes, and when the headers cannot be read or say that there is more of something
/// than they have bytes for: whoever reads them makes room for it. `false` when there are no members.
pub(super) fn check(bytes: &mut (impl Read + Seek), most: u64) -> Result<bool, Fault> {
    let damaged = || Fault::corrupt("it is damaged: its headers cannot be read");
    bytes.seek(SeekFrom::Start(8))?;
    let (mut sum, mut start) = ([0; 4], [0; 20]);
    bytes.read_exact(&mut sum)?;
    bytes.read_exact(&mut start)?;
    if crc32fast::hash(&start) != u32::from_le_bytes(sum) {
        return Err(damaged());
    }
    let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|index| start[at + index]));
    let (at, size) = (number(0), number(8));
    if size == 0 {
        // What its list does not name nobody reads.
        let is_empty = bytes.seek(SeekFrom::End(0))? <= SIGNATURE;
        return if is_empty {
            Ok(false)
        } else {
            Err(Fault::corrupt("it is damaged: it has bytes and no list of members"))
        };
    }
    let mut list = stretch(bytes, SIGNATURE.checked_add(at).ok_or_else(damaged)?, size)?;
    for _ in 0..DEEPEST {
        let mut rest = Fields(&list);
        match rest.byte().ok_or_else(damaged)? {
            // A header as it is.
            1 => {
                check_memory(&blocks_of_header(&mut rest).ok_or_else(damaged)?, most)?;
                return Ok(true);
            }
            // One that is packed.
            0x17 => {
                let (place, size, coders, unpacked) = packed_list(&mut rest).ok_or_else(damaged)?;
                check_memory(&coders, most)?;
                if unpacked > LONGEST_LIST {
                    return Err(Fault::new(ProblemKind::TooLarge, "its list of members is too long"));
                }
                let packed = stretch(bytes, SIGNATURE.checked_add(place).ok_or_else(damaged)?, size)?;
                list = unpack(&packed, &coders, unpacked)?;
            }
            _ => return Err(damaged()),
        }
    }
    Err(damaged())
}

fn check_memory(coders: &[Coder], most: u64) -> Result<(), Fault> {
    let blocks = coders.chunk_by(|one, other| one.block == other.block);
    match blocks.map(|block| block.iter().map(Coder::memory).fold(0, u64::saturating_add)).max() {
        Some(memory) if memory > most => {
            let detail = format!("its dictionary takes {} MiB, and {} MiB are allowed", memory >> 20, most >> 20);
            Err(Fault::new(ProblemKind::TooLarge, detail))
        }
        _ => Ok(()),
    }
}

fn stretch(bytes: &mut (impl Read + Seek), at: u64, size: u64) -> Result<Vec<u8>, Fault> {
    if size > LONGEST_LIST {
        return Err(Fault::new(ProblemKind::TooLarge, "its list of members is too long"));
    }
    bytes.seek(SeekFrom::Start(at))?;
    let mut list = Vec::new();
    bytes.take(size).read_to_end(&mut list)?;
    if list.len() as u64 == size { Ok(list) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()) }
}

fn unpack(packed: &[u8], coders: &[Coder], size: u64) -> Result<Vec<u8>, Fault> {
    let [coder] = coders else { return Err(several(coders)) };
    let memory = u32::try_from(coder.memory()).unwrap_or(u32::MAX);
    let reader: Box<dyn Read> = match coder.id.as_slice() {
        LZMA => {
            let properties = *coder.properties.first().unwrap_or(&0xFF);
            let reader = lzma_rust2::LzmaReader::new_with_props(packed, size, properties, memory, None);
            Box::new(reader.map_err(|_| Fault::corrupt("it is damaged: its headers cannot be read"))?)
        }
        LZMA2 => Box::new(lzma_rust2::Lzma2Reader::new(packed, memory, None)),
        [0] => Box::new(packed),
        _ => return Err(several(coders)),
    };
    let mut list = Vec::new();
    reader.take(size).read_to_end(&mut list)?;
    // Whoever makes room for it believes what the header says.
    if list.len() as u64 == size { Ok(list) } else { Err(Fault::corrupt("it is damaged: its headers cannot be read")) }
}

fn several(coders: &[Coder]) -> Fault {
    if coders.iter().any(|coder| coder.id == AES) {
        return Fault::new(ProblemKind::Encrypted, "it is encrypted, and so is its list of members");
    }
    Fault::unsupported("its list of members is packed in a way that is not read")
}

/// Bytes that are read from the front.
struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, count: u64) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number: the first byte's leading ones say how many bytes follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let low = self.take(more.into())?.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let high = if more >= 7 { 0 } else { u64::from(first) & ((1 << (7 - more)) - 1) };
        Some(low | high.checked_shl(8 * more).unwrap_or(0))
    }

    /// A count of things of which each takes a byte or more.
    fn count(&mut self) -> Option<u64> {
        self.number().filter(|count| *count <= self.0.len() as u64)
    }

    /// Checksums of so many things; says which have one.
    fn checksums(&mut self, count: u64) -> Option<Vec<bool>> {
        let have: Vec<bool> = match self.byte()? {
            0 => {
                let bits = self.take(count.div_ceil(8))?;
                (0..count).map(|at| bits[at as usize / 8] & (0x80 >> (at % 8)) != 0).collect()
            }
            _ => vec![true; usize::try_from(count).ok().filter(|count| *count <= self.0.len())?],
        };
        self.take(have.iter().filter(|has| **has).count() as u64 * 4)?;
        Some(have)
    }
}

/// All coders of a header, behind its first byte.
fn blocks_of_header(rest: &mut Fields<'_>) -> Option<Vec<Coder>> {
    let mut coders = Vec::new();
    loop {
        match rest.byte()? {
            // Properties of the archive.
            2 => {
                while rest.byte()? != 0 {
                    let size = rest.number()?;
                    rest.take(size)?;
                }
            }
            // Streams of the headers, and the main ones.
            3 | 4 => coders.extend(streams(rest)?.coders),
            // The list of files, which has no coders; each file takes a byte or more of it.
            5 => return rest.count().map(|_| coders),
            0 => return Some(coders),
            _ => return None,
        }
    }
}

/// Where a packed list is, its length, its coders, and how long it is unpacked.
fn packed_list(rest: &mut Fields<'_>) -> Option<(u64, u64, Vec<Coder>, u64)> {
    let Streams { place, sizes, coders, unpacked } = streams(rest)?;
    Some((place, *sizes.first()?, coders, *unpacked.last()?))
}

/// The packed streams of an archive, or of its header.
struct Streams {
    /// Where the first one begins, in bytes behind the signature header.
    place: u64,
    /// Their packed lengths, in bytes.
    sizes: Vec<u64>,
    coders: Vec<Coder>,
    /// The unpacked lengths, in bytes.
    unpacked: Vec<u64>,
}

/// What is said of packed streams.
fn streams(rest: &mut Fields<'_>) -> Option<Streams> {
    let (mut packed, mut coders, mut unpacked, mut have_sums) = ((0, Vec::new()), Vec::new(), Vec::new(), Vec::new());
    loop {
        match rest.byte()? {
            6 => packed = pack_info(rest)?,
            7 => (coders, unpacked, have_sums) = unpack_info(rest)?,
            8 => members_of_blocks(rest, &have_sums)?,
            0 => return Some(Streams { place: packed.0, sizes: packed.1, coders, unpacked }),
            _ => return None,
        }
    }
}

/// How members share blocks: their number in each, all lengths but the last one's, and checksums of those that their block's does not serve.
fn members_of_blocks(rest: &mut Fields<'_>, have_sums: &[bool]) -> Option<()> {
    let mut members = vec![1; have_sums.len()];
    loop {
        match rest.byte()? {
            13 => members = have_sums.iter().map(|_| rest.count()).collect::<Option<Vec<u64>>>()?,
            9 => {
                for _ in 0..members.iter().map(|count| count.saturating_sub(1)).fold(0, u64::saturating_add) {
                    rest.number()?;
                }
            }
            10 => {
                let is_served = |(count, has_sum): (&u64, &bool)| *count == 1 && *has_sum;
                let counts = members.iter().zip(have_sums).filter(|one| !is_served(*one)).map(|(count, _)| *count);
                rest.checksums(counts.fold(0, u64::saturating_add))?;
            }
            0 => return Some(()),
            _ => return None,
        }
    }
}

fn pack_info(rest: &mut Fields<'_>) -> Option<(u64, Vec<u64>)> {
    let (place, count) = (rest.number()?, rest.count()?);
    let mut sizes = Vec::new();
    loop {
        match rest.byte()? {
            9 => sizes = (0..count).map(|_| rest.number()).collect::<Option<_>>()?,
            10 => _ = rest.checksums(count)?,
            0 => return Some((place, sizes)),
            _ => return None,
        }
    }
}

/// The decoders of all blocks, unpacked lengths, and which blocks have a checksum.
fn unpack_info(rest: &mut Fields<'_>) -> Option<(Vec<Coder>, Vec<u64>, Vec<bool>)> {
    let (mut coders, mut outputs, mut sizes) = (Vec::new(), 0_u64, Vec::new());
    let mut have_sums = Vec::new();
    loop {
        match rest.byte()? {
            11 => {
                let blocks = rest.count()?;
                have_sums = vec![false; usize::try_from(blocks).ok()?];
                // Blocks that stand elsewhere are written by no program.
                if rest.byte()? != 0 {
                    return None;
                }
                for number in 0..have_sums.len() {
                    outputs = outputs.checked_add(block(rest, number, &mut coders)?)?;
                }
            }
            12 => sizes = (0..outputs).map(|_| rest.number()).collect::<Option<_>>()?,
            10 => have_sums = rest.checksums(have_sums.len() as u64)?,
            0 => return Some((coders, sizes, have_sums)),
            _ => return None,
        }
    }
}

/// One block; says how many streams come out of its coders.
fn block(rest: &mut Fields<'_>, number: usize, coders: &mut Vec<Coder>) -> Option<u64> {
    let count = rest.count().filter(|count| (1..=32).contains(count))?;
    let (mut inputs, mut outputs) = (0_u64, 0_u64);
    for _ in 0..count {
        let flags = rest.byte()?;
        // Alternatives are written by no program.
        if flags & 0xC0 != 0 {
            return None;
        }
        let id = rest.take(u64::from(flags & 0xF))?.to_vec();
        let (incoming, outgoing) = if flags & 0x10 != 0 { (rest.count()?, rest.count()?) } else { (1, 1) };
        (inputs, outputs) = (inputs.checked_add(incoming)?, outputs.checked_add(outgoing)?);
        let mut properties = Vec::new();
        if flags & 0x20 != 0 {
            let size = rest.number()?;
            properties = rest.take(size)?.to_vec();
        }
        coders.push(Coder { block: number, id, properties });
    }
    let bound = outputs.checked_sub(1)?;
    for _ in 0..bound.checked_mul(2)? {
        rest.number()?;
    }
    let packed = inputs.checked_sub(bound)?;
    for _ in 0..if packed > 1 { packed } else { 0 } {
        rest.number()?;
    }
    Some(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_bytes_as_their_first_one_says() {
        let number = |bytes: &[u8]| Fields(bytes).number();
        assert_eq!(number(&[0x7F]), Some(127));
        assert_eq!(number(&[0x81, 0x02]), Some(0x102));
        assert_eq!(number(&[0xC1, 2, 3]), Some(0x1_0302));
        assert_eq!(number(&[0xFF, 1, 0, 0, 0, 0, 0, 0, 1]), Some((1 << 56) | 1));
        assert_eq!(number(&[0xFE, 1, 0, 0, 0, 0, 0, 1]), Some((1 << 48) | 1));
        assert_eq!(number(&[0x81]), None);
    }

    #[test]
    fn the_memory_is_what_the_properties_say() {
        let memory = |id: &[u8], properties: &[u8]| {
            Coder { block: 0, id: id.to_vec(), properties: properties.to_vec() }.memory()
        };
        assert_eq!(memory(LZMA, &[0x5D, 0, 0, 0, 0xF0]), 0xF000_0000);
        assert_eq!(memory(LZMA2, &[28]), 64 << 20);
        assert_eq!(memory(LZMA2, &[40]), u64::from(u32::MAX));
        assert_eq!(memory(PPMD, &[6, 0, 0, 0, 0x10]), 0x1000_0000);
    }
}
