//! From bytes to entries.

use super::cache_tree::CacheTree;
use super::entries::{FOLDER, Index, Slot};
use super::split;
use crate::git::gap::Fault;

/// `DIRC`, a version, a count.
const HEADER: usize = 12;
/// Before an entry's object name stand ten numbers.
const NUMBERS: usize = 40;
/// All paths together, bytes. Version 4 can say more of them than any work tree has, in little space.
const MOST_NAMES: usize = 256 << 20;

const CUT: Fault = Fault::Truncated("the index");

impl<'b> Index<'b> {
    /// Parses the bytes of an index file; names are `width` bytes, 20 or 32. The checksum at the end is not looked at.
    ///
    /// # Errors
    /// Fails when the bytes are no index, are cut short, or contradict themselves.
    pub fn parse(bytes: &'b [u8], width: usize) -> Result<Index<'b>, Fault> {
        parse(bytes, width)
    }
}

fn parse(bytes: &[u8], width: usize) -> Result<Index<'_>, Fault> {
    let content = bytes.len().checked_sub(width).and_then(|end| bytes.get(..end)).ok_or(CUT)?;
    let word = |at: usize| content.get(at..at + 4).map(be32).ok_or(CUT);
    if word(0)? != be32(b"DIRC") {
        return Err(Fault::Corrupt("this is no index"));
    }
    let version = word(4)?;
    if !matches!(version, 2..=4) {
        return Err(Fault::Corrupt("an index of a version git does not know"));
    }
    let count = word(8)? as usize;
    let smallest = NUMBERS + width + 3;
    if count > content.len() / smallest {
        return Err(Fault::Corrupt("the index is not as long as its count says"));
    }
    let mut entries = Entries {
        content,
        width,
        version,
        at: HEADER,
        slots: Vec::with_capacity(count),
        names: Vec::with_capacity(count.saturating_mul(48).min(content.len())),
    };
    let mut in_order = true;
    for _ in 0..count {
        in_order &= entries.next()?;
    }
    let Entries { at, slots, names, .. } = entries;
    let mut index = Index { slots, names, width, tree: None, link: None };
    extensions(&mut index, content, at)?;
    // The first entries of a split index have no paths of their own.
    if index.link.is_none() {
        Index::check(in_order && index.slots.first().is_none_or(|slot| slot.length > 0))?;
    }
    Ok(index)
}

/// Entries that are being read.
struct Entries<'b> {
    content: &'b [u8],
    width: usize,
    version: u32,
    at: usize,
    slots: Vec<Slot<'b>>,
    names: Vec<u8>,
}

impl Entries<'_> {
    /// Reads the next entry. Returns whether it comes after the one before.
    fn next(&mut self) -> Result<bool, Fault> {
        let flags_at = self.at + NUMBERS + self.width;
        let flags = self.content.get(flags_at..flags_at + 2).ok_or(CUT)?;
        let is_extended = flags[0] & 0x40 != 0;
        if is_extended && self.version < 3 {
            return Err(Fault::Corrupt("an index entry has flags that its version does not know"));
        }
        let name_at = flags_at + if is_extended { 4 } else { 2 };
        let fixed = self.content.get(self.at..name_at).ok_or(CUT)?;
        let name = self.names.len();
        if self.version == 4 {
            self.at = self.shortened_name(name_at)?;
        } else {
            let length = usize::from(flags[0] & 0x0f) << 8 | usize::from(flags[1]);
            self.at = self.plain_name(name_at, length)?;
        }
        if self.names.len() > MOST_NAMES {
            return Err(Fault::TooLarge { size: self.names.len() as u64, limit: MOST_NAMES as u64 });
        }
        let new = Slot { fixed, name: name as u32, length: (self.names.len() - name) as u32 };
        let in_order = self.slots.last().is_none_or(|last| {
            let stage = |slot: &Slot<'_>| slot.fixed[NUMBERS + self.width] & 0x30;
            let before = &self.names[last.name as usize..name];
            (before, stage(last)) < (&self.names[name..], stage(&new))
        });
        self.slots.push(new);
        Ok(in_order)
    }

    /// Takes a path that is padded to a multiple of eight bytes. Returns where the next entry begins.
    fn plain_name(&mut self, start: usize, length: usize) -> Result<usize, Fault> {
        let rest = self.content.get(start..).ok_or(CUT)?;
        let length = match length {
            0xfff => memchr::memchr(0, rest).ok_or(CUT)?,
            length => length,
        };
        let name = rest.get(..length).ok_or(CUT)?;
        if rest.get(length) != Some(&0) || memchr::memchr(0, name).is_some() {
            return Err(Fault::Corrupt("a path in the index does not end where it says"));
        }
        self.names.extend_from_slice(name);
        let entry = start - self.at + length;
        Ok(self.at + (entry + 8) / 8 * 8)
    }

    /// Takes a path that is written as a change to the one before. Returns where the next entry begins.
    fn shortened_name(&mut self, start: usize) -> Result<usize, Fault> {
        const WRONG: Fault = Fault::Corrupt("a path in the index is made from a part that is not there");
        let mut at = start;
        let mut take = || {
            let byte = self.content.get(at).copied();
            at += 1;
            byte.ok_or(CUT)
        };
        // As the distance of an offset delta: every further group of seven bits adds one.
        let mut byte = take()?;
        let mut removed = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = take()?;
            removed = removed.checked_add(1).filter(|n| n >> 24 == 0).ok_or(WRONG)? << 7 | usize::from(byte & 0x7f);
        }
        let rest = &self.content[at..];
        let length = memchr::memchr(0, rest).ok_or(CUT)?;
        let (before, before_length) =
            self.slots.last().map_or((0, 0), |last| (last.name as usize, last.length as usize));
        let kept = before_length.checked_sub(removed).ok_or(WRONG)?;
        if self.names.len() + kept > MOST_NAMES {
            return Err(Fault::TooLarge { size: (self.names.len() + kept) as u64, limit: MOST_NAMES as u64 });
        }
        self.names.extend_from_within(before..before + kept);
        self.names.extend_from_slice(&rest[..length]);
        Ok(at + length + 1)
    }
}

/// Reads what follows the entries.
fn extensions<'b>(index: &mut Index<'b>, content: &'b [u8], mut at: usize) -> Result<(), Fault> {
    let mut knows_folders = false;
    while at < content.len() {
        let head: &[u8; 8] = content[at..].first_chunk().ok_or(CUT)?;
        let (name, size) = (&head[..4], be32(&head[4..]) as usize);
        let data = content[at + 8..].get(..size).ok_or(CUT)?;
        match name {
            // Git does without one that makes no sense, too.
            b"TREE" => index.tree = CacheTree::parse(data, index.width),
            b"link" => index.link = split::link(data, index.width)?,
            b"sdir" => knows_folders = true,
            // Programs that do not know an extension whose name begins with a lower-case letter must reject the index.
            [b'A'..=b'Z', ..] => {}
            _ => return Err(Fault::Corrupt("the index has an extension that is not known, and that must be")),
        }
        at += 8 + size;
    }
    let is_folder = |slot: &Slot<'_>| be32(&slot.fixed[24..28]) == FOLDER;
    if !knows_folders && index.slots.iter().any(is_folder) {
        return Err(Fault::Corrupt("the index holds folders and does not say so"));
    }
    Ok(())
}

fn be32(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte))
}
