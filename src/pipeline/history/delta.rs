//! Scans objects in the delta domain.
//!
//! A version of a file is stored as stretches copied from another version, with new bytes between them. The matches of an anchor (a keyword
//! or a run) depend on a bounded reach around it. If an anchor lies with its reach inside one copied stretch, its matches are carried over
//! to the new offset; all other anchors are evaluated again. By locality the result equals that of scanning each version completely, which
//! [`Scanner::whole`] does; a test compares the two.
//!
//! Rules for whole private keys reach too far to stay within a stretch. Their keywords are rare: their offsets are stored and carried over,
//! and they are evaluated again in every version in which any byte within their reach differs.

use super::super::Progress;
use super::super::whole_text::WholeText;
use super::carry_over::{FarMatches, Marked, ScannedVersion};
use super::contents::{Closed, Contents, container_of, is_archive};
use super::distinct::{Distinct, hash};
use super::secrets::{Candidate, NumberedSecret, Place, Secrets, Sighted};
use crate::content::{Limits, TextView};
use crate::engine::{Engine, FarAnchor, Match, Reason, Scratch, Sighting, Verdict, VerdictCache, keep_winners, scan};
use crate::git::commit::said;
use crate::git::gap::{Fault, Gap, GapKind};
use crate::git::graph::{CommitLinks, Tags};
use crate::git::lfs;
use crate::git::oid::{Kind, Oid};
use crate::git::pack::delta::Copied;
use crate::git::store::{ObjectId, Store};
use crate::git::walk::{Made, Object, Visit};
use crate::model::{Confidence, Fingerprint, Proof, Stats, Step};
use crate::pipeline::watched::Watched;
use crate::proof;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that are read at once.
const STEP: usize = 1 << 20;

/// Largest number of matches of an object that are kept. An object with more is scanned as a stream with few matches in memory, and so is
/// every version of it.
const MOST_MATCHES: usize = 1 << 18;

/// Scans objects while they are walked.
pub(super) struct Scanner<'s> {
    engine: &'s Engine,
    whole_text: Option<&'s WholeText>,
    store: &'s Store,
    confidence: Confidence,
    progress: &'s Progress,
    secrets: Secrets,
    verdict_cache: Arc<VerdictCache>,
    gaps: Mutex<Vec<Gap>>,
    /// One bit an object: whether it was counted. One that stands in several packs may be met several times.
    counted: Vec<AtomicU64>,
    /// Kinds of containers that stay closed.
    closed: &'s [String],
}

/// Results of all threads of a walk.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) sighted: Vec<Sighted>,
    pub(super) links: Vec<CommitLinks>,
    pub(super) tags: Tags,
    /// The blobs that are Git LFS pointers.
    pub(super) pointers: Vec<ObjectId>,
    /// What could not be read in containers.
    pub(super) closed: Vec<Closed>,
    /// What was read, with its size in bytes, if somebody observes it.
    pub(super) met: Vec<(ObjectId, Kind, u64)>,
    pub(super) stats: Stats,
    /// What was found with too little confidence.
    unsure: Distinct,
    /// What was turned down, by reason.
    rejected: BTreeMap<Reason, Distinct>,
}

/// State of one thread.
#[derive(Default)]
pub(super) struct Worker {
    scratch: Scratch,
    matches: Vec<Match>,
    far: Vec<FarAnchor>,
    gathered: Gathered,
}

/// The part of a blob's text that is scanned, in one version.
struct Text<'t> {
    object: ObjectId,
    bytes: &'t [u8],
}

impl Gathered {
    pub(super) fn merge(&mut self, worker: Worker) {
        self.sighted.extend(worker.gathered.sighted);
        self.links.extend(worker.gathered.links);
        self.tags.merge(worker.gathered.tags);
        self.pointers.extend(worker.gathered.pointers);
        self.closed.extend(worker.gathered.closed);
        self.met.extend(worker.gathered.met);
        self.stats.add(&worker.gathered.stats);
        self.unsure.merge(worker.gathered.unsure);
        for (reason, values) in worker.gathered.rejected {
            self.rejected.entry(reason).or_default().merge(values);
        }
    }

    /// Puts into the counts how many different values were turned down, and how many were not found with more confidence elsewhere.
    pub(super) fn count(&mut self, engine: &Engine, found: &[NumberedSecret]) {
        self.unsure.remove(found.iter().map(|one| value_hash(engine, one.rule, one.secret.expose())));
        self.stats.below_confidence += self.unsure.count();
        for (reason, values) in &self.rejected {
            *self.stats.rejected.entry(reason.to_string()).or_default() += values.count();
        }
    }

    /// Takes note of a value that was turned down. One that lost its bytes to a better rule's match is not counted: that one is reported.
    fn reject(&mut self, reason: &Reason, secret: &[u8]) {
        if matches!(reason, Reason::Overlap(_)) {
            return;
        }
        if let Some(values) = self.rejected.get_mut(reason) {
            values.insert(hash(secret));
        } else {
            self.rejected.entry(reason.clone()).or_default().insert(hash(secret));
        }
    }
}

impl<'s> Scanner<'s> {
    pub(super) fn new(
        engine: &'s Engine,
        store: &'s Store,
        confidence: Confidence,
        progress: &'s Progress,
    ) -> Scanner<'s> {
        let (secrets, verdict_cache, gaps) = (Secrets::default(), Arc::default(), Mutex::default());
        let counted = (0..store.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Scanner {
            engine,
            whole_text: None,
            store,
            confidence,
            progress,
            secrets,
            verdict_cache,
            gaps,
            counted,
            closed: &[],
        }
    }

    /// Adds a whole-text detector for rules of another scanner.
    pub(super) fn with_whole_text_rules(self, whole_text: Option<&'s WholeText>) -> Scanner<'s> {
        Scanner { whole_text, ..self }
    }

    /// The same, keeping these kinds of containers closed.
    pub(super) fn keeping_closed(self, closed: &'s [String]) -> Scanner<'s> {
        Scanner { closed, ..self }
    }

    /// Searches what a blob holds, if it is a container.
    fn contents(&self, worker: &mut Worker, object: ObjectId, bytes: (&[u8], Option<&mut dyn Read>)) {
        let Some(container) = container_of(bytes.0, self.closed) else { return };
        let Worker { scratch, gathered, .. } = worker;
        let (mut found, mut faults): (Vec<u32>, Vec<Closed>) = (Vec::new(), Vec::new());
        let contents = Contents { engine: self.engine, progress: self.progress, closed: self.closed };
        let mut seen = |_: &[Step], sighting: &Sighting<'_>| match &sighting.found.verdict {
            Verdict::Kept => found.extend(self.found_id(gathered, sighting.found, sighting.secret, object)),
            Verdict::Rejected(reason) => gathered.reject(reason, sighting.secret),
        };
        let mut fault = |steps, fault| faults.push((object, steps, fault));
        let oid = self.store.oid(object);
        contents.search(container, bytes, oid.as_ref().map(Oid::as_bytes), scratch, &mut seen, &mut fault);
        gathered.closed.append(&mut faults);
        found.sort_unstable();
        found.dedup();
        self.sight(worker, object, found.into_iter().map(|found_id| (found_id, Place::INSIDE)).collect());
    }

    /// Records what rules of another scanner could find in a blob; their path conditions are evaluated later for each of its paths. They
    /// depend on the whole text, so nothing is carried over between versions.
    fn with_whole_text(&self, worker: &mut Worker, object: ObjectId, bytes: &[u8]) {
        let Some(whole_text) = self.whole_text else { return };
        let (text, offsets) = TextView::of(bytes);
        let proof = &Proof::default();
        let mut places = Vec::new();
        for sight in whole_text.sights((&text, &offsets), None) {
            let (rule, secret) = (sight.found.rule, &text[sight.found.secret.clone()]);
            let fingerprint = proof::fingerprint(&self.engine.rule(&sight.found).family, secret);
            let new = Candidate { rule, confidence: Confidence::High, proof, fingerprint, secret, object };
            let place = Place::of(&sight.found, sight.found.secret.start);
            places.extend(self.secrets.found_id(&new).map(|found_id| (found_id, place)));
        }
        // A rule may match a file by its path alone, and any blob may have that path.
        if let Some((rule, oid)) = whole_text.any_of_path().zip(self.store.oid(object)) {
            let fingerprint = Fingerprint::new("", oid.to_string().as_bytes());
            let new = Candidate { rule, confidence: Confidence::High, proof, fingerprint, secret: b"", object };
            places.extend(self.secrets.found_id(&new).map(|found_id| (found_id, Place::START)));
        }
        self.sight(worker, object, places);
    }

    /// What was found, what could not be read, and whether there were more secrets than could be kept.
    pub(super) fn finish(self) -> (Vec<NumberedSecret>, Vec<Gap>, bool) {
        let mut gaps = self.gaps.into_inner().unwrap_or_else(PoisonError::into_inner);
        let is_full = self.secrets.is_full();
        if is_full {
            let why =
                "more secrets, or more versions with secrets, than are kept: some findings lack places, or are missing";
            gaps.push(Gap::new(GapKind::TooLarge, "findings", why));
        }
        (self.secrets.into_list(), gaps, is_full)
    }

    /// The number of what a kept match found; none when its confidence is too little to be reported, which is counted.
    fn found_id(&self, gathered: &mut Gathered, found: &Match, secret: &[u8], object: ObjectId) -> Option<u32> {
        if found.confidence < self.confidence {
            gathered.unsure.insert(value_hash(self.engine, found.rule, secret));
            return None;
        }
        let fingerprint = proof::fingerprint(&self.engine.rule(found).family, secret);
        let (rule, confidence, proof) = (found.rule, found.confidence, &found.proof);
        self.secrets.found_id(&Candidate { rule, confidence, proof, fingerprint, secret, object })
    }

    /// Moves the worker's new matches that are kept to `kept`, with the ids of their secrets.
    fn keep(&self, worker: &mut Worker, text: &Text<'_>, kept: &mut Vec<Marked>) {
        let Worker { matches, gathered, .. } = worker;
        for found in matches.drain(..) {
            let secret = &text.bytes[found.secret.clone()];
            match &found.verdict {
                Verdict::Kept => {
                    let found_id = self.found_id(gathered, &found, found.value(text.bytes), text.object);
                    kept.push(Marked { found, found_id });
                }
                Verdict::Rejected(reason) => gathered.reject(reason, secret),
            }
        }
    }

    /// Evaluates the anchors of a range. Returns whether there are few enough to keep them all. Matches that are decided before `settled`
    /// are left out.
    fn look(
        &self,
        worker: &mut Worker,
        text: &Text<'_>,
        (range, settled): (Range<usize>, usize),
        seen: &mut ScannedVersion,
    ) -> bool {
        let mut start = range.start;
        while start < range.end {
            let end = range.end.min(start + STEP);
            let Worker { scratch, matches, far, .. } = worker;
            self.engine.near_matches(text.bytes, (start..end, settled), scratch, matches, far);
            seen.far.extend(far.drain(..).map(|anchor| FarMatches { anchor, found: None }));
            self.keep(worker, text, &mut seen.near);
            if seen.len() > MOST_MATCHES {
                return false;
            }
            start = end;
        }
        true
    }

    /// Evaluates anchors with a long reach, and records the secrets of an object.
    fn note(&self, worker: &mut Worker, text: &Text<'_>, seen: &mut ScannedVersion) {
        if seen.len() == 0 {
            return;
        }
        seen.sort();
        worker.scratch.begin_text();
        for one in seen.far.iter_mut().filter(|one| one.found.is_none()) {
            self.engine.far_matches(text.bytes, &mut one.anchor, &mut worker.scratch, &mut worker.matches);
            let mut found = Vec::new();
            self.keep(worker, text, &mut found);
            one.found = Some(found);
        }
        let mut all: Vec<&Marked> =
            seen.near.iter().chain(seen.far.iter().flat_map(|one| one.found.iter().flatten())).collect();
        keep_winners(self.engine, &mut all);
        let sighted = all.iter().filter_map(|one| Some((one.found_id?, Place::of(&one.found, one.found.secret.start))));
        self.sight(worker, text.object, sighted.collect());
    }

    fn sight(&self, worker: &mut Worker, object: ObjectId, places: Vec<(u32, Place)>) {
        if !places.is_empty() && self.secrets.may_keep(places.len()) {
            let sighted = |(found_id, place)| Sighted { object, found_id, place };
            worker.gathered.sighted.extend(places.into_iter().map(sighted));
        }
    }

    /// Scans a blob, or the message of another object, without a base.
    fn all(&self, worker: &mut Worker, object: ObjectId, bytes: &[u8]) -> ScannedVersion {
        let mark_length = TextView::plain_after(bytes);
        if let Some(mark_length) = mark_length {
            let text = Text { object, bytes: &bytes[mark_length..] };
            let mut seen = ScannedVersion { mark_length: Some(mark_length), ..ScannedVersion::default() };
            if self.look(worker, &text, (0..text.bytes.len(), 0), &mut seen) {
                self.note(worker, &text, &mut seen);
                return seen;
            }
        }
        self.stream_bytes(worker, object, bytes)
    }

    fn stream_bytes(&self, worker: &mut Worker, object: ObjectId, mut bytes: &[u8]) -> ScannedVersion {
        // Reading from memory does not fail.
        let _ = self.decoded(worker, object, &mut bytes);
        ScannedVersion::default()
    }

    /// Scans an object that must be decoded, is too large for memory, or has too many matches.
    fn decoded(&self, worker: &mut Worker, object: ObjectId, input: &mut dyn Read) -> io::Result<()> {
        let mut places: Vec<(u32, Place)> = Vec::new();
        let Worker { scratch, gathered, .. } = worker;
        let read = scan(self.engine, input, STEP, scratch, |sighting| {
            match &sighting.found.verdict {
                Verdict::Kept => {
                    let found_id = self.found_id(gathered, sighting.found, sighting.secret, object);
                    let place = Place::of(sighting.found, sighting.found.secret.start);
                    places.extend(found_id.map(|found_id| (found_id, place)));
                }
                Verdict::Rejected(reason) => gathered.reject(reason, sighting.secret),
            }
            if self.progress.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.sight(worker, object, places);
        read.map(|_| ()).map_err(|stopped| stopped.error)
    }

    /// Scans the text of a version; returns `None` when it has too many matches, or something in it must be decoded.
    fn changed(
        &self,
        worker: &mut Worker,
        text: &Text<'_>,
        base: (&ScannedVersion, &[u8]),
        copies: impl Iterator<Item = Copied>,
    ) -> Option<ScannedVersion> {
        let (base, base_text) = base;
        let reach = self.engine.near_reach();
        let mut seen = ScannedVersion { mark_length: base.mark_length, ..ScannedVersion::default() };
        let (mut looked, mut settled) = (0, 0);
        for copied in copies {
            let (from, to, length) = (copied.from as usize, copied.to as usize, copied.len as usize);
            // At an end that both versions share, no bytes beyond it can differ.
            let begins = from == 0 && to == 0;
            let ends = from + length == base_text.len() && to + length == text.bytes.len();
            let first = to + if begins { 0 } else { reach.before };
            if first >= to + length {
                continue; // Most are so short; the others are worth a look at their lines.
            }
            let last = if ends { to + length } else { self.engine.open_from(text.bytes, to + length) };
            if first >= last {
                continue;
            }
            if must_decode(text, looked..first) || !self.look(worker, text, (looked..first, settled), &mut seen) {
                return None;
            }
            let certain = first - to + from..last - to + from;
            seen.carry(self.engine, base, (base_text, text.bytes), (certain, from + length), first);
            (looked, settled) = (last, to + length);
        }
        let last = looked..text.bytes.len();
        let may = !must_decode(text, last.clone()) && self.look(worker, text, (last, settled), &mut seen);
        may.then(|| {
            self.note(worker, text, &mut seen);
            seen
        })
    }

    fn corrupt(&self, object: Object, what: &'static str) {
        let name = self.store.oid(object.id).map_or_else(String::new, |oid| oid.to_string());
        let what = Gap::from_fault(format_args!("{} {name}", object.kind.name()), &Fault::Corrupt(what));
        self.gap(what);
    }

    /// Work for every object, however it is scanned.
    fn meet(&self, worker: &mut Worker, object: Object, bytes: &[u8]) {
        let (word, bit) = (object.id.index() / 64, 1 << (object.id.index() % 64));
        if self.counted[word].fetch_or(bit, Ordering::Relaxed) & bit == 0 {
            worker.gathered.stats.blobs += 1;
            worker.gathered.stats.bytes += object.size;
            self.progress.advance(1, object.size);
            if self.progress.observer().is_some() {
                worker.gathered.met.push((object.id, object.kind, object.size));
            }
        }
        match object.kind {
            Kind::Commit => match CommitLinks::parse(self.store, object.id, bytes) {
                Some(links) => worker.gathered.links.push(links),
                None => self.corrupt(object, "a commit without a tree"),
            },
            Kind::Tag if !worker.gathered.tags.add(object.id, bytes) => {
                self.corrupt(object, "a tag that does not say of what");
            }
            Kind::Blob if lfs::is_pointer(bytes) => worker.gathered.pointers.push(object.id),
            _ => {}
        }
    }
}

/// What tells a value that was found from others.
fn value_hash(engine: &Engine, rule: u32, secret: &[u8]) -> u64 {
    hash((&*engine.rules()[rule as usize].family, secret))
}

/// Whether something must be decoded of which a part stands in a range. The other version had nothing of that kind, so it would stand where
/// something is new: there, too.
fn must_decode(text: &Text<'_>, range: Range<usize>) -> bool {
    let near = range.start.saturating_sub(TextView::REACH)..text.bytes.len().min(range.end + TextView::REACH);
    !range.is_empty() && TextView::has_run(&text.bytes[near])
}

/// The part of a copied stretch after a byte-order mark that both versions have, with offsets relative to the end of the mark.
fn behind(mark: usize, copied: &Copied) -> Option<Copied> {
    let mark = mark as u32;
    let cut = mark.saturating_sub(copied.from).max(mark.saturating_sub(copied.to));
    let len = copied.len.checked_sub(cut).filter(|len| *len > 0)?;
    Some(Copied { from: copied.from + cut - mark, to: copied.to + cut - mark, len })
}

impl Visit for Scanner<'_> {
    type State = ScannedVersion;
    type Scratch = Worker;

    fn scratch(&self) -> Worker {
        Worker { scratch: Scratch::remembering(&self.verdict_cache), ..Worker::default() }
    }

    fn whole(&self, worker: &mut Worker, object: Object, bytes: &[u8]) -> ScannedVersion {
        self.meet(worker, object, bytes);
        match object.kind {
            Kind::Blob => {
                self.with_whole_text(worker, object.id, bytes);
                self.contents(worker, object.id, (bytes, None));
                if is_archive(bytes, self.closed) {
                    return ScannedVersion::default();
                }
                self.all(worker, object.id, bytes)
            }
            _ => {
                self.all(worker, object.id, said(bytes));
                ScannedVersion::default()
            }
        }
    }

    fn version(&self, worker: &mut Worker, object: Object, base: &ScannedVersion, made: Made<'_>) -> ScannedVersion {
        let mark = base
            .mark_length
            .filter(|mark| object.kind == Kind::Blob && TextView::plain_beginning(made.bytes) == Some(*mark));
        let mark = mark.filter(|_| !is_archive(made.bytes, self.closed));
        let Some(mark) = mark else { return self.whole(worker, object, made.bytes) };
        self.meet(worker, object, made.bytes);
        self.with_whole_text(worker, object.id, made.bytes);
        self.contents(worker, object.id, (made.bytes, None));
        let text = Text { object: object.id, bytes: &made.bytes[mark..] };
        let copies = made.copied.iter().filter_map(|copied| behind(mark, copied));
        let seen = self.changed(worker, &text, (base, &made.base[mark..]), copies);
        seen.unwrap_or_else(|| self.stream_bytes(worker, object.id, made.bytes))
    }

    fn stream(&self, worker: &mut Worker, object: Object, content: &mut dyn Read) -> io::Result<()> {
        let mut content = Watched::new(content, self.progress, None).of_member().keeping_closed(self.closed);
        content = content.keeping(Limits::default().held);
        self.decoded(worker, object.id, &mut content)?;
        if content.container().is_some() {
            let (head, rest) = content.into_parts();
            self.contents(worker, object.id, (&head, Some(rest)));
        }
        // Only now, because the declared size may be wrong.
        self.meet(worker, object, &[]);
        if let Some(whole_text) = self.whole_text.filter(|_| object.kind == Kind::Blob) {
            let what = self.store.oid(object.id).map_or_else(|| "a blob".to_owned(), |oid| format!("blob {oid}"));
            let why =
                format!("rules of {} look at whole files, and this one is too large", whole_text.gitleaks.config.file);
            self.gap(Gap::new(GapKind::TooLarge, what, why));
        }
        Ok(())
    }

    fn gap(&self, gap: Gap) {
        self.gaps.lock().unwrap_or_else(PoisonError::into_inner).push(gap);
    }

    fn cancelled(&self) -> bool {
        self.progress.is_stopped()
    }
}
