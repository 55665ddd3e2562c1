//! The walk over one pack: from each object that is stored whole down to the versions made from it.
//!
//! Depth first and without recursion, for chains are as long as whoever wrote the pack liked. Of several versions made
//! from one object, the one with the largest family comes last; by then the object itself is no longer needed. So the objects held
//! at a time are at most the logarithm of the family's size, and in a plain chain two.

use super::visit::{Made, Object, Visit};
use super::worker::{Worker, Workers};
use crate::git::gap::{Fault, Gap};
use crate::git::lane::LanePermit;
use crate::git::oid::Kind;
use crate::git::pack::Pack;
use crate::git::pack::buffer::Buffer;
use crate::git::store::{Limits, ObjectId, Store, lost};
use flate2::read::ZlibDecoder;
use rayon::Scope;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A family of fewer objects is not worth handing to another thread.
const WORTH_SHARING: u32 = 8;

/// An object that was visited and that others are made from.
struct Node<S> {
    /// `None` while they are let go to save memory.
    bytes: Option<Buffer>,
    state: S,
}

/// A node with children still to visit.
struct Frame<S> {
    rank: u32,
    /// The next child to visit and the one after the last, as places in the forest's list of this rank's children.
    next: usize,
    end: usize,
    node: Arc<Node<S>>,
}

/// A child to visit, and the object it is made from.
type Step<S> = (Option<Arc<Node<S>>>, u32);

/// The walk over one pack.
pub(super) struct Descent<'w, 's, V: Visit> {
    store: &'s Store,
    pack: &'s Pack,
    number: usize,
    kind: Kind,
    visit: &'w V,
    workers: &'w Workers<'s, V>,
    limits: Limits,
    roots: Vec<u32>,
    /// The next root nobody has taken.
    cursor: AtomicUsize,
    /// Families handed over and not yet begun.
    shared: AtomicUsize,
}

impl<'w, 's: 'w, V: Visit> Descent<'w, 's, V> {
    pub(super) fn new(
        store: &'s Store,
        number: usize,
        kind: Kind,
        visit: &'w V,
        workers: &'w Workers<'s, V>,
    ) -> Descent<'w, 's, V> {
        let pack = &store.packs[number];
        Descent {
            store,
            pack,
            number,
            kind,
            visit,
            workers,
            limits: store.limits,
            roots: pack.forest.roots(kind).collect(),
            cursor: AtomicUsize::new(0),
            shared: AtomicUsize::new(0),
        }
    }

    /// Visits everything.
    pub(super) fn run(&self) {
        rayon::scope(|scope| {
            for _ in 0..rayon::current_num_threads() {
                scope.spawn(move |scope| {
                    self.workers.with(|worker| {
                        while let Some(root) = self.roots.get(self.cursor.fetch_add(1, Ordering::Relaxed)) {
                            self.descend(scope, worker, (None, *root));
                        }
                    });
                });
            }
        });
    }

    /// Visits `rank`, which is made from `base` unless it is a root, and everything made from it.
    fn descend<'d>(&'d self, scope: &Scope<'d>, worker: &mut Worker<'s, V::Scratch>, first: Step<V::State>) {
        let mut frames = Vec::new();
        let mut large = None;
        let mut next = Some(first);
        while let Some((base, rank)) = next.take().or_else(|| self.pop(&mut frames, worker)) {
            if self.visit.cancelled() {
                return;
            }
            let visited = match &base {
                Some(base) => self.visit_version(worker, &mut large, base, rank),
                None => self.visit_root(worker, &mut large, rank),
            };
            if let Some(bytes) = base.and_then(Arc::into_inner).and_then(|node| node.bytes) {
                worker.recycle(bytes);
            }
            match visited {
                Ok(Some(node)) => self.push(&mut frames, node, rank),
                Ok(None) => {}
                Err(fault) => self.report(rank, &fault),
            }
            if large.is_none() {
                self.share(scope, &mut frames);
            }
        }
    }

    fn push(&self, frames: &mut Vec<Frame<V::State>>, node: Node<V::State>, rank: u32) {
        let mut held = size(&node);
        for frame in frames.iter_mut().rev() {
            held += size(&frame.node);
            // The oldest are needed last, so they are the ones to let go.
            if held > self.limits.held
                && let Some(node) = Arc::get_mut(&mut frame.node)
            {
                held -= size(node);
                node.bytes = None;
            }
        }
        let end = self.pack.forest.children(rank).len();
        frames.push(Frame { rank, next: 0, end, node: Arc::new(node) });
    }

    /// The next child of the innermost object that has any left.
    fn pop(&self, frames: &mut Vec<Frame<V::State>>, worker: &mut Worker<'s, V::Scratch>) -> Option<Step<V::State>> {
        loop {
            let mut frame = frames.pop()?;
            let Some(child) = self.pack.forest.children(frame.rank)[..frame.end].get(frame.next).copied() else {
                continue; // The rest was shared out.
            };
            frame.next += 1;
            // Bytes are only let go while nobody else has the node, so whoever finds them gone has it alone.
            if let Some(node) = Arc::get_mut(&mut frame.node)
                && node.bytes.is_none()
            {
                match worker.reader.take_packed(self.pack, frame.rank) {
                    // What is large here was large before, so the right to it is had already.
                    Ok((bytes, _)) => node.bytes = Some(bytes),
                    Err(fault) => {
                        self.report(frame.rank, &fault);
                        continue;
                    }
                }
            }
            let node = Arc::clone(&frame.node);
            if frame.next < frame.end {
                frames.push(frame);
            }
            return Some((Some(node), child));
        }
    }

    /// Hands the oldest, and so probably largest, family on this path to another thread, if one is out of work.
    fn share<'d>(&'d self, scope: &Scope<'d>, frames: &mut [Frame<V::State>]) {
        if self.cursor.load(Ordering::Relaxed) < self.roots.len()
            || self.shared.load(Ordering::Relaxed) >= rayon::current_num_threads()
        {
            return;
        }
        for frame in frames.iter_mut().filter(|frame| frame.node.bytes.is_some()) {
            let Some(&child) = self.pack.forest.children(frame.rank)[frame.next..frame.end].last() else { continue };
            if self.pack.forest.weight(child) < WORTH_SHARING {
                continue;
            }
            frame.end -= 1;
            let step = (Some(Arc::clone(&frame.node)), child);
            self.shared.fetch_add(1, Ordering::Relaxed);
            scope.spawn(move |scope| {
                self.shared.fetch_sub(1, Ordering::Relaxed);
                self.workers.with(|worker| self.descend(scope, worker, step));
            });
            return;
        }
    }

    /// Visits an object whose base, if it has one, is not in this pack. Returns it when others are made from it.
    fn visit_root(
        &self,
        worker: &mut Worker<'s, V::Scratch>,
        large: &mut Option<LanePermit<'s>>,
        rank: u32,
    ) -> Result<Option<Node<V::State>>, Fault> {
        let Some(id) = self.wanted(rank) else { return Ok(None) };
        let mut bytes = worker.buffer();
        if let Some(base) = self.pack.forest.stray(rank) {
            let (base, permit) = worker.reader.take(&base)?;
            *large = large.take().or(permit);
            self.reserve(large, worker.unpacker.instructions(self.pack, rank, self.limits.whole)?);
            worker.unpacker.apply(&base, self.limits.whole, &mut bytes)?;
        } else {
            let (start, _) = self.pack.forest.extent(rank);
            let entry = worker.unpacker.header(self.pack, rank)?;
            let too_large = entry.size > self.limits.whole;
            if self.kind == Kind::Blob && entry.size > self.limits.stream && (self.is_leaf(rank) || too_large) {
                let content = ZlibDecoder::new(self.pack.file.reader(start + entry.header as u64));
                worker.stream(self.visit, self.object(id, rank, entry.size), content)?;
                return if self.is_leaf(rank) {
                    Ok(None)
                } else {
                    Err(Fault::TooLarge { size: entry.size, limit: self.limits.whole })
                };
            }
            self.reserve(large, entry.size);
            worker.unpacker.whole(self.pack, rank, self.limits.whole, &mut bytes)?;
        }
        let object = self.object(id, rank, bytes.len() as u64);
        let state = self.visit.whole(&mut worker.scratch, object, &bytes);
        Ok(self.keep(worker, rank, bytes, state))
    }

    /// Visits an object made from `base`. Returns it when others are made from it.
    fn visit_version(
        &self,
        worker: &mut Worker<'s, V::Scratch>,
        large: &mut Option<LanePermit<'s>>,
        base: &Node<V::State>,
        rank: u32,
    ) -> Result<Option<Node<V::State>>, Fault> {
        let Some(id) = self.wanted(rank) else { return Ok(None) };
        let mut bytes = worker.buffer();
        let base_bytes = base.bytes.as_deref().unwrap_or_default();
        self.reserve(large, worker.unpacker.instructions(self.pack, rank, self.limits.whole)?);
        let copied = worker.unpacker.apply(base_bytes, self.limits.whole, &mut bytes)?;
        let object = self.object(id, rank, bytes.len() as u64);
        let made = Made { base: base_bytes, bytes: &bytes, copied };
        let state = self.visit.version(&mut worker.scratch, object, &base.state, made);
        Ok(self.keep(worker, rank, bytes, state))
    }

    fn keep(
        &self,
        worker: &mut Worker<'s, V::Scratch>,
        rank: u32,
        bytes: Buffer,
        state: V::State,
    ) -> Option<Node<V::State>> {
        if self.is_leaf(rank) {
            worker.recycle(bytes);
            return None;
        }
        Some(Node { bytes: Some(bytes), state })
    }

    /// Waits until no other thread works on large objects, if this size is large.
    fn reserve(&self, large: &mut Option<LanePermit<'s>>, size: u64) {
        if large.is_none() {
            *large = self.store.lane.enter(size);
        }
    }

    fn object(&self, id: ObjectId, rank: u32, size: u64) -> Object {
        Object { id, kind: self.kind, size, is_base: !self.is_leaf(rank) }
    }

    fn is_leaf(&self, rank: u32) -> bool {
        self.pack.forest.children(rank).is_empty()
    }

    /// The object's number, unless an earlier pack has it too and nothing here is made from it.
    fn wanted(&self, rank: u32) -> Option<ObjectId> {
        let position = self.pack.forest.position(rank);
        let own = ObjectId(self.store.first[self.number] + position);
        if self.number == 0 {
            return Some(own);
        }
        let id = self.store.find_raw(self.pack.index.name(position)).unwrap_or(own);
        (id == own || !self.is_leaf(rank)).then_some(id)
    }

    fn report(&self, rank: u32, fault: &Fault) {
        let what = self.pack.describe(self.pack.forest.position(rank));
        self.visit.gap(lost(Gap::from_fault(what, fault), self.pack.forest.weight(rank)));
    }
}

fn size<S>(node: &Node<S>) -> usize {
    node.bytes.as_deref().map_or(0, <[u8]>::len)
}
