//! The scan in the delta domain.
//!
//! A version of a file is stored as stretches copied from another version, with new bytes between. What an anchor (a keyword, a run)
//! leads to depends on a bounded reach around it. So an anchor that lies, with its reach, inside one copied stretch leads to what it led to
//! in the other version, and is carried over to its new offset; every other anchor is looked for and judged anew. By locality the result is
//! that of scanning each version whole, which is what [`Scanner::whole`] does: the naive twin, and a test holds the two together.
//!
//! Rules for whole private keys reach too far to be confined in a stretch. Their keywords are rare: their places are remembered, carried as
//! places, and judged anew in every version.

use super::super::{Progress, Stats};
use crate::content::Encoding;
use crate::engine::{Engine, FarAnchor, Match, Scratch, Verdict, keep_winners, scan};
use crate::git::gap::{Gap, GapKind};
use crate::git::graph::{CommitLinks, Tags};
use crate::git::lfs;
use crate::git::oid::Kind;
use crate::git::store::{ObjectId, Store};
use crate::git::walk::{Made, Object, Visit};
use crate::model::{Confidence, Fingerprint, Proof, Secret};
use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::{ControlFlow, Range};
use std::sync::{Mutex, PoisonError};

/// A distinct secret that was found somewhere.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) rule: u32,
    pub(super) confidence: Confidence,
    pub(super) fingerprint: Fingerprint,
    pub(super) proof: Proof,
    pub(super) secret: Secret,
}

/// Scans objects while they are walked.
pub(super) struct Scanner<'s> {
    engine: &'s Engine,
    store: &'s Store,
    confidence: Confidence,
    progress: &'s Progress,
    secrets: Mutex<Secrets>,
    gaps: Mutex<Vec<Gap>>,
}

/// All secrets so far; a secret's number is its *mark*.
#[derive(Default)]
struct Secrets {
    marks: HashMap<Fingerprint, u32>,
    list: Vec<Found>,
}

/// What the threads of a walk gathered.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) pairs: Vec<(ObjectId, u32)>,
    pub(super) links: Vec<CommitLinks>,
    pub(super) tags: Tags,
    pub(super) stats: Stats,
}

/// What one thread works with.
#[derive(Default)]
pub(super) struct Worker {
    scratch: Scratch,
    matches: Vec<Match>,
    gathered: Gathered,
}

/// What is remembered of a blob while versions are made from it.
#[derive(Default)]
pub(super) struct Seen {
    /// Whether it was scanned as it is; decoded text has other offsets, and is scanned whole each time.
    is_plain: bool,
    /// Kept matches of anchors with a near reach, by anchor; overlaps are not resolved.
    near: Vec<Marked>,
    /// Anchors that reach far, in order.
    far: Vec<FarAnchor>,
}

/// A match and the number of its secret; none when it is of too little confidence to be reported.
#[derive(Clone)]
struct Marked {
    found: Match,
    mark: Option<u32>,
}

impl AsRef<Match> for Marked {
    fn as_ref(&self) -> &Match {
        &self.found
    }
}

impl Gathered {
    pub(super) fn merge(&mut self, worker: Worker) {
        self.pairs.extend(worker.gathered.pairs);
        self.links.extend(worker.gathered.links);
        self.tags.merge(worker.gathered.tags);
        self.stats.add(&worker.gathered.stats);
    }
}

impl<'s> Scanner<'s> {
    pub(super) fn new(
        engine: &'s Engine,
        store: &'s Store,
        confidence: Confidence,
        progress: &'s Progress,
    ) -> Scanner<'s> {
        Scanner { engine, store, confidence, progress, secrets: Mutex::default(), gaps: Mutex::default() }
    }

    /// The secrets by their marks, and what could not be read.
    pub(super) fn finish(self) -> (Vec<Found>, Vec<Gap>) {
        let secrets = self.secrets.into_inner().unwrap_or_else(PoisonError::into_inner);
        (secrets.list, self.gaps.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// The mark of a kept match's secret.
    fn mark(&self, found: &Match, bytes: &[u8]) -> Option<u32> {
        if found.confidence < self.confidence {
            return None;
        }
        let fingerprint = Fingerprint::new(&self.engine.rule(found).family, bytes);
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let next = u32::try_from(secrets.list.len()).unwrap_or(u32::MAX);
        let mark = *secrets.marks.entry(fingerprint).or_insert(next);
        if mark == next {
            let secret = Secret::new(bytes);
            let (rule, confidence, proof) = (found.rule, found.confidence, found.proof.clone());
            secrets.list.push(Found { rule, confidence, fingerprint, proof, secret });
        } else if let Some(known) = secrets.list.get_mut(mark as usize) {
            // Whatever thread comes first, the surest and then the first rule names the secret.
            if (found.confidence, std::cmp::Reverse(found.rule), &found.proof)
                > (known.confidence, std::cmp::Reverse(known.rule), &known.proof)
            {
                (known.rule, known.confidence) = (found.rule, found.confidence);
                known.proof = found.proof.clone();
            }
        }
        Some(mark)
    }

    /// Moves the kept ones of the worker's new matches to `kept`, with their marks.
    fn keep(&self, worker: &mut Worker, text: &[u8], kept: &mut Vec<Marked>) {
        for found in worker.matches.drain(..) {
            match &found.verdict {
                Verdict::Kept => {
                    let mark = self.mark(&found, &text[found.secret.clone()]);
                    worker.gathered.stats.below_confidence += u64::from(mark.is_none());
                    kept.push(Marked { found, mark });
                }
                Verdict::Rejected(reason) => {
                    *worker.gathered.stats.rejected.entry(reason.to_string()).or_default() += 1;
                }
            }
        }
    }

    /// Finds and judges the anchors of a range.
    fn look(&self, worker: &mut Worker, text: &[u8], range: Range<usize>, seen: &mut Seen) {
        self.engine.near_matches(text, range, &mut worker.scratch, &mut worker.matches, &mut seen.far);
        self.keep(worker, text, &mut seen.near);
    }

    /// Notes which secrets an object has.
    fn note(&self, worker: &mut Worker, object: ObjectId, text: &[u8], seen: &mut Seen) {
        seen.near.sort_by_key(|one| one.found.anchor);
        seen.far.sort_by_key(|anchor| anchor.start);
        if seen.near.is_empty() && seen.far.is_empty() {
            return;
        }
        let mut all = seen.near.clone();
        for anchor in &seen.far {
            self.engine.far_matches(text, *anchor, &mut worker.scratch, &mut worker.matches);
        }
        self.keep(worker, text, &mut all);
        keep_winners(self.engine, &mut all);
        worker.gathered.pairs.extend(all.iter().filter_map(|one| Some((object, one.mark?))));
    }

    /// Scans a text of which nothing is known.
    fn all(&self, worker: &mut Worker, object: ObjectId, text: &[u8]) -> Seen {
        if matches!(Encoding::of(text), Encoding::Utf16Little | Encoding::Utf16Big) {
            let mut input = text;
            // Reading from memory does not fail.
            let _ = self.decoded(worker, object, &mut input);
            return Seen::default();
        }
        let mut seen = Seen { is_plain: true, ..Seen::default() };
        self.look(worker, text, 0..text.len(), &mut seen);
        self.note(worker, object, text, &mut seen);
        seen
    }

    /// Scans what must be decoded, or is too large to be held.
    fn decoded(&self, worker: &mut Worker, object: ObjectId, input: &mut dyn Read) -> io::Result<()> {
        const STEP: usize = 1 << 20;
        let Worker { scratch, gathered, .. } = worker;
        let read = scan(self.engine, input, STEP, scratch, |sighting| {
            if sighting.found.verdict == Verdict::Kept {
                gathered.pairs.extend(self.mark(sighting.found, sighting.secret).map(|mark| (object, mark)));
            }
            ControlFlow::Continue(())
        });
        read.map(|_| ()).map_err(|stopped| stopped.error)
    }

    /// What is done with every object, however it is scanned.
    fn meet(&self, worker: &mut Worker, object: Object, bytes: &[u8]) {
        worker.gathered.stats.blobs += 1;
        worker.gathered.stats.bytes += object.size;
        self.progress.advance(object.size);
        match object.kind {
            Kind::Commit => worker.gathered.links.extend(CommitLinks::parse(self.store, object.id, bytes)),
            Kind::Tag => {
                worker.gathered.tags.add(object.id, bytes);
            }
            Kind::Blob if lfs::is_pointer(bytes) => {
                let name = self.store.oid(object.id).map_or_else(String::new, |oid| oid.to_string());
                let why = "the content of a Git LFS file is on a server; `git lfs fetch` brings it";
                self.gap(Gap::new(GapKind::Lfs, format_args!("blob {name}"), why));
            }
            _ => {}
        }
    }
}

/// The message of a commit or tag: what follows the first empty line. The header holds names and addresses, no text of anybody's.
pub(super) fn message(bytes: &[u8]) -> &[u8] {
    memchr::memmem::find(bytes, b"\n\n").map_or(&[], |at| &bytes[at + 2..])
}

impl Visit for Scanner<'_> {
    type State = Seen;
    type Scratch = Worker;

    fn scratch(&self) -> Worker {
        Worker::default()
    }

    fn whole(&self, worker: &mut Worker, object: Object, bytes: &[u8]) -> Seen {
        self.meet(worker, object, bytes);
        match object.kind {
            Kind::Blob => self.all(worker, object.id, bytes),
            _ => {
                self.all(worker, object.id, message(bytes));
                Seen::default()
            }
        }
    }

    fn version(&self, worker: &mut Worker, object: Object, base: &Seen, made: Made<'_>) -> Seen {
        let text = made.bytes;
        let is_decoded = matches!(Encoding::of(text), Encoding::Utf16Little | Encoding::Utf16Big);
        if object.kind != Kind::Blob || !base.is_plain || is_decoded {
            return self.whole(worker, object, text);
        }
        self.meet(worker, object, text);
        let reach = self.engine.near_reach();
        let mut seen = Seen { is_plain: true, ..Seen::default() };
        let mut looked = 0;
        for copied in made.copied {
            let (from, to, length) = (copied.from as usize, copied.to as usize, copied.len as usize);
            // At an end that both versions share nothing lies beyond that could differ.
            let begins = from == 0 && to == 0;
            let ends = from + length == made.base.len() && to + length == text.len();
            let first = to + if begins { 0 } else { reach.before };
            let last = (to + length).saturating_sub(if ends { 0 } else { reach.after });
            if first >= last {
                continue;
            }
            self.look(worker, text, looked..first, &mut seen);
            carry(base, first - to + from..last - to + from, first, &mut seen);
            looked = last;
        }
        self.look(worker, text, looked..text.len(), &mut seen);
        self.note(worker, object.id, text, &mut seen);
        seen
    }

    fn stream(&self, worker: &mut Worker, object: Object, content: &mut dyn Read) -> io::Result<()> {
        self.meet(worker, object, &[]);
        self.decoded(worker, object.id, content)
    }

    fn gap(&self, gap: Gap) {
        self.gaps.lock().unwrap_or_else(PoisonError::into_inner).push(gap);
    }

    fn cancelled(&self) -> bool {
        self.progress.is_stopped()
    }
}

/// Carries what the base has at anchors in `range` over to where that range begins in the version.
fn carry(base: &Seen, range: Range<usize>, to: usize, seen: &mut Seen) {
    let moved = |at: usize| at - range.start + to;
    let first = base.near.partition_point(|one| one.found.anchor < range.start);
    for one in base.near[first..].iter().take_while(|one| one.found.anchor < range.end) {
        let mut one = one.clone();
        // The secret may begin before the anchor, but not before the reach: the sum does not run below zero.
        one.found.secret = one.found.secret.start + to - range.start..one.found.secret.end + to - range.start;
        one.found.anchor = moved(one.found.anchor);
        seen.near.push(one);
    }
    let first = base.far.partition_point(|anchor| anchor.start < range.start);
    for anchor in base.far[first..].iter().take_while(|anchor| anchor.start < range.end) {
        seen.far.push(anchor.moved_to(moved(anchor.start)));
    }
}
