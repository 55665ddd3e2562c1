//! The directory at the end of a ZIP file.
//! Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, sections 4.3 and 4.5 (read 2026-11-30).

use crate::content::fault::Fault;
use crate::content::input::{Seekable, read_full};
use crate::model::ProblemKind;
use std::io::{self, Read, Seek, SeekFrom};

/// An end record and the longest comment behind it.
const LONGEST_END: u64 = 22 + 65_535;
/// A longer directory is not read.
const LONGEST_DIRECTORY: u64 = 64 << 20;

/// A member, as the directory or its own header says.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    pub(super) method: u16,
    pub(super) flags: u16,
    pub(super) compressed: u64,
    pub(super) size: u64,
    /// The checksum of its unpacked bytes (CRC-32); zero in its own header when that stands behind it.
    pub(super) crc: u32,
    /// Where its own header begins.
    pub(super) at: u64,
    /// How long its own header is, with the mark, if it is known.
    pub(super) header: u64,
}

impl Entry {
    /// It is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0 || self.method == 99
    }

    /// Its sizes stand behind it.
    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & 8 != 0
    }

    pub(super) fn is_directory(&self) -> bool {
        self.name.ends_with(b"/")
    }
}

/// What the directory says.
pub(super) struct Directory {
    /// The members, in the order of their places.
    pub(super) entries: Vec<Entry>,
    pub(super) comment: Vec<u8>,
    /// Where the directory begins.
    pub(super) begin: u64,
}

/// Reads the directory; `None` when there is none.
pub(super) fn read(bytes: &mut Seekable<'_>) -> Result<Option<Directory>, Fault> {
    let length = bytes.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(LONGEST_END);
    bytes.seek(SeekFrom::Start(from))?;
    let mut tail = vec![0; (length - from) as usize];
    bytes.read_exact(&mut tail)?;
    let Some(end) = memchr::memmem::rfind(&tail, b"PK\x05\x06").filter(|end| tail.len() - end >= 22) else {
        return Ok(None);
    };
    let record = &tail[end..];
    let end_at = from + end as u64;
    let (mut count, mut size, mut at) =
        (u64::from(u16_at(record, 10)), u64::from(u32_at(record, 12)), u64::from(u32_at(record, 16)));
    let comment = record[22..record.len().min(22 + usize::from(u16_at(record, 20)))].to_vec();
    let mut directory_end = end_at;
    if let Some(large) = zip64(bytes, &tail, end, end_at)? {
        (count, size, at, directory_end) = large;
    }
    if size > LONGEST_DIRECTORY {
        return Err(Fault::new(ProblemKind::TooLarge, format!("its directory takes {size} bytes")));
    }
    // Bytes before the first member (of a program that unpacks itself) shift all places.
    let Some(begin) = directory_end.checked_sub(size) else { return Ok(None) };
    let shift = begin.saturating_sub(at);
    bytes.seek(SeekFrom::Start(begin))?;
    let mut list = vec![0; size as usize];
    if read_full(bytes, &mut list)? < list.len() {
        return Ok(None);
    }
    let mut entries = parse(&list, shift);
    if (entries.len() as u64) < count && count != 0xFFFF {
        return Err(Fault::corrupt(format!("it is damaged: of {count} members its directory names {}", entries.len())));
    }
    entries.sort_by_key(|entry| entry.at);
    Ok(Some(Directory { entries, comment, begin }))
}

/// Whether the input ends with the end record of a directory, whose comment goes up to the last byte, and the directory is where it should be:
/// so that a program which merely knows the mark is not taken for an archive.
pub(in crate::content) fn is_there(bytes: &mut (impl Read + Seek)) -> io::Result<bool> {
    let length = bytes.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(LONGEST_END);
    bytes.seek(SeekFrom::Start(from))?;
    let mut tail = vec![0; (length - from) as usize];
    bytes.read_exact(&mut tail)?;
    let ends = |end: &usize| tail.len() - end >= 22 && tail.len() - end == 22 + usize::from(u16_at(&tail, end + 20));
    let Some(end) = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06").find(ends) else { return Ok(false) };
    let (count, size) = (u16_at(&tail, end + 10), u64::from(u32_at(&tail, end + 12)));
    // One with 64-bit numbers has a record and a locator between.
    let between = if tail[..end].len() >= 20 && tail[end - 20..end].starts_with(b"PK\x06\x07") { 76 } else { 0 };
    let Some(begin) = (from + end as u64).checked_sub(size + between) else { return Ok(false) };
    bytes.seek(SeekFrom::Start(begin))?;
    let mut mark = [0; 4];
    Ok(count > 0 && read_full(bytes, &mut mark)? == 4 && mark == *b"PK\x01\x02")
}

/// Number of members, size and place of the directory, and where it ends, of a file with 64-bit numbers.
fn zip64(
    bytes: &mut Seekable<'_>,
    tail: &[u8],
    end: usize,
    end_at: u64,
) -> Result<Option<(u64, u64, u64, u64)>, Fault> {
    let Some(locator) = end.checked_sub(20).map(|at| &tail[at..end]).filter(|bytes| bytes.starts_with(b"PK\x06\x07"))
    else {
        return Ok(None);
    };
    let mut record = [0; 56];
    // The place that the locator gives does not count what stands before the first member.
    for at in [u64_at(locator, 8), end_at.saturating_sub(76)] {
        bytes.seek(SeekFrom::Start(at))?;
        if read_full(bytes, &mut record)? == 56 && record.starts_with(b"PK\x06\x06") {
            return Ok(Some((u64_at(&record, 32), u64_at(&record, 40), u64_at(&record, 48), at)));
        }
    }
    Ok(None)
}

fn parse(mut list: &[u8], shift: u64) -> Vec<Entry> {
    let mut entries = Vec::new();
    while list.len() >= 46 && list.starts_with(b"PK\x01\x02") {
        let length = |at| usize::from(u16_at(list, at));
        let (name, extra, comment) = (length(28), length(30), length(32));
        let Some(record) = list.get(..46 + name + extra + comment) else { break };
        let mut entry = Entry {
            name: record[46..46 + name].to_vec(),
            method: u16_at(record, 10),
            flags: u16_at(record, 8),
            compressed: u64::from(u32_at(record, 20)),
            size: u64::from(u32_at(record, 24)),
            crc: u32_at(record, 16),
            at: u64::from(u32_at(record, 42)),
            header: 0,
        };
        large_sizes(&record[46 + name..46 + name + extra], &mut entry, true);
        entry.at = entry.at.saturating_add(shift);
        entries.push(entry);
        list = &list[record.len()..];
    }
    entries
}

/// Sizes of more than 32 bits stand in a field of their own, those that need it, in this order.
fn large_sizes(mut extra: &[u8], entry: &mut Entry, with_place: bool) {
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let Some(field) = extra.get(4..4 + length) else { return };
        if id == 1 {
            let mut numbers = field.chunks_exact(8).map(|bytes| u64_at(bytes, 0));
            let place = with_place.then_some(&mut entry.at);
            for value in [Some(&mut entry.size), Some(&mut entry.compressed), place].into_iter().flatten() {
                if *value == u64::from(u32::MAX) {
                    *value = numbers.next().unwrap_or(*value);
                }
            }
        }
        extra = &extra[4 + length..];
    }
}

/// A member's own header, behind its mark; `input` then stands at its first byte.
pub(super) fn local(input: &mut dyn Read) -> Result<Entry, Fault> {
    let mut header = [0; 26];
    input.read_exact(&mut header)?;
    let mut entry = Entry {
        method: u16_at(&header, 4),
        flags: u16_at(&header, 2),
        compressed: u64::from(u32_at(&header, 14)),
        size: u64::from(u32_at(&header, 18)),
        crc: u32_at(&header, 10),
        header: 30 + u64::from(u16_at(&header, 22)) + u64::from(u16_at(&header, 24)),
        ..Entry::default()
    };
    let mut rest = vec![0; usize::from(u16_at(&header, 22)) + usize::from(u16_at(&header, 24))];
    input.read_exact(&mut rest)?;
    let extra = rest.split_off(usize::from(u16_at(&header, 22)));
    entry.name = rest;
    large_sizes(&extra, &mut entry, false);
    Ok(entry)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
