//! Pack indexes: which objects a pack holds, and where each begins.
//!
//! Both versions of the format (<https://git-scm.com/docs/gitformat-pack>, read 2026-11-23) are read, with names of 20
//! or 32 bytes. A multi-pack index only repeats what the packs' own indexes say, so it is not read at all.

use crate::git::gap::Fault;
use crate::git::oid::Oid;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

pub(crate) const MAGIC: [u8; 4] = [0xff, b't', b'O', b'c'];
pub(crate) const FANOUT: usize = 256 * 4;
/// An index is read in steps of so many bytes.
const STEP: usize = 4 << 20;
const DISORDER: Fault = Fault::Corrupt("an index's names are not in order");

/// The index of one pack. Objects are numbered by their place in it, which is the order of their names.
pub struct PackIndex {
    data: Vec<u8>,
    count: u32,
    width: usize,
    layout: Layout,
    /// First object of each bucket, with one more at the end; a bucket is the objects that share the top
    /// `32 - shift` bits of their names. About one object a bucket, so a look-up touches one place.
    buckets: Vec<u32>,
    shift: u32,
}

/// Where the columns are in the file.
#[derive(Clone, Copy)]
pub(crate) enum Layout {
    /// Version 1: a four-byte offset and the name, side by side, from this place on.
    Rows { start: usize },
    /// Version 2: names, checksums, offsets, and the offsets over 31 bits, each in a column of its own.
    Columns { names: usize, offsets: usize, wide: usize, end: usize },
}

impl Layout {
    /// The raw name of object `i`, which the bytes read so far must hold.
    fn name(self, data: &[u8], i: u32, width: usize) -> &[u8] {
        let start = match self {
            Layout::Rows { start } => start + i as usize * (4 + width) + 4,
            Layout::Columns { names, .. } => names + i as usize * width,
        };
        &data[start..start + width]
    }

    /// How many names the bytes read so far hold, of `count` in all.
    fn names_in(self, data: &[u8], count: u32, width: usize) -> u32 {
        let (start, stride) = match self {
            Layout::Rows { start } => (start, 4 + width),
            Layout::Columns { names, .. } => (names, width),
        };
        u32::try_from(data.len().saturating_sub(start) / stride).unwrap_or(u32::MAX).min(count)
    }
}

impl PackIndex {
    /// Reads the index in the file at `path`, of a pack that says that it holds `objects` objects; names are `width` bytes.
    ///
    /// A file may seem longer than what is stored of it, so it is read in steps and left at the first name that is out of order.
    pub fn open(path: &Path, width: usize, objects: u32) -> Result<PackIndex, Fault> {
        let mut file = std::fs::File::open(path)?;
        let len = file.metadata()?.len();
        let size = usize::try_from(len).map_err(|_| Fault::TooLarge { size: len, limit: usize::MAX as u64 })?;
        let mut data = Vec::new();
        // Memory that is not written to takes no room.
        data.try_reserve_exact(size).map_err(|_| Fault::TooLarge { size: len, limit: usize::MAX as u64 })?;
        let head = (8 + FANOUT).min(size);
        read_more(&mut file, &mut data, head)?;
        let (count, layout) = parse_head(&data, width, size)?;
        if count != objects {
            return Err(Fault::Corrupt("the pack and its index disagree on the number of objects"));
        }
        let mut checked = 0;
        while data.len() < size {
            let more = STEP.min(size - data.len());
            read_more(&mut file, &mut data, more)?;
            let known = layout.names_in(&data, count, width);
            if (checked.max(1)..known).any(|i| layout.name(&data, i - 1, width) >= layout.name(&data, i, width)) {
                return Err(DISORDER);
            }
            checked = known;
        }
        PackIndex::parse(data, width)
    }

    /// Takes the bytes of an index file. The names must stand in order, and the file be as long as its counts say.
    pub fn parse(data: Vec<u8>, width: usize) -> Result<PackIndex, Fault> {
        let (count, layout) = parse_head(&data, width, data.len())?;
        let fanout = if matches!(layout, Layout::Rows { .. }) { 0 } else { 8 };
        let mut index = PackIndex { data, count, width, layout, buckets: Vec::new(), shift: 0 };
        index.check_fanout(fanout)?;
        index.build_buckets()?;
        Ok(index)
    }

    /// How many objects the pack holds.
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Length of a name, bytes.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether the pack holds nothing.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The raw name of object `i`, which must be under [`len`](Self::len).
    pub fn name(&self, i: u32) -> &[u8] {
        self.layout.name(&self.data, i, self.width)
    }

    /// Where object `i`, which must be under [`len`](Self::len), begins in the pack, bytes. Not checked against the pack.
    pub fn offset(&self, i: u32) -> Result<u64, Fault> {
        let cut = Fault::Corrupt("an index refers to an offset it does not hold");
        match self.layout {
            Layout::Rows { start } => be32(&self.data, start + i as usize * (4 + self.width)).map(u64::from).ok_or(cut),
            Layout::Columns { offsets, wide, end, .. } => {
                let narrow = be32(&self.data, offsets + 4 * i as usize).ok_or(Fault::Truncated("a pack index"))?;
                if narrow >> 31 == 0 {
                    return Ok(u64::from(narrow));
                }
                let at = wide + 8 * (narrow & 0x7fff_ffff) as usize;
                let bytes = self.data[..end].get(at..at + 8).and_then(|bytes| bytes.first_chunk());
                bytes.map(|bytes| u64::from_be_bytes(*bytes)).ok_or(cut)
            }
        }
    }

    /// The object of this name, if the pack holds it.
    pub fn find(&self, oid: &Oid) -> Option<u32> {
        self.find_raw(oid.as_bytes())
    }

    /// The object of this raw name, if the pack holds it.
    pub fn find_raw(&self, name: &[u8]) -> Option<u32> {
        if name.len() != self.width {
            return None;
        }
        let mut range = self.bucket(self.bucket_of(name));
        while !range.is_empty() {
            let middle = range.start + (range.end - range.start) / 2;
            match order(self.name(middle), name) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => range.start = middle + 1,
                std::cmp::Ordering::Greater => range.end = middle,
            }
        }
        None
    }

    /// The objects whose names begin with this prefix, given as hexadecimal digits of either case.
    pub fn find_prefix(&self, hex: &str) -> Range<u32> {
        let digits: Vec<u8> = hex.bytes().map(|digit| digit.to_ascii_lowercase()).collect();
        let below = |i: u32, after: bool| {
            let name = self.name(i);
            let head = digits.iter().enumerate().map(|(n, digit)| {
                let nibble = name.get(n / 2).map_or(0, |byte| byte >> (4 * (1 - n % 2)) & 0xf);
                b"0123456789abcdef"[usize::from(nibble)].cmp(digit)
            });
            match head.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Equal => after,
                std::cmp::Ordering::Greater => false,
            }
        };
        partition(self.count, |i| below(i, false))..partition(self.count, |i| below(i, true))
    }

    /// The 256 running totals by first byte that the file holds must be what the names say.
    fn check_fanout(&self, fanout: usize) -> Result<(), Fault> {
        const WRONG: Fault = Fault::Corrupt("an index's fan-out table contradicts its names");
        let mut before = 0;
        for byte in 0..=255u8 {
            let total = be32(&self.data, fanout + 4 * usize::from(byte)).ok_or(Fault::Truncated("a pack index"))?;
            if total < before || total > self.count {
                return Err(WRONG);
            }
            if total > before && (self.name(before)[0] != byte || self.name(total - 1)[0] != byte) {
                return Err(WRONG);
            }
            before = total;
        }
        Ok(())
    }

    fn build_buckets(&mut self) -> Result<(), Fault> {
        let bits = (u32::BITS - self.count.leading_zeros()).clamp(8, 24);
        self.shift = 32 - bits;
        let mut buckets = Vec::with_capacity((1 << bits) + 1);
        for i in 0..self.count {
            if i > 0 && self.name(i - 1) >= self.name(i) {
                return Err(DISORDER);
            }
            let bucket = self.bucket_of(self.name(i));
            while buckets.len() <= bucket {
                buckets.push(i);
            }
        }
        buckets.resize((1 << bits) + 1, self.count);
        self.buckets = buckets;
        Ok(())
    }

    fn bucket_of(&self, name: &[u8]) -> usize {
        (be32(name, 0).unwrap_or(0) >> self.shift) as usize
    }

    fn bucket(&self, bucket: usize) -> Range<u32> {
        self.buckets[bucket]..self.buckets[bucket + 1]
    }
}

/// The order of two names of the same length. Mostly their first bytes tell, which are compared at once.
fn order(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    match (a.split_first_chunk(), b.split_first_chunk()) {
        (Some((first, a)), Some((second, b))) => {
            u64::from_be_bytes(*first).cmp(&u64::from_be_bytes(*second)).then_with(|| a.cmp(b))
        }
        _ => a.cmp(b),
    }
}

/// Appends so many bytes of a file.
fn read_more(file: &mut std::fs::File, data: &mut Vec<u8>, count: usize) -> Result<(), Fault> {
    let read = file.take(count as u64).read_to_end(data)?;
    if read == count { Ok(()) } else { Err(Fault::Truncated("a pack index")) }
}

/// What the first bytes of an index of `len` bytes say: how many objects there are, and what is where.
fn parse_head(head: &[u8], width: usize, len: usize) -> Result<(u32, Layout), Fault> {
    let versioned = head.starts_with(&MAGIC);
    if versioned && be32(head, 4) != Some(2) {
        return Err(Fault::Corrupt("an index of a version git does not know"));
    }
    let fanout = if versioned { 8 } else { 0 };
    let count = be32(head, fanout + FANOUT - 4).ok_or(Fault::Truncated("a pack index"))?;
    let layout = layout(versioned, fanout + FANOUT, count as usize, width, len)
        .ok_or(Fault::Corrupt("an index is not as long as its count says"))?;
    Ok((count, layout))
}

/// The layout of an index with these counts, when the file's length fits it.
pub(crate) fn layout(versioned: bool, table: usize, count: usize, width: usize, len: usize) -> Option<Layout> {
    let end = len.checked_sub(2 * width)?;
    if !versioned {
        return (table.checked_add(count.checked_mul(4 + width)?)? == end).then_some(Layout::Rows { start: table });
    }
    let offsets = table.checked_add(count.checked_mul(width + 4)?)?;
    let wide = offsets.checked_add(count.checked_mul(4)?)?;
    let fits = wide <= end && (end - wide) % 8 == 0 && (end - wide) / 8 <= count;
    fits.then_some(Layout::Columns { names: table, offsets, wide, end })
}

/// The first index under `count` for which `below` is false, which it stays from there on.
fn partition(count: u32, below: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if below(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The big-endian number at this place.
fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|bytes| u32::from_be_bytes(*bytes))
}
