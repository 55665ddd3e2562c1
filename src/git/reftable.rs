//! References in reftables: sorted tables of records, the younger ones overriding the older.
//!
//! The format is in <https://git-scm.com/docs/reftable>, read 2026-11-24. All records are read in order, so indexes are not needed; logs are
//! read for the stash only, whose older entries are nowhere else.

use super::gap::Fault;
use super::oid::Oid;
use super::read;
use super::ref_file::Value;
use flate2::read::ZlibDecoder;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// A larger table, bytes, is not read: some million references.
const MAX_TABLE_BYTES: u64 = 128 << 20;
/// A stack of more tables than this is not read; git merges them long before.
const MOST_TABLES: usize = 10_000;
/// No name is longer, bytes: a few bytes can stand for a name of any length, so that many would fill the memory.
const LONGEST_KEY: usize = 4096;
/// More references than this are not kept.
const MOST_REFS: usize = 1 << 20;
/// A larger block of logs, bytes inflated, is not read. Lengths in the format have 24 bits.
const MOST_LOG: u64 = 1 << 24;

/// What a stack of tables holds.
#[derive(Debug, Default)]
pub struct Tables {
    /// By full name, `HEAD` among them.
    pub refs: BTreeMap<Vec<u8>, Value>,
    /// What the stash was, the oldest first.
    pub stashes: Vec<Oid>,
}

impl Tables {
    /// Reads the tables in a folder, in the order that its list gives; names have `width` bytes.
    pub fn read(folder: &Path, width: usize) -> Result<Tables, Fault> {
        // A git that is running may merge tables, after which those of the old list are gone.
        let read = || Tables::read_once(folder, width);
        match read() {
            Err(Fault::Io(error)) if error.kind() == ErrorKind::NotFound => read(),
            other => other,
        }
    }

    fn read_once(folder: &Path, width: usize) -> Result<Tables, Fault> {
        let list = read::limited(&folder.join("tables.list"), 1 << 20)?;
        let mut tables = Tables::default();
        let mut stashes = BTreeMap::new();
        let list = String::from_utf8_lossy(&list);
        let count = list.lines().count();
        if count > MOST_TABLES {
            return Err(Fault::TooMany { count, what: "tables", limit: MOST_TABLES });
        }
        for name in list.lines() {
            if name.contains(['/', '\\']) {
                return Err(Fault::Corrupt("a table that lies elsewhere"));
            }
            let bytes = read::limited(&folder.join(name), MAX_TABLE_BYTES)?;
            Table::parse(&bytes, width)?.apply(&mut tables.refs, &mut stashes)?;
        }
        tables.stashes = stashes.into_values().collect();
        Ok(tables)
    }
}

/// One table.
#[derive(Debug)]
pub struct Table<'t> {
    bytes: &'t [u8],
    width: usize,
    header: usize,
    /// Blocks begin at multiples of this, bytes; 0 when they stand one behind the other.
    block_size: usize,
    /// Where the tables end and the footer begins.
    footer: usize,
    logs: Option<usize>,
    logs_end: usize,
}

impl<'t> Table<'t> {
    /// Reads the header and the footer.
    pub fn parse(bytes: &'t [u8], width: usize) -> Result<Table<'t>, Fault> {
        const CUT: Fault = Fault::Truncated("a reftable");
        let header = match bytes.get(..5).ok_or(CUT)? {
            b"REFT\x01" => 24,
            b"REFT\x02" => 28,
            _ => return Err(Fault::Corrupt("a reftable of a version git does not know")),
        };
        // A copy of the header, five positions, a checksum.
        let footer = bytes.len().checked_sub(header + 44).filter(|at| *at >= header).ok_or(CUT)?;
        if bytes[footer..footer + header] != bytes[..header] {
            return Err(Fault::Corrupt("a reftable whose ends contradict each other"));
        }
        let own = if header == 24 || &bytes[24..28] == b"sha1" { 20 } else { 32 };
        if own != width {
            return Err(Fault::Corrupt("a reftable for another object format"));
        }
        let position = |i: usize| be(&bytes[footer + header + 8 * i..footer + header + 8 * i + 8]) as usize;
        let (log, log_index) = (position(3), position(4));
        if [position(0), position(1) >> 5, log, log_index].iter().any(|at| *at > footer) {
            return Err(Fault::Corrupt("a reftable whose sections lie behind its end"));
        }
        Ok(Table {
            bytes,
            width,
            header,
            block_size: be(&bytes[5..8]) as usize,
            footer,
            // Without references the logs are the first block, which position 0 does not tell from "none".
            logs: Some(log).filter(|at| *at != 0 || bytes.get(header) == Some(&b'g')),
            logs_end: if log_index == 0 { footer } else { log_index },
        })
    }

    /// Adds the table's references to what older tables say; those that it deletes go. Stashes go by the time of their entry.
    pub fn apply(&self, refs: &mut BTreeMap<Vec<u8>, Value>, stashes: &mut BTreeMap<u64, Oid>) -> Result<(), Fault> {
        // As git does, by the blocks' own types: what the footer says of where sections end is not needed.
        let mut at = 0;
        while at < self.footer {
            // The first block holds the header too, and counts from there.
            let start = if at == 0 { self.header } else { at };
            match self.bytes.get(start) {
                Some(b'r') => {}
                // Another section begins, or the footer.
                Some(b'i' | b'o' | b'g') => break,
                _ if start == self.footer => break,
                _ => return Err(Fault::Corrupt("a reftable's block of an unknown type")),
            }
            let len = self.bytes.get(start + 1..start + 4).map(be).ok_or(CUT)? as usize;
            let block = self.bytes.get(at..at + len).filter(|block| block.len() > start - at + 4).ok_or(CUT)?;
            self.refs_in(&block[start - at + 4..], refs)?;
            at = self.next(at, len)?;
        }
        match self.logs {
            Some(logs) => self.read_logs(logs, stashes),
            None => Ok(()),
        }
    }

    /// Where the block after this one begins.
    fn next(&self, at: usize, len: usize) -> Result<usize, Fault> {
        let next = match self.block_size {
            0 => at + len,
            // Behind a block that fills less than that stands padding, or else the next block at once.
            size if len < size && self.bytes.get(at + len).is_some_and(|byte| *byte != 0) => at + len,
            size => at + len.max(1).div_ceil(size) * size,
        };
        if next > at { Ok(next) } else { Err(Fault::Corrupt("an empty block of a reftable")) }
    }

    fn refs_in(&self, block: &[u8], refs: &mut BTreeMap<Vec<u8>, Value>) -> Result<(), Fault> {
        let mut records = Records::new(block)?;
        while let Some((name, kind)) = records.next()? {
            records.varint()?; // When it was changed.
            let record = match kind {
                0 => None,
                1 => Some(Value::Direct(records.oid(self.width)?)),
                2 => {
                    let target = records.oid(self.width)?;
                    records.oid(self.width)?; // What the tag stands for.
                    Some(Value::Direct(target))
                }
                3 => Some(Value::Symbolic(records.text()?.to_owned())),
                _ => return Err(Fault::Corrupt("a reftable's record of an unknown kind")),
            };
            if refs.len() == MOST_REFS {
                return Err(Fault::TooMany { count: refs.len() + 1, what: "references", limit: MOST_REFS });
            }
            match record {
                Some(record) => refs.insert(name, record),
                None => refs.remove(&name),
            };
        }
        Ok(())
    }

    fn read_logs(&self, logs: usize, stashes: &mut BTreeMap<u64, Oid>) -> Result<(), Fault> {
        let mut at = logs;
        while at < self.logs_end {
            let start = if at == 0 { self.header } else { at };
            match self.bytes.get(start) {
                Some(b'g') => {}
                Some(b'i') => break,
                _ if start == self.footer => break,
                _ => return Err(Fault::Corrupt("a reftable's block of an unknown type")),
            }
            // Behind the type and the inflated length everything is compressed; the next block follows at once.
            let len = self.bytes.get(start + 1..start + 4).map(be).ok_or(CUT)?;
            let inflated = len.checked_sub((start - at) as u64 + 4).filter(|len| *len <= MOST_LOG).ok_or(CUT)?;
            let mut block = Vec::new();
            let mut decoder = ZlibDecoder::new(self.bytes.get(start + 4..self.logs_end).ok_or(CUT)?);
            decoder.by_ref().take(inflated).read_to_end(&mut block)?;
            // Reading on makes it see the end of its stream, which is where the next block begins.
            if block.len() as u64 != inflated || decoder.read(&mut [0])? != 0 {
                return Err(Fault::Inflate(inflated));
            }
            self.logs_in(&block, stashes)?;
            at = start + 4 + decoder.total_in() as usize;
        }
        Ok(())
    }

    fn logs_in(&self, block: &[u8], stashes: &mut BTreeMap<u64, Oid>) -> Result<(), Fault> {
        let mut records = Records::new(block)?;
        while let Some((key, kind)) = records.next()? {
            // The key is a name, a zero byte, and the number of the change, counted down.
            let number = key.len().checked_sub(9).ok_or(CUT)?;
            let number = (key[..number].to_vec(), u64::MAX - be(&key[number + 1..]));
            let mut new = None;
            if kind == 1 {
                records.oid(self.width)?; // What it was before.
                new = Some(records.oid(self.width)?);
                records.text()?; // Name.
                records.text()?; // Address.
                records.varint()?; // Seconds.
                records.take(2)?; // Zone.
                records.text()?; // Message.
            } else if kind != 0 {
                return Err(Fault::Corrupt("a reftable's record of an unknown kind"));
            }
            if number.0 == b"refs/stash" {
                match new {
                    Some(new) => drop(stashes.insert(number.1, new)),
                    None => drop(stashes.remove(&number.1)),
                }
            }
        }
        Ok(())
    }
}

const CUT: Fault = Fault::Truncated("a reftable");

/// The records of a block, one after the other.
struct Records<'b> {
    rest: &'b [u8],
    key: Vec<u8>,
}

impl<'b> Records<'b> {
    /// Of what follows a block's type and length: records, then where some of them begin (three bytes each) and how many those are.
    fn new(block: &'b [u8]) -> Result<Records<'b>, Fault> {
        let count = block.len().checked_sub(2).ok_or(CUT)?;
        let restarts = 3 * be(&block[count..]) as usize;
        let end = count.checked_sub(restarts).ok_or(CUT)?;
        Ok(Records { rest: &block[..end], key: Vec::new() })
    }

    /// The next record's key and kind; what follows is its value.
    fn next(&mut self) -> Result<Option<(Vec<u8>, u8)>, Fault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let prefix = usize::try_from(self.varint()?).map_err(|_| CUT)?;
        let suffix = self.varint()?;
        let new = self.take(usize::try_from(suffix >> 3).map_err(|_| CUT)?)?;
        if prefix > self.key.len() {
            return Err(Fault::Corrupt("a reftable's key that goes on with nothing"));
        }
        if prefix + new.len() > LONGEST_KEY {
            return Err(Fault::Corrupt("a reftable's key that is longer than any name"));
        }
        self.key.truncate(prefix);
        self.key.extend_from_slice(new);
        Ok(Some((self.key.clone(), (suffix & 7) as u8)))
    }

    fn take(&mut self, len: usize) -> Result<&'b [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(CUT)?;
        self.rest = rest;
        Ok(taken)
    }

    fn oid(&mut self, width: usize) -> Result<Oid, Fault> {
        Oid::from_bytes(self.take(width)?).ok_or(CUT)
    }

    fn text(&mut self) -> Result<&'b [u8], Fault> {
        let len = usize::try_from(self.varint()?).map_err(|_| CUT)?;
        self.take(len)
    }

    /// A number in groups of seven bits, the highest first, where every further group adds one.
    fn varint(&mut self) -> Result<u64, Fault> {
        let mut byte = self.take(1)?[0];
        let mut value = u64::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            let more = value.checked_add(1).filter(|value| value >> (64 - 7) == 0);
            value = more.ok_or(Fault::Corrupt("a reftable's number that does not fit in 64 bits"))? << 7;
            value |= u64::from(byte & 0x7f);
        }
        Ok(value)
    }
}

/// A big-endian number.
fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
