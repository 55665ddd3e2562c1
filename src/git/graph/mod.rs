//! How blobs, trees, commits and references hang together: which commit brought something, and who has it now.
//!
//! The user of this module scans the objects first and says which of them are of interest ([`SecretHolders`]). Then one walk over
//! all trees keeps the edges that matter, and one pass over the commits for every 256 marks answers everything at once:
//! no commit is compared with another by its files, and no blob is looked for twice.

mod attribute;
mod bits;
mod blob_set;
mod commits;
mod counting;
mod edge;
mod marked;
mod paths;
mod submodules;
mod tips;
mod trees;

pub use attribute::{Attributed, Attribution, Followed, Holders, NAMED_REFS};
pub use blob_set::SecretHolders;
pub use commits::{CommitIndex, CommitLinks, Commits};
pub use counting::{Counted, Counting, Judge, Place};
pub use paths::{MOST_PATHS, TreePath};
pub use tips::{Tags, Tip};

use super::gap::{Gap, GapKind};
use super::oid::Oid;
use super::refs::Refs;
use super::store::{ObjectId, Store};
use std::collections::HashSet;

/// The commits of a repository that count, and the references that lead to them.
pub struct History {
    commits: Commits,
    tips: Vec<Tip>,
    head: Option<CommitIndex>,
    /// The commits at which a shallow clone ends.
    boundary: Vec<CommitIndex>,
    gaps: Vec<Gap>,
}

/// From where commits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starts<'a> {
    /// From every reference, and from these commits, which no reference need lead to.
    Refs(&'a [ObjectId]),
    /// From every commit that is stored, whether a reference leads to it or not.
    Everything,
}

impl History {
    /// Orders the commits that can be reached. `links` and `tags` are of all commits and tags in the store.
    pub fn build(
        store: &Store,
        refs: &Refs,
        tags: &Tags,
        links: Vec<CommitLinks>,
        shallow: &HashSet<Oid>,
        starts: Starts<'_>,
    ) -> History {
        let (tips, mut gaps) = tips::follow(store, refs, tags);
        let mut targets: Vec<ObjectId> = tips.iter().map(|tip| tip.target).collect();
        match starts {
            Starts::Refs(also) => targets.extend(also),
            Starts::Everything => targets.extend(links.iter().map(CommitLinks::id)),
        }
        let (commits, boundary, missing) = Commits::build(store, links, &targets, shallow);
        gaps.extend(missing);
        let head = refs.head().and_then(|oid| tips::peel(store, tags, oid).ok());
        let head = head.and_then(|(id, _)| commits.place(id));
        History { commits, tips, head, boundary, gaps }
    }

    /// The commits.
    pub fn commits(&self) -> &Commits {
        &self.commits
    }

    /// Where the references lead.
    pub fn tips(&self) -> &[Tip] {
        &self.tips
    }

    /// `HEAD`'s commit, if that counts.
    pub fn head(&self) -> Option<CommitIndex> {
        self.head
    }

    /// References that lead nowhere, and what commits lead to in vain.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Where a shallow clone cut history off: the commits whose parents were left behind, by place.
    pub fn boundary(&self) -> &[CommitIndex] {
        &self.boundary
    }

    /// Says for each mark, in their order, where it came from and where it is. With `selected` (by place) only those commits
    /// can have introduced anything. Reads all trees.
    pub fn attribute(&self, store: &Store, marks: &SecretHolders, selected: Option<&[bool]>) -> Attributed {
        attribute::attribute(self, store, marks, selected)
    }

    /// Says for each mark which commit first has it at a place that counts, while none of its parents has. With `selected` only those commits
    /// are asked about. `followed` is what attributing has left, of these marks or more.
    pub fn first_counting(
        &self,
        store: &Store,
        followed: &Followed,
        marks: &SecretHolders,
        selected: Option<&[bool]>,
        counts: Judge<'_>,
    ) -> Counted {
        counting::first_counting(self, store, followed, marks, selected, counts)
    }
}

/// So many missing objects are named one by one; the others are counted.
const NAMED_MISSING: usize = 100;

/// A gap for each object that is not stored, up to a number, and one for the rest.
fn missing_gaps(store: &Store, what: &str, mut objects: Vec<Oid>) -> Vec<Gap> {
    objects.retain(|oid| store.is_missing(oid));
    objects.sort_unstable();
    let gap = |oid: &Oid| Gap::new(GapKind::Missing, format_args!("{what} {oid}"), "not stored here");
    let mut gaps: Vec<Gap> = objects.iter().take(NAMED_MISSING).map(gap).collect();
    let more = objects.len() - gaps.len();
    if more > 0 {
        gaps.push(Gap::new(GapKind::Missing, format_args!("{more} more of kind {what}"), "not stored here"));
    }
    gaps
}
