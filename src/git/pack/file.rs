//! Reading a pack file at given places.
//!
//! The file is read, not mapped: a mapped page counts as ours for as long as the walk lives, and a pack that shrinks under
//! us would end the process instead of an object. A repository may have more packs than a process may have open files, so beyond some the
//! file is opened anew for each stretch.

use super::entry::{self, Entry, LONGEST_HEADER};
use crate::git::gap::Fault;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Length of the header: `PACK`, a version, a count.
const HEADER: u64 = 12;
/// How many packs were opened.
static OPENED: AtomicU64 = AtomicU64::new(0);
/// So many packs are kept open; macOS lets a process have 256 files, unless it asks for more.
const MOST_OPEN: usize = 96;
/// How many are open.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// An open pack.
pub(crate) struct PackFile {
    /// No other pack that this process opens has it.
    id: u64,
    path: PathBuf,
    /// The open file, unless there are too many.
    file: Option<File>,
    /// End of the last entry: the file's length without the checksum.
    end: u64,
    width: usize,
}

impl PackFile {
    /// Opens the pack at `path` and returns it with the number of objects it declares.
    pub(crate) fn open(path: &Path, width: usize) -> Result<(PackFile, u32), Fault> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        let mut header = [0; HEADER as usize];
        let cut = || Fault::Truncated("a pack");
        let end = len.checked_sub(width as u64).filter(|end| *end >= HEADER).ok_or_else(cut)?;
        read_exact_at(&file, &mut header, 0)?;
        let word = |i: usize| u32::from_be_bytes([header[i], header[i + 1], header[i + 2], header[i + 3]]);
        if !header.starts_with(b"PACK") || !matches!(word(4), 2 | 3) {
            return Err(Fault::Corrupt("not a pack of a version git knows"));
        }
        let id = OPENED.fetch_add(1, Ordering::Relaxed);
        let stays_open = OPEN.fetch_add(1, Ordering::Relaxed) < MOST_OPEN;
        if !stays_open {
            OPEN.fetch_sub(1, Ordering::Relaxed);
        }
        let file = stays_open.then_some(file);
        Ok((PackFile { id, path: path.to_owned(), file, end, width }, word(8)))
    }

    fn file(&self) -> io::Result<Handle<'_>> {
        match &self.file {
            Some(file) => Ok(Handle::Kept(file)),
            None => File::open(&self.path).map(Handle::Own),
        }
    }

    /// What tells it from every other pack, also from one that stands later where it stood in memory.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// The end of the last entry, bytes.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// The first place an entry can begin, bytes.
    pub(crate) fn start(&self) -> u64 {
        HEADER
    }

    /// Parses the header at `start`.
    pub(crate) fn read_header(&self, start: u64) -> Result<Entry, Fault> {
        let mut bytes = [0; LONGEST_HEADER];
        let len = self.end.saturating_sub(start).min(LONGEST_HEADER as u64) as usize;
        read_exact_at(&*self.file()?, &mut bytes[..len], start)?;
        entry::parse(&bytes[..len], self.width)
    }

    /// Reads `[start, end)`, which must lie in the pack, into `into`, which keeps its memory for the next time.
    pub(crate) fn read<'b>(&self, start: u64, end: u64, into: &'b mut Vec<u8>) -> Result<&'b [u8], Fault> {
        if start > end || end > self.end {
            return Err(Fault::Truncated("a pack"));
        }
        let len = usize::try_from(end - start).map_err(|_| Fault::TooLarge { size: end - start, limit: 1 << 31 })?;
        if into.len() < len {
            into.resize(len, 0);
        }
        read_exact_at(&*self.file()?, &mut into[..len], start)?;
        Ok(&into[..len])
    }

    /// A reader from `start` to the end of the pack: a compressed stream ends by itself, wherever an index has the next one begin.
    pub(crate) fn reader(&self, start: u64) -> PackReader<'_> {
        PackReader { pack: self, file: None, at: start, end: self.end }
    }
}

impl Drop for PackFile {
    fn drop(&mut self) {
        if self.file.is_some() {
            OPEN.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// An open file.
enum Handle<'f> {
    Kept(&'f File),
    Own(File),
}

impl Deref for Handle<'_> {
    type Target = File;

    fn deref(&self) -> &File {
        match self {
            Handle::Kept(file) => file,
            Handle::Own(file) => file,
        }
    }
}

/// Reads a stretch of a pack in order.
pub(crate) struct PackReader<'f> {
    pack: &'f PackFile,
    /// Opened at the first byte.
    file: Option<Handle<'f>>,
    at: u64,
    end: u64,
}

impl Read for PackReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = into.len().min(usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX));
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(self.pack.file()?),
        };
        let read = read_at(file, &mut into[..len], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, at)
}

#[cfg(windows)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, at)
}

/// Fills `into` from `at` on, without a shared position, so that threads can share the file.
pub(crate) fn read_exact_at(file: &File, mut into: &mut [u8], mut at: u64) -> Result<(), Fault> {
    while !into.is_empty() {
        match read_at(file, into, at) {
            Ok(0) => return Err(Fault::Truncated("a pack")),
            Ok(read) => {
                into = &mut into[read..];
                at += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
