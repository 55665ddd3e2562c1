//! The edges of all trees: to their folders, and to those blobs that are of interest.
//!
//! One walk over all trees. Most of a tree is copied from the one it is stored as changes to, and so are its edges: only
//! entries that are new are parsed and looked up. What is kept of a tree is four bytes for each folder and each
//! interesting blob in it.

use super::blob_set::BlobSet;
use super::edge::Edge;
use crate::git::gap::{Fault, Gap, GapKind};
use crate::git::oid::{Kind, Oid};
use crate::git::pack::delta::Copied;
use crate::git::store::{ObjectId, Store};
use crate::git::tree::{EntryKind, TreeEntry, first_entry, is_empty_tree};
use crate::git::walk::{Made, Object, Visit, walk};
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// So many missing objects are told apart; the others count as one.
const MOST_MISSING: usize = 1 << 20;

/// No more edges than this are kept, 1 GiB of them: a few kilobytes of delta can stand for any number of trees.
const MOST_EDGES: usize = 1 << 28;

/// The edges of all trees.
pub(super) struct Trees {
    /// What each thread gathered.
    parts: Vec<Rows>,
    /// By object number: the place among all parts' rows, or `u32::MAX`.
    row: Vec<u32>,
    /// Objects that trees lead to and that are not stored.
    pub(super) missing: Vec<Oid>,
    /// Trees that could not be read.
    pub(super) gaps: Vec<Gap>,
}

/// Trees and their edges, as one thread gathers them.
#[derive(Default)]
struct Rows {
    ids: Vec<ObjectId>,
    /// Where each tree's edges end.
    ends: Vec<u32>,
    edges: Vec<Edge>,
    /// The tree being read: where each entry begins and what it leads to.
    current: Vec<(u32, Edge)>,
}

impl Trees {
    /// Reads all trees of the store.
    pub(super) fn read(store: &Store, blobs: &BlobSet) -> Trees {
        let visit = ReadTrees {
            store,
            blobs,
            missing: Mutex::default(),
            gaps: Mutex::default(),
            edges: AtomicUsize::new(0),
            full: AtomicBool::new(false),
        };
        let parts = walk(store, Kind::Tree, &visit);
        let mut row = vec![u32::MAX; store.len()];
        let ids = parts.iter().flat_map(|part| &part.ids);
        for (place, id) in ids.enumerate() {
            row[id.index()] = place as u32;
        }
        let (places, gaps) = (inner(visit.missing), inner(visit.gaps));
        let mut missing: Vec<(usize, Oid)> = places.into_iter().map(|(oid, place)| (place, oid)).collect();
        missing.sort_unstable();
        Trees { parts, row, missing: missing.into_iter().map(|(_, oid)| oid).collect(), gaps }
    }

    /// The edges of a tree; none if this is not a tree that could be read.
    pub(super) fn edges(&self, id: ObjectId) -> Option<&[Edge]> {
        let mut row = self.row[id.index()] as usize;
        for part in &self.parts {
            if row < part.ids.len() {
                let start = if row == 0 { 0 } else { part.ends[row - 1] };
                return Some(&part.edges[start as usize..part.ends[row] as usize]);
            }
            row -= part.ids.len();
        }
        None
    }
}

fn inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct ReadTrees<'a> {
    store: &'a Store,
    blobs: &'a BlobSet,
    missing: Mutex<HashMap<Oid, usize>>,
    gaps: Mutex<Vec<Gap>>,
    /// How many edges all threads have kept, and whether that was too many.
    edges: AtomicUsize,
    full: AtomicBool,
}

impl ReadTrees<'_> {
    /// Parses the entry at `at`. Returns where the next one begins.
    fn parse(&self, rows: &mut Rows, bytes: &[u8], at: usize) -> Result<usize, Fault> {
        let Some(entry) = first_entry(&bytes[at..], self.store.width())? else { return Ok(bytes.len()) };
        rows.current.push((at as u32, self.resolve(&entry)));
        Ok(at + entry.len)
    }

    fn resolve(&self, entry: &TreeEntry<'_>) -> Edge {
        if entry.kind == EntryKind::Submodule {
            return Edge::SUBMODULE;
        }
        match self.store.find_raw(entry.object) {
            Some(id) if entry.kind == EntryKind::Tree => Edge::tree(id),
            Some(id) => self.blobs.place(id).map_or(Edge::NOTHING, Edge::blob),
            None => Oid::from_bytes(entry.object).map_or(Edge::NOTHING, |oid| self.missing(oid)),
        }
    }

    fn missing(&self, oid: Oid) -> Edge {
        if is_empty_tree(&oid) {
            return Edge::NOTHING;
        }
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        let next = missing.len();
        if next >= MOST_MISSING {
            return Edge::missing(missing.get(&oid).copied().unwrap_or(0));
        }
        Edge::missing(*missing.entry(oid).or_insert(next))
    }

    /// Reads the tree's entries from `at` on that are new, and takes over those that are copied.
    fn read(&self, rows: &mut Rows, bytes: &[u8], base: &[(u32, Edge)], copied: &[Copied]) -> Result<(), Fault> {
        rows.current.clear();
        let mut copies = copied.iter().copied().peekable();
        let mut at = 0;
        while at < bytes.len() {
            while copies.next_if(|copy| (copy.to + copy.len) as usize <= at).is_some() {}
            if let Some(copy) = copies.peek().filter(|copy| copy.to as usize <= at)
                && let Some(next) = take_over(rows, base, copy, at as u32)
            {
                at = next as usize;
                continue;
            }
            at = self.parse(rows, bytes, at)?;
        }
        Ok(())
    }

    fn finish(&self, rows: &mut Rows, object: Object, size: usize, read: Result<(), Fault>) -> Box<[(u32, Edge)]> {
        if let Err(fault) = read {
            let what = self.store.oid(object.id).map_or_else(String::new, |oid| format!("tree {oid}"));
            self.gap(Gap::from_fault(what, &fault));
        }
        let before = rows.edges.len();
        rows.edges.extend(rows.current.iter().map(|(_, edge)| *edge).filter(|edge| *edge != Edge::NOTHING));
        let kept = rows.edges.len() - before;
        if self.edges.fetch_add(kept, Ordering::Relaxed) + kept > MOST_EDGES {
            rows.edges.truncate(before);
            if !self.full.swap(true, Ordering::Relaxed) {
                self.gap(Gap::new(GapKind::TooLarge, "trees", "too many folders to relate all findings to commits"));
            }
        }
        rows.ids.push(object.id);
        rows.ends.push(rows.edges.len() as u32);
        if !object.is_base {
            return Box::default();
        }
        rows.current.push((size as u32, Edge::NOTHING));
        rows.current.as_slice().into()
    }
}

/// If an entry of the base begins where `at` was copied from: takes over it and those that follow, as far as they were
/// copied whole, and returns where the next entry begins. Equal bytes from the beginning of an entry on are equal entries.
fn take_over(rows: &mut Rows, base: &[(u32, Edge)], copy: &Copied, at: u32) -> Option<u32> {
    let from = at - copy.to + copy.from;
    let first = base.binary_search_by_key(&from, |(start, _)| *start).ok()?;
    let mut next = at;
    for pair in base[first..].windows(2) {
        let ((start, edge), (end, _)) = (pair[0], pair[1]);
        if end > copy.from + copy.len {
            break;
        }
        rows.current.push((next, edge));
        next += end - start;
    }
    (next > at).then_some(next)
}

impl Visit for ReadTrees<'_> {
    /// Where each entry begins and what it leads to, and at the end the tree's size with nothing.
    type State = Box<[(u32, Edge)]>;
    type Scratch = Rows;

    fn scratch(&self) -> Rows {
        Rows::default()
    }

    fn whole(&self, rows: &mut Rows, object: Object, bytes: &[u8]) -> Self::State {
        let read = self.read(rows, bytes, &[], &[]);
        self.finish(rows, object, bytes.len(), read)
    }

    fn version(&self, rows: &mut Rows, object: Object, base: &Self::State, made: Made<'_>) -> Self::State {
        let read = self.read(rows, made.bytes, base, made.copied);
        self.finish(rows, object, made.bytes.len(), read)
    }

    /// Only blobs are streamed.
    fn stream(&self, _: &mut Rows, _: Object, _: &mut dyn Read) -> io::Result<()> {
        Ok(())
    }

    fn gap(&self, gap: Gap) {
        self.gaps.lock().unwrap_or_else(PoisonError::into_inner).push(gap);
    }
}
