//! Finds and reads single objects without opening everything, for callers that need a few of very many.
//!
//! A [`Store`](super::store::Store) reads all indexes and every header of every pack before the first object, which pays when most objects
//! will be read. A hook needs a dozen, and must not be noticed: here a pack's index is asked for one name at a time, and only the chain of
//! deltas that leads to the object is followed. A test holds the two to the same answers.

mod descend;
mod index_file;
mod object;
mod object_cache;
mod packs;

use super::exactly::Exactly;
use super::gap::{Fault, Gap};
use super::loose::LooseObject;
use super::oid::{Kind, Oid};
use super::pack::buffer::Buffer;
use super::pack::delta::{self, Copied, Delta};
use super::pack::entry::{Entry, Stored};
use super::pack::inflate::Inflater;
use super::store::Limits;
use flate2::read::ZlibDecoder;
pub use object::Object;
use object_cache::ObjectCache;
use packs::Packs;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

/// No chain of deltas is followed further. Git makes none over 4,095 (`pack.depth`); a ring has no end.
const LONGEST_CHAIN: usize = 10_000;
/// How often a delta's base may be in another pack. Git writes no such delta to disk, so more than a few is a ring.
const MOST_HOPS: usize = 8;
/// Up to so many inflated bytes, an entry is read and inflated at once.
const AT_ONCE: u64 = 1 << 20;

/// Finds and reads objects one by one. One a thread.
pub struct Lookup {
    object_dirs: Vec<PathBuf>,
    packs: Packs,
    width: usize,
    limits: Limits,
    inflater: Inflater,
    compressed: Vec<u8>,
    instructions: Buffer,
    copied: Vec<Copied>,
    /// Objects that others may be made from.
    object_cache: ObjectCache,
    gaps: Vec<Gap>,
}

/// The content of an object.
pub enum Content<'l> {
    /// In memory.
    Whole(Object),
    /// Too large for that: to be read in order. Reading errs when the stored data is damaged or not of the declared size.
    Stream {
        /// What it is.
        kind: Kind,
        /// Its size, bytes.
        size: u64,
        /// Its bytes.
        bytes: Box<dyn Read + 'l>,
    },
}

/// Where an object is.
enum ObjectLocation {
    Loose(LooseObject),
    Packed(usize, u64),
}

impl Lookup {
    /// Looks in these object directories, where names have `width` bytes. Opens nothing yet.
    pub fn new(object_dirs: &[PathBuf], width: usize, limits: Limits) -> Lookup {
        Lookup {
            packs: Packs::new(object_dirs, width),
            object_dirs: object_dirs.to_owned(),
            width,
            limits,
            inflater: Inflater::new(),
            compressed: Vec::new(),
            instructions: Buffer::default(),
            copied: Vec::new(),
            object_cache: ObjectCache::default(),
            gaps: Vec::new(),
        }
    }

    /// Length of a name, bytes.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Packs that could not be read, since this was asked last.
    pub fn take_gaps(&mut self) -> Vec<Gap> {
        std::mem::take(&mut self.gaps)
    }

    /// Whether the object is stored.
    pub fn contains(&mut self, oid: &Oid) -> bool {
        matches!(self.find(oid), Ok(Some(_)))
    }

    /// The object; `None` when it is not stored.
    pub fn read(&mut self, oid: &Oid) -> Result<Option<Object>, Fault> {
        match self.read_once(oid) {
            // A `git gc` may have put it elsewhere since its place was found.
            Err(_) if self.packs.list() => self.read_once(oid),
            read => read,
        }
    }

    fn read_once(&mut self, oid: &Oid) -> Result<Option<Object>, Fault> {
        match self.find(oid)? {
            Some(ObjectLocation::Loose(loose)) => self.read_loose(&loose).map(Some),
            Some(ObjectLocation::Packed(pack, offset)) => self.unpack(pack, offset, 0).map(Some),
            None => Ok(None),
        }
    }

    /// The object, in memory unless it is large; `None` when it is not stored.
    pub fn open(&mut self, oid: &Oid) -> Result<Option<Content<'_>>, Fault> {
        let (pack, offset) = match self.find(oid)? {
            None => return Ok(None),
            Some(ObjectLocation::Loose(loose)) if loose.size > self.limits.stream => {
                let bytes = Box::new(Exactly::new(loose.stream()?, loose.size));
                return Ok(Some(Content::Stream { kind: loose.kind, size: loose.size, bytes }));
            }
            Some(ObjectLocation::Loose(loose)) => {
                return self.read_loose(&loose).map(|object| Some(Content::Whole(object)));
            }
            Some(ObjectLocation::Packed(pack, offset)) => (pack, offset),
        };
        let entry = self.entry(pack, offset)?;
        if let Stored::Whole(kind) = entry.stored
            && entry.size > self.limits.stream
        {
            let file = self.packs.file(pack, &mut self.gaps).ok_or(Fault::Corrupt("its pack cannot be read"))?;
            let stored = file.reader(offset + entry.header as u64);
            let bytes = Box::new(Exactly::new(ZlibDecoder::new(stored), entry.size));
            return Ok(Some(Content::Stream { kind, size: entry.size, bytes }));
        }
        self.unpack(pack, offset, 0).map(|object| Some(Content::Whole(object)))
    }

    /// Finds an object. A loose one comes first: what is looked for is often new.
    fn find(&mut self, oid: &Oid) -> Result<Option<ObjectLocation>, Fault> {
        let mut name = String::with_capacity(65);
        for (at, byte) in oid.as_bytes().iter().enumerate() {
            let _ = write!(name, "{byte:02x}{}", if at == 0 { "/" } else { "" });
        }
        let mut fault = None;
        for folder in &self.object_dirs {
            let path = folder.join(&name);
            match fs::symlink_metadata(&path) {
                // A link could lead anywhere, and a pipe would be waited on for ever.
                Ok(data) if !data.is_file() => fault = Some(Fault::Corrupt("not a regular file")),
                Ok(_) => match LooseObject::open(path, *oid) {
                    Ok(loose) => return Ok(Some(ObjectLocation::Loose(loose))),
                    Err(broken) => fault = Some(broken),
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => fault = Some(error.into()),
            }
        }
        let mut packed = self.packs.find(oid.as_bytes(), &mut self.gaps);
        if packed.is_none() && self.packs.list() {
            packed = self.packs.find(oid.as_bytes(), &mut self.gaps);
        }
        match (packed, fault) {
            (Some((pack, offset)), _) => Ok(Some(ObjectLocation::Packed(pack, offset))),
            (None, Some(fault)) => Err(fault),
            (None, None) => Ok(None),
        }
    }

    fn read_loose(&mut self, loose: &LooseObject) -> Result<Object, Fault> {
        let mut bytes = Buffer::default();
        loose.read(&mut self.inflater, self.limits.whole, &mut bytes)?;
        Ok(Object { kind: loose.kind, bytes: Arc::new(bytes) })
    }

    /// Reads the object whose entry begins at `offset`; `hops` is how many deltas across packs led here.
    fn unpack(&mut self, pack: usize, offset: u64, hops: usize) -> Result<Object, Fault> {
        let mut chain: Vec<(u64, Entry)> = Vec::new();
        let mut at = offset;
        let mut object = loop {
            if let Some(known) = self.object_cache.get(pack, at) {
                break known;
            }
            let entry = self.entry(pack, at)?;
            match &entry.stored {
                Stored::Whole(kind) => {
                    let kind = *kind;
                    let bytes = self.inflate(pack, at, &entry)?;
                    let whole = Object { kind, bytes: Arc::new(bytes) };
                    self.object_cache.add(pack, at, &whole);
                    break whole;
                }
                Stored::OffsetDelta { distance } => {
                    let base = at.checked_sub(*distance).filter(|_| *distance > 0);
                    let base = base.ok_or(Fault::Corrupt("a delta's base is not where another object begins"))?;
                    chain.push((at, entry));
                    at = base;
                }
                Stored::RefDelta { base } => {
                    let base = *base;
                    chain.push((at, entry));
                    match self.packs.find_in(pack, base.as_bytes(), &mut self.gaps) {
                        Some(offset) => at = offset,
                        None => break self.base(&base, hops)?,
                    }
                }
            }
            if chain.len() > LONGEST_CHAIN {
                return Err(Fault::Corrupt("a chain of deltas without an end"));
            }
        };
        while let Some((at, entry)) = chain.pop() {
            self.instructions = self.inflate(pack, at, &entry)?;
            let mut bytes = Buffer::default();
            let delta = Delta::parse(&self.instructions)?;
            delta::apply(&delta, &object, self.limits.whole, &mut bytes, &mut self.copied)?;
            object = Object { kind: object.kind, bytes: Arc::new(bytes) };
            self.object_cache.add(pack, at, &object);
        }
        Ok(object)
    }

    /// Reads a delta's base that is not in the same pack.
    fn base(&mut self, oid: &Oid, hops: usize) -> Result<Object, Fault> {
        match self.find(oid)? {
            _ if hops >= MOST_HOPS => Err(Fault::Corrupt("a chain of deltas without an end")),
            Some(ObjectLocation::Loose(loose)) => self.read_loose(&loose),
            Some(ObjectLocation::Packed(pack, offset)) => self.unpack(pack, offset, hops + 1),
            None => Err(Fault::MissingBase(*oid)),
        }
    }

    fn entry(&mut self, pack: usize, offset: u64) -> Result<Entry, Fault> {
        let file = self.packs.file(pack, &mut self.gaps).ok_or(Fault::Corrupt("its pack cannot be read"))?;
        if !(file.start()..file.end()).contains(&offset) {
            return Err(Fault::Corrupt("an index points outside its pack"));
        }
        file.read_header(offset)
    }

    /// Inflates what follows an entry's header. Where it ends nothing says, short of reading the whole index.
    fn inflate(&mut self, pack: usize, offset: u64, entry: &Entry) -> Result<Buffer, Fault> {
        if entry.size > self.limits.whole {
            return Err(Fault::TooLarge { size: entry.size, limit: self.limits.whole });
        }
        let file = self.packs.file(pack, &mut self.gaps).ok_or(Fault::Corrupt("its pack cannot be read"))?;
        let start = offset + entry.header as u64;
        if entry.size <= AT_ONCE {
            // What zlib needs at most: stored blocks with their headers, and its own frame.
            let most = entry.size + entry.size / 1024 + 64;
            let stored = file.read(start, file.end().min(start + most), &mut self.compressed)?;
            let mut bytes = Buffer::default();
            if self.inflater.inflate(stored, entry.size, &mut bytes).is_ok() {
                return Ok(bytes);
            }
        }
        // Large, or written by something that wastes space. Nothing is reserved for a size that may be a lie.
        let mut bytes = Vec::new();
        let mut stored = Exactly::new(ZlibDecoder::new(file.reader(start)), entry.size);
        stored.read_to_end(&mut bytes).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                Fault::Inflate(entry.size)
            }
            _ => Fault::Io(error),
        })?;
        Ok(Buffer::from(bytes))
    }
}
