//! What a walk tells of each object, and to whom.

use crate::git::gap::Gap;
use crate::git::oid::Kind;
use crate::git::pack::delta::Copied;
use crate::git::store::ObjectId;
use std::io::{self, Read};

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
