//! The input of attribution: which objects hold which secret ids.
//!
//! A secret id is a number that the caller chooses, counted from zero: in a scan, one for each distinct secret. This module only knows that
//! objects hold ids.

use crate::git::store::ObjectId;

/// The objects that hold marks.
pub struct SecretHolders {
    /// Object and mark, in order.
    pairs: Vec<(ObjectId, u32)>,
    count: u32,
}

impl SecretHolders {
    /// Takes pairs of object and mark in any order; repeated ones count once.
    pub fn new(mut pairs: Vec<(ObjectId, u32)>) -> SecretHolders {
        pairs.sort_unstable();
        pairs.dedup();
        let count = pairs.iter().map(|(_, mark)| mark + 1).max().unwrap_or(0);
        SecretHolders { pairs, count }
    }

    /// One more than the highest mark.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// All pairs of object and mark, in order.
    pub fn pairs(&self) -> &[(ObjectId, u32)] {
        &self.pairs
    }

    /// The objects that hold any mark.
    pub(super) fn objects(&self, objects: usize) -> BlobSet {
        let mut ids: Vec<ObjectId> = self.pairs.iter().map(|(id, _)| *id).collect();
        ids.dedup();
        let mut member = vec![0u64; objects.div_ceil(64)];
        for id in &ids {
            member[id.index() / 64] |= 1 << (id.index() % 64);
        }
        BlobSet { ids, member }
    }
}

/// A set of objects, quick to say no.
#[derive(Default)]
pub(super) struct BlobSet {
    ids: Vec<ObjectId>,
    member: Vec<u64>,
}

impl BlobSet {
    /// The object's place among the set's members.
    pub(super) fn place(&self, id: ObjectId) -> Option<usize> {
        if self.member.get(id.index() / 64)? >> (id.index() % 64) & 1 == 0 {
            return None;
        }
        self.ids.binary_search(&id).ok()
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }
}
