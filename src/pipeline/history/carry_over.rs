//! Matches of a blob that are kept while versions are derived from it, and carried over to them.

use crate::engine::{Engine, FarAnchor, Match};
use std::ops::Range;

/// Matches in a blob's text.
#[derive(Default)]
pub(super) struct ScannedVersion {
    /// Length of the byte-order mark, in bytes. `None` when the blob was not scanned in its raw form: decoded text has other offsets, so
    /// every version is scanned completely.
    pub(super) mark_length: Option<usize>,
    /// Kept matches of anchors with a short reach, by anchor, before overlaps are resolved.
    pub(super) near: Vec<Marked>,
    /// Anchors with a long reach, in order.
    pub(super) far: Vec<FarMatches>,
}

/// A match and the number of what was found; none when it is of too little confidence to be reported.
#[derive(Clone)]
pub(super) struct Marked {
    pub(super) found: Match,
    pub(super) found_id: Option<u32>,
}

/// An anchor with a long reach and its kept matches; `None` until they are computed.
pub(super) struct FarMatches {
    pub(super) anchor: FarAnchor,
    pub(super) found: Option<Vec<Marked>>,
}

impl AsRef<Match> for Marked {
    fn as_ref(&self) -> &Match {
        &self.found
    }
}

impl Marked {
    /// The match, moved by the distance from `from` to `to`.
    fn moved(&self, from: usize, to: usize) -> Marked {
        Marked { found: self.found.moved(from, to), found_id: self.found_id }
    }
}

impl ScannedVersion {
    /// Carries over the base's matches of anchors in `range`, a part of a shared stretch, to the range's offset in this version, including
    /// matches after the range that are decided before the stretch ends.
    pub(super) fn carry(
        &mut self,
        engine: &Engine,
        base: &ScannedVersion,
        (base_text, text): (&[u8], &[u8]),
        (range, end): (Range<usize>, usize),
        to: usize,
    ) {
        let first = base.near.partition_point(|one| one.found.anchor < range.start);
        let near = base.near[first..].iter().take_while(|one| one.found.anchor < end);
        let near = near.filter(|one| one.found.anchor < range.end || one.found.anchor + one.found.extent <= end);
        self.near.extend(near.map(|one| one.moved(range.start, to)));
        let first = base.far.partition_point(|one| one.anchor.start < range.start);
        for one in base.far[first..].iter().take_while(|one| one.anchor.start < range.end) {
            let anchor = one.anchor.moved_to(one.anchor.start - range.start + to);
            // An anchor has the same matches if all bytes within its reach are equal.
            let sees = |text, anchor| sees(engine, text, anchor);
            let found = one.found.as_ref().filter(|_| sees(base_text, one.anchor) == sees(text, anchor));
            let found = found.map(|found| found.iter().map(|one| one.moved(range.start, to)).collect());
            self.far.push(FarMatches { anchor, found });
        }
    }

    /// Sorts by anchor.
    pub(super) fn sort(&mut self) {
        self.near.sort_by_key(|one| one.found.anchor);
        self.far.sort_by_key(|one| one.anchor.start);
    }

    /// Number of kept matches.
    pub(super) fn len(&self) -> usize {
        self.near.len() + self.far.len()
    }
}

/// The bytes that affect the matches of an anchor with a long reach: those before it, and those from it on.
fn sees<'t>(engine: &Engine, text: &'t [u8], anchor: FarAnchor) -> (&'t [u8], &'t [u8]) {
    let reach = engine.far_reach(anchor);
    let (before, after) = text.split_at(anchor.start);
    (&before[before.len().saturating_sub(reach.before)..], &after[..after.len().min(reach.after)])
}
