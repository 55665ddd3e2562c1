//! tar: v7, ustar, pax and GNU, in the order of the stream.
//!
//! Holes of sparse files are left out, so that a file of nothing but holes costs nothing.
//! Formats: POSIX.1-2017, `pax`, and <https://www.gnu.org/software/tar/manual/html_node/Standard.html> (read 2026-11-30).

use crate::content::fault::Fault;
use crate::content::input::{read_full, skip};
use crate::content::parts::{Flow, Parts, stream};
use crate::model::ProblemKind;
use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

const BLOCK: usize = 512;
/// A longer name, or a longer list of attributes, is not read.
const LONGEST_HEADER: u64 = 1 << 20;

/// Whether a header's checksum is that of its bytes; some old programs added them up as signed.
pub(crate) fn checksum_holds(header: &[u8]) -> bool {
    let Some(wanted) = octal(&header[148..156]) else { return false };
    let sum = |value: &dyn Fn(u8) -> i64| {
        let bytes = header.iter().enumerate();
        bytes.map(|(at, byte)| if (148..156).contains(&at) { 32 } else { value(*byte) }).sum::<i64>()
    };
    let wanted = wanted as i64;
    sum(&|byte| i64::from(byte)) == wanted || sum(&|byte| i64::from(byte.cast_signed())) == wanted
}

/// Reads all members.
pub(in crate::content) fn members(input: &mut dyn Read, parts: &mut Parts<'_>) -> Flow {
    let mut global = Attributes::default();
    let mut next = Attributes::default();
    let mut header = [0; BLOCK];
    loop {
        match read_full(input, &mut header)? {
            0 => return Ok(ControlFlow::Continue(())),
            BLOCK => {}
            // Trailing bytes of whoever pads to other blocks.
            _ if header.iter().all(|byte| *byte == 0) => return Ok(ControlFlow::Continue(())),
            _ => return Err(Fault::corrupt("it is damaged: it ends within a header")),
        }
        if header == [0; BLOCK] {
            // Archives that were appended to one another are read to the last.
            continue;
        }
        if !checksum_holds(&header) {
            return Err(Fault::corrupt("it is damaged: a header's checksum is wrong, and nothing behind it was read"));
        }
        let Some(size) = number(&header[124..136]) else {
            return Err(Fault::corrupt("it is damaged: a member's size is no number, and nothing behind it was read"));
        };
        match header[156] {
            b'L' => next.path = Some(until_nul(held(input, size)?)),
            b'K' => drop(held(input, size)?),
            b'x' | b'X' => next.merge(&held(input, size)?),
            b'g' => global.merge(&held(input, size)?),
            kind => {
                let attributes = std::mem::take(&mut next);
                let size = attributes.size.or(global.size).unwrap_or(size);
                let path = attributes.path.or_else(|| global.path.clone()).unwrap_or_else(|| name(&header));
                if kind == b'S' {
                    sparse_headers(input, &header)?;
                }
                // Links, devices and directories have no bytes, whatever their size says.
                let has_bytes = !matches!(kind, b'1'..=b'6') || (kind == b'1' && size > 0 && attributes.is_pax);
                if has_bytes {
                    let mut member = (&mut *input).take(size);
                    if parts.member(&path, stream(&mut member)).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                    let left = member.limit();
                    skip(input, left).map_err(|error| cut(&path, &error))?;
                    pad(input, size)?;
                } else if !parts.budget.member() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }
}

/// Where a member is.
pub(in crate::content) struct Place {
    pub(in crate::content) path: Vec<u8>,
    /// Where its bytes begin.
    pub(in crate::content) at: u64,
    /// How many there are.
    pub(in crate::content) size: u64,
    /// The member that it is a link to, by its path in the archive.
    pub(in crate::content) target: Option<Vec<u8>>,
}

/// The next member, where its bytes begin and how many there are; passes over them. `None` at the end.
pub(in crate::content) fn next_place(input: &mut (impl Read + Seek)) -> Result<Option<Place>, Fault> {
    let mut next = Attributes::default();
    let mut header = [0; BLOCK];
    loop {
        if read_full(input, &mut header)? < BLOCK || header == [0; BLOCK] {
            return Ok(None);
        }
        let size = number(&header[124..136]).filter(|_| checksum_holds(&header));
        let size = size.ok_or_else(|| Fault::corrupt("it is damaged: a header's checksum is wrong"))?;
        match header[156] {
            b'L' => next.path = Some(until_nul(held(input, size)?)),
            b'x' | b'X' => next.merge(&held(input, size)?),
            b'K' => next.target = Some(until_nul(held(input, size)?)),
            b'g' => drop(held(input, size)?),
            kind => {
                let size = if matches!(kind, b'1'..=b'6') { 0 } else { next.size.unwrap_or(size) };
                let at = input.stream_position()?;
                let end = at.checked_add(size).and_then(|end| end.checked_next_multiple_of(BLOCK as u64));
                input.seek(SeekFrom::Start(
                    end.ok_or_else(|| Fault::corrupt("it is damaged: a member is too large"))?,
                ))?;
                let path = next.path.take().unwrap_or_else(|| name(&header));
                let mut link = || next.target.take().unwrap_or_else(|| until_nul(header[157..257].to_vec()));
                let target = match kind {
                    b'1' => Some(link()),
                    b'2' => Some(resolved(&path, &link())),
                    _ => None,
                };
                return Ok(Some(Place { path, at, size, target }));
            }
        }
    }
}

/// Where a symbolic link leads within an archive.
fn resolved(path: &[u8], target: &[u8]) -> Vec<u8> {
    let folder = path.iter().rposition(|byte| *byte == b'/').map_or(&b""[..], |at| &path[..at]);
    let folder = if target.starts_with(b"/") { b"" } else { folder };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in folder.split(|byte| *byte == b'/').chain(target.split(|byte| *byte == b'/')) {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join(&b'/')
}

fn cut(path: &[u8], error: &std::io::Error) -> Fault {
    let Fault { kind, detail } = Fault::of_read(error);
    Fault::new(kind, format!("{detail} (within {})", String::from_utf8_lossy(path)))
}

/// What the headers before a member say of it.
#[derive(Default)]
struct Attributes {
    path: Option<Vec<u8>>,
    /// Where a link leads.
    target: Option<Vec<u8>>,
    size: Option<u64>,
    is_pax: bool,
}

impl Attributes {
    /// Records of pax: `length keyword=value\n`.
    fn merge(&mut self, mut records: &[u8]) {
        self.is_pax = true;
        let mut found: HashMap<&[u8], &[u8]> = HashMap::new();
        while let Some(blank) = memchr::memchr(b' ', records) {
            let length = std::str::from_utf8(&records[..blank]).ok().and_then(|length| length.parse::<usize>().ok());
            let Some(record) = length.and_then(|length| records.get(blank + 1..length)) else { break };
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(equals) = memchr::memchr(b'=', record) {
                found.insert(&record[..equals], &record[equals + 1..]);
            }
            records = &records[blank + 1 + record.len()..];
            records = records.strip_prefix(b"\n").unwrap_or(records);
        }
        let size = |value: &&[u8]| std::str::from_utf8(value).ok().and_then(|size| size.parse().ok());
        self.size = found.get(b"size".as_slice()).and_then(size).or(self.size);
        let path = found.get(b"GNU.sparse.name".as_slice()).or_else(|| found.get(b"path".as_slice()));
        self.path = path.map(|path| path.to_vec()).or(self.path.take());
        self.target = found.get(b"linkpath".as_slice()).map(|path| path.to_vec()).or(self.target.take());
    }
}

/// The content of a header that is held, up to its padding.
fn held(input: &mut dyn Read, size: u64) -> Result<Vec<u8>, Fault> {
    if size > LONGEST_HEADER {
        return Err(Fault::new(ProblemKind::TooLarge, format!("a name or its attributes take {size} bytes")));
    }
    let mut bytes = vec![0; size as usize];
    input.read_exact(&mut bytes)?;
    pad(input, size)?;
    Ok(bytes)
}

fn pad(input: &mut dyn Read, size: u64) -> Result<(), Fault> {
    let past = size % BLOCK as u64;
    if past > 0 {
        let mut padding = [0; BLOCK];
        let wanted = BLOCK - past as usize;
        let count = read_full(input, &mut padding[..wanted])?;
        // The last member of some archives is not padded.
        if count > 0 && count < wanted {
            return Err(Fault::corrupt("it is damaged: it ends within the padding of a member"));
        }
    }
    Ok(())
}

/// Further headers of GNU's old sparse format: lists of stretches, which do not matter here.
fn sparse_headers(input: &mut dyn Read, header: &[u8; BLOCK]) -> Result<(), Fault> {
    let mut is_extended = header[482] == 1;
    while is_extended {
        let mut more = [0; BLOCK];
        input.read_exact(&mut more)?;
        is_extended = more[504] == 1;
    }
    Ok(())
}

fn name(header: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_nul(header[..100].to_vec());
    let prefix = until_nul(header[345..500].to_vec());
    // GNU's own headers have times where the others have a prefix.
    if &header[257..263] == b"ustar\0" && !prefix.is_empty() { [prefix, b"/".to_vec(), name].concat() } else { name }
}

fn until_nul(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = memchr::memchr(0, &bytes).unwrap_or(bytes.len());
    bytes.truncate(end);
    bytes
}

/// A number: octal digits, or binary behind a byte with its highest bit set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 == 0 {
        return octal(field);
    }
    let (high, low) = field.split_at(field.len() - 8);
    let is_small = high[0] & 0x7F == 0 && high[1..].iter().all(|byte| *byte == 0);
    let value = low.iter().fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
    // Nothing has more bytes than a signed number counts.
    (is_small && value >> 63 == 0).then_some(value)
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = field.trim_ascii_start();
    let end = text.iter().position(|byte| matches!(byte, 0 | b' ')).unwrap_or(text.len());
    let digits = &text[..end];
    let value = |value: u64, digit: &u8| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 8)?;
        value.checked_mul(8)?.checked_add(u64::from(digit))
    };
    if digits.is_empty() {
        text.iter().all(|byte| matches!(byte, 0 | b' ')).then_some(0)
    } else {
        digits.iter().try_fold(0, value)
    }
}
