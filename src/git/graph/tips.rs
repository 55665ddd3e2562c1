//! What the references lead to, through annotated tags.

use crate::git::commit::tag_target;
use crate::git::gap::{Gap, GapKind};
use crate::git::oid::{Kind, Oid};
use crate::git::refs::Refs;
use crate::git::store::{ObjectId, Store};
use std::collections::HashMap;

/// Tags of tags beyond this are not followed.
const DEEPEST: usize = 16;

/// What each annotated tag points to.
#[derive(Default)]
pub struct Tags {
    targets: HashMap<ObjectId, Oid>,
}

impl Tags {
    /// Takes note of a tag. Returns whether it could be read.
    pub fn add(&mut self, id: ObjectId, bytes: &[u8]) -> bool {
        tag_target(bytes).map(|(target, _)| self.targets.insert(id, target)).is_some()
    }

    /// Adds what another has noted.
    pub fn merge(&mut self, other: Tags) {
        self.targets.extend(other.targets);
    }
}

/// Where a reference leads.
pub struct Tip {
    /// Its place in [`Refs::list`].
    pub reference: usize,
    /// The tags on the way.
    pub tags: Vec<ObjectId>,
    /// What is at the end: mostly a commit.
    pub target: ObjectId,
}

/// Follows all references. Those that lead nowhere are gaps.
pub(super) fn follow(store: &Store, refs: &Refs, tags: &Tags) -> (Vec<Tip>, Vec<Gap>) {
    let mut tips = Vec::new();
    let mut gaps = Vec::new();
    for (reference, named) in refs.list.iter().enumerate() {
        match peel(store, tags, named.target) {
            Ok((target, tags)) => tips.push(Tip { reference, tags, target }),
            Err(oid) => {
                gaps.push(Gap::new(
                    GapKind::Missing,
                    named.display(),
                    format_args!("leads to {oid}, which is not stored"),
                ));
            }
        }
    }
    (tips, gaps)
}

/// The object behind all tags, and those tags; or the name at which the way ends.
pub(super) fn peel(store: &Store, tags: &Tags, oid: Oid) -> Result<(ObjectId, Vec<ObjectId>), Oid> {
    let mut way = Vec::new();
    let mut oid = oid;
    loop {
        let id = store.find(&oid).ok_or(oid)?;
        match tags.targets.get(&id) {
            Some(next) if way.len() < DEEPEST => {
                way.push(id);
                oid = *next;
            }
            Some(_) => return Err(oid),
            None if store.kind(id).is_none_or(|kind| kind == Kind::Tag) => return Err(oid),
            None => return Ok((id, way)),
        }
    }
}
