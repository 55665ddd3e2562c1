//! All objects of a repository under one numbering.

use super::gap::{Fault, Gap, GapKind};
use super::lane::{Lane, LanePermit};
use super::loose::{self, LooseObject};
use super::oid::{Kind, Oid};
use super::pack::Pack;
use super::pack::buffer::Buffer;
use super::pack::entry::Stored;
use super::pack::inflate::Inflater;
use super::pack::unpack::Unpacker;
use flate2::read::ZlibDecoder;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How often one read may go on to another pack or a loose file for a delta's base. Git itself never writes such a delta
/// to disk, so more than a few is a ring.
const MOST_HOPS: usize = 8;

/// Objects beyond so many, and again so many loose ones, are not read: numbers have 30 bits, for other places keep two bits
/// of their own beside them.
const MOST_OBJECTS: u32 = 1 << 29;

/// An object's number in a [`Store`]. An object that is stored several times has one number: that of its first copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(crate) u32);

impl ObjectId {
    /// The number, for indexing; under [`Store::len`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How much memory reading may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest object that is ever held whole, bytes. Git does not write deltas of larger ones by default
    /// (`core.bigFileThreshold`, 512 MiB).
    pub whole: u64,
    /// Blobs over this that no other is made from are streamed, bytes.
    pub stream: u64,
    /// What one thread may hold of a chain's versions, bytes, before it drops some and makes them anew when needed.
    pub held: usize,
    /// What all threads together may take, bytes, as long as no single object needs more.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::of_memory(256 << 20)
    }
}

impl Limits {
    /// The limits under which all threads together take about so many bytes.
    pub fn of_memory(memory: u64) -> Limits {
        let threads = rayon::current_num_threads() as u64;
        let held = (memory / (2 * threads)).clamp(1 << 20, 64 << 20);
        Limits { whole: 512 << 20, stream: 8 << 20, held: held as usize, memory }
    }

    /// Objects over this, bytes, are made by one thread at a time: a thread has up to three at once, a base, a version and the changes.
    fn large(&self) -> u64 {
        (self.memory / (8 * rayon::current_num_threads() as u64)).clamp(1 << 20, 32 << 20)
    }
}

/// The objects of one repository, its alternates included.
pub struct Store {
    pub(crate) packs: Vec<Pack>,
    /// The number of the first object of each pack, and of the first loose one.
    pub(crate) first: Vec<u32>,
    /// In the order of their names.
    pub(crate) loose: Vec<LooseObject>,
    pub(crate) limits: Limits,
    pub(crate) lane: Lane,
    width: usize,
    /// Loose objects that cannot be read, in the order of their names.
    broken: Vec<Oid>,
    gaps: Vec<Gap>,
}

/// Where an object is.
pub(crate) enum ObjectLocation<'s> {
    Packed(&'s Pack, u32),
    Loose(&'s LooseObject),
}

impl Store {
    /// Opens the packs and lists the loose objects of these object directories; names are `width` bytes.
    ///
    /// Never fails: what cannot be opened is in [`gaps`](Self::gaps).
    pub fn open(directories: &[PathBuf], width: usize, limits: Limits) -> Store {
        let (packs, loose, broken, gaps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let lane = Lane::new(limits.large());
        let mut store = Store { packs, first: vec![0], loose, limits, lane, width, broken, gaps };
        for directory in directories {
            store.open_packs(&directory.join("pack"));
            let listed = loose::list(directory, width);
            store.loose.extend(listed.objects);
            store.broken.extend(listed.broken);
            store.gaps.extend(listed.gaps);
        }
        store.broken.sort_unstable();
        store.loose.sort_unstable_by_key(|object| object.oid);
        store.loose.dedup_by_key(|object| object.oid);
        store.loose.truncate(MOST_OBJECTS as usize);
        store.adopt_strays();
        store
    }

    /// What could not be opened.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Whether an object is not stored at all: neither readable nor (which a gap tells) broken.
    pub fn is_missing(&self, oid: &Oid) -> bool {
        self.broken.binary_search(oid).is_err() && self.find(oid).is_none()
    }

    /// One more than the highest number. Objects stored several times make it more than the number of objects.
    pub fn len(&self) -> usize {
        self.loose_start() as usize + self.loose.len()
    }

    /// Whether there is no object at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Length of a name, bytes.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The object of this name.
    pub fn find(&self, oid: &Oid) -> Option<ObjectId> {
        self.find_raw(oid.as_bytes())
    }

    /// The object of this raw name.
    pub fn find_raw(&self, name: &[u8]) -> Option<ObjectId> {
        for (pack, first) in self.packs.iter().zip(&self.first) {
            if let Some(position) = pack.index.find_raw(name) {
                return Some(ObjectId(first + position));
            }
        }
        let found = self.loose.binary_search_by(|object| object.oid.as_bytes().cmp(name)).ok()?;
        Some(ObjectId(self.loose_start() + found as u32))
    }

    /// The objects whose names begin with these hexadecimal digits.
    pub fn find_prefix(&self, hex: &str) -> Vec<ObjectId> {
        let mut oids: Vec<Oid> = Vec::new();
        for pack in &self.packs {
            oids.extend(pack.index.find_prefix(hex).filter_map(|position| pack.oid(position)));
        }
        let hex = hex.to_ascii_lowercase();
        oids.extend(self.loose.iter().map(|object| object.oid).filter(|oid| oid.to_string().starts_with(&hex)));
        oids.sort_unstable();
        oids.dedup();
        oids.iter().filter_map(|oid| self.find(oid)).collect()
    }

    /// The name of an object; `None` for a number that is not of this store.
    pub fn oid(&self, id: ObjectId) -> Option<Oid> {
        match self.place(id)? {
            ObjectLocation::Packed(pack, position) => pack.oid(position),
            ObjectLocation::Loose(object) => Some(object.oid),
        }
    }

    /// The kind of an object; `None` when it cannot be read.
    pub fn kind(&self, id: ObjectId) -> Option<Kind> {
        match self.place(id)? {
            ObjectLocation::Packed(pack, position) => pack.forest.kind(rank(pack, position)?),
            ObjectLocation::Loose(object) => Some(object.kind),
        }
    }

    /// A reader of single objects.
    pub fn reader(&self) -> ObjectReader<'_> {
        ObjectReader {
            store: self,
            unpacker: Unpacker::new(),
            inflater: Inflater::new(),
            object: Buffer::default(),
            other: Buffer::default(),
            permit: None,
        }
    }

    pub(crate) fn loose_start(&self) -> u32 {
        self.first.last().copied().unwrap_or(0)
    }

    pub(crate) fn place(&self, id: ObjectId) -> Option<ObjectLocation<'_>> {
        if id.0 >= self.loose_start() {
            return self.loose.get((id.0 - self.loose_start()) as usize).map(ObjectLocation::Loose);
        }
        let pack = self.first.partition_point(|first| *first <= id.0) - 1;
        Some(ObjectLocation::Packed(self.packs.get(pack)?, id.0 - self.first[pack]))
    }

    fn open_packs(&mut self, folder: &Path) {
        if folder.is_symlink() {
            // It could lead anywhere.
            return self.gaps.push(Gap::new(GapKind::Elsewhere, folder.display(), "a link, which is not followed"));
        }
        let files = match fs::read_dir(folder) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.gaps.push(Gap::new(GapKind::Corrupt, folder.display(), error)),
        };
        let mut paths: Vec<PathBuf> = Vec::new();
        for file in files {
            match file {
                Ok(file) => paths.push(file.path()),
                Err(error) => self.gaps.push(Gap::new(GapKind::Corrupt, folder.display(), error)),
            }
        }
        paths.sort();
        let ends = |path: &Path, end: &str| path.extension().is_some_and(|extension| extension == end);
        for index in paths.iter().filter(|path| ends(path, "idx")) {
            if !index.with_extension("pack").exists() {
                let name = index.file_name().unwrap_or_default().to_string_lossy();
                self.gaps.push(Gap::new(GapKind::Corrupt, name, "an index without its pack"));
            }
        }
        paths.retain(|path| ends(path, "pack"));
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let index = path.with_extension("idx");
            // Not following links: one could lead out of the repository, and a pipe would be waited on for ever.
            let regular = |path: &Path| fs::symlink_metadata(path).is_ok_and(|kind| kind.is_file());
            if !index.exists() {
                self.gaps.push(Gap::new(GapKind::Corrupt, name, "a pack without an index; `git index-pack` makes one"));
            } else if !regular(&path) || !regular(&index) {
                self.gaps.push(Gap::new(GapKind::Corrupt, name, "not a regular file"));
            } else {
                match Pack::open(&path, self.width) {
                    Ok(pack) => self.add(pack),
                    Err(fault) => self.gaps.push(Gap::from_fault(name, &fault)),
                }
            }
        }
    }

    fn add(&mut self, pack: Pack) {
        let Some(next) = self.loose_start().checked_add(pack.index.len()).filter(|next| *next < MOST_OBJECTS) else {
            let gap = Gap::new(GapKind::Unsupported, pack.name, "the repository holds over 500 million objects");
            self.gaps.push(gap);
            return;
        };
        self.gaps.extend(pack.gaps());
        self.first.push(next);
        self.packs.push(pack);
    }

    /// Finds the kind of deltas whose base is not in their own pack, as long as there is progress, for a stray may hang on
    /// another. What is left is a gap.
    fn adopt_strays(&mut self) {
        let mut strays: Vec<(usize, u32, Oid)> = Vec::new();
        for (number, pack) in self.packs.iter().enumerate() {
            strays.extend(pack.forest.strays.iter().map(|(rank, base)| (number, *rank, *base)));
        }
        loop {
            let before = strays.len();
            strays.retain(|(pack, rank, base)| {
                let Some(kind) = self.find(base).and_then(|id| self.kind(id)) else { return true };
                self.packs[*pack].forest.adopt(*rank, kind);
                false
            });
            if strays.is_empty() || strays.len() == before {
                break;
            }
        }
        for (pack, rank, base) in strays {
            let pack = &self.packs[pack];
            let what = pack.describe(pack.forest.position(rank));
            self.gaps.push(lost(Gap::from_fault(what, &Fault::MissingBase(base)), pack.forest.weight(rank)));
        }
    }
}

/// Says in a gap how many other objects went with it.
pub(crate) fn lost(mut gap: Gap, weight: u32) -> Gap {
    if weight > 1 {
        gap.why += &format!("; with it {} objects that are stored as changes to it", weight - 1);
    }
    gap
}

/// The rank of the object at this place in a pack's index.
fn rank(pack: &Pack, position: u32) -> Option<u32> {
    pack.forest.rank_at(pack.index.offset(position).ok()?).filter(|rank| pack.forest.position(*rank) == position)
}

/// An object's content, as [`ObjectReader::content`] has it.
pub enum Content<'c> {
    /// All of it.
    Whole(Kind, &'c [u8]),
    /// A blob over [`Limits::stream`], from its beginning.
    Stream(Box<dyn Read + 'c>),
}

/// An object's memory, and the right to it if it is large.
pub(crate) type Taken<'s> = (Buffer, Option<LanePermit<'s>>);

/// Reads single objects. Much dearer an object than a walk: it makes every base of a chain anew.
pub struct ObjectReader<'s> {
    store: &'s Store,
    unpacker: Unpacker,
    inflater: Inflater,
    object: Buffer,
    other: Buffer,
    /// While one of the two is large.
    permit: Option<LanePermit<'s>>,
}

impl<'s> ObjectReader<'s> {
    /// Gives back the memory of a large object. Whoever keeps a reader says so when done with an object: other threads may be waiting.
    pub fn release(&mut self) {
        if self.permit.is_some() {
            (self.object, self.other) = (Buffer::default(), Buffer::default());
            self.permit = None;
        }
    }

    /// What could not be read is not waited for by others.
    fn settled<T>(&mut self, loaded: Result<T, Fault>) -> Result<T, Fault> {
        if loaded.is_err() {
            self.release();
        }
        loaded
    }

    fn enter(&mut self, size: u64) {
        if let Some(permit) = self.store.lane.enter(size) {
            self.permit = Some(permit);
        }
    }

    /// The kind and content of an object.
    pub fn read(&mut self, id: ObjectId) -> Result<(Kind, &[u8]), Fault> {
        self.release();
        let loaded = self.load(id, 0);
        let kind = self.settled(loaded)?;
        Ok((kind, &self.object))
    }

    /// The content of an object; of a large blob, unless it is stored as changes to another, a reader of it.
    pub fn content(&mut self, id: ObjectId) -> Result<Content<'_>, Fault> {
        if let Some(content) = self.stream(id)? {
            return Ok(Content::Stream(content));
        }
        let (kind, bytes) = self.read(id)?;
        Ok(Content::Whole(kind, bytes))
    }

    fn stream<'c>(&self, id: ObjectId) -> Result<Option<Box<dyn Read + 'c>>, Fault>
    where
        's: 'c,
    {
        let limit = self.store.limits.stream;
        match self.store.place(id) {
            Some(ObjectLocation::Loose(object)) if object.kind == Kind::Blob && object.size > limit => {
                Ok(Some(Box::new(object.stream()?.take(object.size))))
            }
            Some(ObjectLocation::Packed(pack, position)) => {
                let Some(rank) = rank(pack, position) else { return Ok(None) };
                let (start, _) = pack.forest.extent(rank);
                let entry = pack.file.read_header(start)?;
                if entry.stored != Stored::Whole(Kind::Blob) || entry.size <= limit {
                    return Ok(None);
                }
                let content = ZlibDecoder::new(pack.file.reader(start + entry.header as u64));
                Ok(Some(Box::new(content.take(entry.size))))
            }
            _ => Ok(None),
        }
    }

    /// Reads an object into `self.object`; `hops` is how many deltas across packs led here.
    fn load(&mut self, id: ObjectId, hops: usize) -> Result<Kind, Fault> {
        let limit = self.store.limits.whole;
        match self.store.place(id).ok_or(Fault::Corrupt("no such object"))? {
            ObjectLocation::Loose(object) => {
                self.enter(object.size);
                object.read(&mut self.inflater, limit, &mut self.object)?;
                Ok(object.kind)
            }
            ObjectLocation::Packed(pack, position) => {
                let rank = rank(pack, position).ok_or(Fault::Corrupt("an index entry without a place in the pack"))?;
                self.load_packed(pack, rank, hops)
            }
        }
    }

    /// Reads the object of this rank into `self.object`.
    fn load_packed(&mut self, pack: &Pack, rank: u32, hops: usize) -> Result<Kind, Fault> {
        let limit = self.store.limits.whole;
        let kind = pack.forest.kind(rank).ok_or(Fault::Corrupt("a delta whose base cannot be reached"))?;
        let mut chain = vec![rank];
        while let Some(parent) = chain.last().and_then(|rank| pack.forest.parent(*rank)) {
            chain.push(parent);
        }
        if let Some(base) = chain.last().and_then(|root| pack.forest.stray(*root)) {
            let base = self.store.find(&base).filter(|_| hops < MOST_HOPS).ok_or(Fault::MissingBase(base))?;
            self.load(base, hops + 1)?;
        } else if let Some(root) = chain.pop() {
            let size = self.unpacker.header(pack, root)?.size;
            self.enter(size);
            self.unpacker.whole(pack, root, limit, &mut self.object)?;
        }
        while let Some(rank) = chain.pop() {
            let size = self.unpacker.instructions(pack, rank, limit)?;
            self.enter(size);
            self.unpacker.apply(&self.object, limit, &mut self.other)?;
            std::mem::swap(&mut self.object, &mut self.other);
        }
        Ok(kind)
    }

    /// Reads the object of this rank and hands over the memory it is in.
    pub(crate) fn take_packed(&mut self, pack: &Pack, rank: u32) -> Result<Taken<'s>, Fault> {
        let loaded = self.load_packed(pack, rank, 0);
        self.settled(loaded)?;
        Ok(self.taken())
    }

    /// Reads the object of this name and hands over the memory it is in.
    pub(crate) fn take(&mut self, oid: &Oid) -> Result<Taken<'s>, Fault> {
        let id = self.store.find(oid).ok_or(Fault::MissingBase(*oid))?;
        let loaded = self.load(id, 0);
        self.settled(loaded)?;
        Ok(self.taken())
    }

    fn taken(&mut self) -> Taken<'s> {
        let permit = self.permit.take();
        if permit.is_some() {
            self.other = Buffer::default();
        }
        (std::mem::take(&mut self.object), permit)
    }
}
