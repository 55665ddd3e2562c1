//! Visits every object of one kind, in the order that costs least.
//!
//! A pack keeps most objects as changes to others. Each object that is stored whole is inflated once, and the versions
//! made from it are visited straight after it, deepest families last, while its bytes are still at hand. The
//! visitor learns what a version has unchanged from its base, and what it made of that base, so that it need only look at
//! what is new. Families are shared out to all threads; a large one is split when threads run out of work.

mod descent;
mod worker;

use super::gap::{Fault, Gap};
use super::oid::Kind;
use super::pack::delta::Copied;
use super::store::{ObjectId, Store};
use descent::Descent;
use rayon::prelude::*;
use std::io::{self, Read};
use worker::Workers;

/// What is done with each object.
///
/// Methods are called from several threads at once. Every object is visited at least once; one that is stored in several
/// packs may be visited once for each.
pub trait Visit: Sync {
    /// What is remembered of an object while versions made from it are visited.
    type State: Send + Sync;
    /// Working memory of one thread. There may be a few more of them than threads.
    type Scratch: Send;

    /// Makes working memory for a thread.
    fn scratch(&self) -> Self::Scratch;

    /// Visits an object of which nothing was seen before.
    fn whole(&self, scratch: &mut Self::Scratch, object: Object, bytes: &[u8]) -> Self::State;

    /// Visits an object that was made from another one; `base` is what the visit to that one returned.
    fn version(&self, scratch: &mut Self::Scratch, object: Object, base: &Self::State, made: Made<'_>) -> Self::State;

    /// Visits a blob too large to be held whole, from which no other is made. `content` errs when the stored data is
    /// damaged or not of the declared size; pass such an error on.
    fn stream(&self, scratch: &mut Self::Scratch, object: Object, content: &mut dyn Read) -> io::Result<()>;

    /// Hears of an object that could not be read.
    fn gap(&self, gap: Gap);

    /// Whether to leave off. Asked before every object.
    fn cancelled(&self) -> bool {
        false
    }
}

/// An object as a walk presents it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its number in the store.
    pub id: ObjectId,
    /// Its kind.
    pub kind: Kind,
    /// Its size, bytes.
    pub size: u64,
    /// Whether others are made from it, so that what its visit returns will be used.
    pub is_base: bool,
}

/// An object made from another one.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// The object it was made from.
    pub base: &'a [u8],
    /// The object.
    pub bytes: &'a [u8],
    /// What it has unchanged from the base, in order; everything between is new.
    pub copied: &'a [Copied],
}

/// Visits all objects of this kind, on the threads of the current rayon pool. Returns the working memory of every thread, in
/// which a visitor can gather what it found without waiting for others.
pub fn walk<V: Visit>(store: &Store, kind: Kind, visit: &V) -> Vec<V::Scratch> {
    let workers = Workers::new(store, visit);
    for number in 0..store.packs.len() {
        Descent::new(store, number, kind, visit, &workers).run();
    }
    store.loose.par_iter().enumerate().filter(|(_, object)| object.kind == kind).for_each(|(i, loose)| {
        let id = ObjectId(store.loose_start() + i as u32);
        // A loose object that is also in a pack was visited there.
        if visit.cancelled() || store.find(&loose.oid) != Some(id) {
            return;
        }
        let object = Object { id, kind, size: loose.size, is_base: false };
        let visited = workers.with(|worker| {
            if kind == Kind::Blob && loose.size > store.limits.stream {
                return loose.stream().map_err(Fault::from).and_then(|content| worker.stream(visit, object, content));
            }
            worker.loose(visit, object, loose, store.limits.whole)
        });
        if let Err(fault) = visited {
            visit.gap(Gap::from_fault(format_args!("loose object {}", loose.oid), &fault));
        }
    });
    workers.into_scratches()
}
