//! Visits every object of one kind, in the order that costs least.
//!
//! A pack keeps most objects as changes to others. Each object that is stored whole is inflated once, and the versions
//! made from it are visited straight after it, deepest families last, while its bytes are still at hand. The
//! visitor learns what a version has unchanged from its base, and what it made of that base, so that it need only look at
//! what is new. Families are shared out to all threads; a large one is split when threads run out of work.

mod descent;
mod visit;
mod worker;

use super::gap::{Fault, Gap};
use super::oid::Kind;
use super::store::{ObjectId, Store};
use descent::Descent;
use rayon::prelude::*;
pub use visit::{Made, Object, Visit};
use worker::Workers;

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
            let _permit = store.lane.enter(loose.size);
            worker.loose(visit, object, loose, store.limits.whole)
        });
        if let Err(fault) = visited {
            visit.gap(Gap::from_fault(format_args!("loose object {}", loose.oid), &fault));
        }
    });
    workers.into_scratches()
}
