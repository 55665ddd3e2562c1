//! What is remembered of a blob while versions are made from it, and how that is carried over to them.

use crate::engine::{Engine, FarAnchor, Match};
use std::ops::Range;

/// What was seen of a blob's text.
#[derive(Default)]
pub(super) struct ScannedVersion {
    /// How many bytes are before the text, for a byte-order mark. `None` when the blob was not scanned as it is: decoded text has other
    /// offsets, so it is scanned whole each time.
    pub(super) mark_length: Option<usize>,
    /// Kept matches of anchors with a near reach, by anchor; overlaps are not resolved.
    pub(super) near: Vec<Marked>,
    /// Anchors that reach far, in order.
    pub(super) far: Vec<FarMatches>,
}

/// A match and the number of its secret; none when it is of too little confidence to be reported.
#[derive(Clone)]
pub(super) struct Marked {
    pub(super) found: Match,
    pub(super) secret_id: Option<u32>,
}

/// A keyword that reaches far, and its kept matches; `None` until they are looked for.
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
    /// The same match where what stood at `from` stands at `to`.
    fn moved(&self, from: usize, to: usize) -> Marked {
        // The secret may begin before `from`, but by less than what of the text before `to` is the same.
        let moved = |at: usize| at + to - from;
        let secret = moved(self.found.secret.start)..moved(self.found.secret.end);
        Marked {
            found: Match { secret, anchor: moved(self.found.anchor), ..self.found.clone() },
            secret_id: self.secret_id,
        }
    }
}

impl ScannedVersion {
    /// Carries over what the base has at anchors in `range`, a part of a stretch that both have, to where that range begins in this
    /// version; and what it has behind that range, if it is decided before the stretch ends.
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
            // What it found, it finds here too, if everything that it can see is the same.
            let sees = |text, anchor| sees(engine, text, anchor);
            let found = one.found.as_ref().filter(|_| sees(base_text, one.anchor) == sees(text, anchor));
            let found = found.map(|found| found.iter().map(|one| one.moved(range.start, to)).collect());
            self.far.push(FarMatches { anchor, found });
        }
    }

    /// Brings everything into the order of anchors.
    pub(super) fn sort(&mut self) {
        self.near.sort_by_key(|one| one.found.anchor);
        self.far.sort_by_key(|one| one.anchor.start);
    }

    /// How much there is.
    pub(super) fn len(&self) -> usize {
        self.near.len() + self.far.len()
    }
}

/// What of a text can decide about an anchor that reaches far: the bytes before it, and those from it on.
fn sees<'t>(engine: &Engine, text: &'t [u8], anchor: FarAnchor) -> (&'t [u8], &'t [u8]) {
    let reach = engine.far_reach(anchor);
    let (before, after) = text.split_at(anchor.start);
    (&before[before.len().saturating_sub(reach.before)..], &after[..after.len().min(reach.after)])
}
