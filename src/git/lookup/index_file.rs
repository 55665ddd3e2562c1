//! A pack's index, asked for a few names without being read.

use crate::git::gap::Fault;
use crate::git::pack::file::read_exact_at;
use crate::git::pack::index::{FANOUT, Layout, MAGIC, layout};
use std::fs::File;
use std::path::Path;

/// A stretch of so few names is read at once; a longer one is halved first.
const NEAR: u32 = 64;

/// An open index, of which only the table of first bytes is held.
pub(super) struct IndexFile {
    file: File,
    layout: Layout,
    width: usize,
    /// By first byte: how many names begin with it or a lower one.
    fanout: Box<[u32; 256]>,
}

impl IndexFile {
    /// Opens the index at `path`; names are `width` bytes. Its counts must fit each other and the file's length.
    pub(super) fn open(path: &Path, width: usize) -> Result<IndexFile, Fault> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        let mut head = [0; 8 + FANOUT];
        let head_len = head.len().min(usize::try_from(len).unwrap_or(usize::MAX));
        read_exact_at(&file, &mut head[..head_len], 0)?;
        let versioned = head.starts_with(&MAGIC);
        if versioned && head[4..8] != [0, 0, 0, 2] {
            return Err(Fault::Corrupt("an index of a version git does not know"));
        }
        let table = if versioned { 8 } else { 0 };
        if head_len < table + FANOUT {
            return Err(Fault::Truncated("a pack index"));
        }
        let mut fanout = Box::new([0; 256]);
        for (total, bytes) in fanout.iter_mut().zip(head[table..].chunks_exact(4)) {
            *total = bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte));
        }
        if !fanout.is_sorted() {
            return Err(Fault::Corrupt("an index's fan-out table runs backwards"));
        }
        let len = usize::try_from(len).map_err(|_| Fault::TooLarge { size: len, limit: usize::MAX as u64 })?;
        let layout = layout(versioned, table + FANOUT, fanout[255] as usize, width, len)
            .ok_or(Fault::Corrupt("an index is not as long as its count says"))?;
        Ok(IndexFile { file, layout, width, fanout })
    }

    /// Where the object of this raw name begins in the pack, bytes, if the pack holds it. Not checked against the pack.
    pub(super) fn find(&self, name: &[u8]) -> Result<Option<u64>, Fault> {
        let Some(first) = name.first().filter(|_| name.len() == self.width) else { return Ok(None) };
        let mut low = if *first == 0 { 0 } else { self.fanout[usize::from(*first) - 1] };
        let mut high = self.fanout[usize::from(*first)];
        let mut one = [0; 32];
        while high - low > NEAR {
            let middle = low + (high - low) / 2;
            read_exact_at(&self.file, &mut one[..self.width], self.name_at(middle))?;
            if one[..self.width] <= *name { low = middle } else { high = middle }
        }
        if low == high {
            return Ok(None);
        }
        let stride = self.stride();
        let mut names = vec![0; (high - low - 1) as usize * stride + self.width];
        read_exact_at(&self.file, &mut names, self.name_at(low))?;
        match names.chunks(stride).position(|row| row[..self.width] == *name) {
            Some(at) => self.offset(low + at as u32).map(Some),
            None => Ok(None),
        }
    }

    fn stride(&self) -> usize {
        match self.layout {
            Layout::Rows { .. } => 4 + self.width,
            Layout::Columns { .. } => self.width,
        }
    }

    fn name_at(&self, position: u32) -> u64 {
        let start = match self.layout {
            Layout::Rows { start } => start + 4,
            Layout::Columns { names, .. } => names,
        };
        (start + position as usize * self.stride()) as u64
    }

    fn offset(&self, position: u32) -> Result<u64, Fault> {
        let (narrow, wide) = match self.layout {
            Layout::Rows { start } => (start + position as usize * (4 + self.width), None),
            Layout::Columns { offsets, wide, end, .. } => (offsets + 4 * position as usize, Some((wide, end))),
        };
        let mut bytes = [0; 4];
        read_exact_at(&self.file, &mut bytes, narrow as u64)?;
        let value = u32::from_be_bytes(bytes);
        let Some((wide, end)) = wide.filter(|_| value >> 31 != 0) else { return Ok(u64::from(value)) };
        let at = wide + 8 * (value & 0x7fff_ffff) as usize;
        if at + 8 > end {
            return Err(Fault::Corrupt("an index refers to an offset it does not hold"));
        }
        let mut bytes = [0; 8];
        read_exact_at(&self.file, &mut bytes, at as u64)?;
        Ok(u64::from_be_bytes(bytes))
    }
}
