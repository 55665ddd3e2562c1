//! Reads every blob of the sources, runs the engine on it, and passes the results to a sink.

use super::contents::{self, Contents};
use super::detections::{Policy, detection, rejected, suppression_for};
use super::layers::{LayerPaths, Noted};
use super::path_class;
use super::watched::Watched;
use super::whole_text::{self, Sight, WholeText};
use super::{Progress, count_rejected};
use crate::content::{Budget, Class, Container, Fault, Input, Limits, TextView};
use crate::engine::{Engine, Match, Reason, Scratch, Sighting, StreamError, Surroundings, Verdict, scan};
use crate::model::Stats;
use crate::model::{
    Blob, Confidence, Content, Detection, Fingerprint, Origin, Outer, Problem, ProblemKind, Proof, RejectedMatch,
    Severity, Sink, Skip, SkipKind, Suppression, Unit, Whole,
};
use crate::policy::{Scope, Scopes};
use crate::sources::{Event, Source, SourceError};
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Bytes that one thread reads at once; with the reach of the rules they fit in the second-level cache.
const STEP: usize = 256 << 10;
/// Findings that a thread collects before it sends them: waking the collector for each would cost more than the finding.
const BATCH: usize = 64;
/// Capacity of the channel to the collector, in batches.
const WAITING: usize = 64;

/// A scan, ready to be run.
#[derive(Debug)]
pub struct Scan<'e> {
    engine: &'e Engine,
    confidence: Confidence,
    severity: Severity,
    policy: Policy<'e>,
    whole_text: Option<WholeText>,
    progress: Arc<Progress>,
    /// Names of containers that stay closed.
    closed: Arc<[String]>,
    /// Where paths of layers are noted.
    layers: Option<&'e LayerPaths>,
}

/// Messages from the scanning threads to the collector.
enum Message {
    Detection(Box<Detection>),
    Suppressed(Box<(Detection, Suppression)>),
    Rejected(Box<RejectedMatch>),
    Problem(Problem),
    Skip(Skip),
}

impl<'e> Scan<'e> {
    /// A scan that reports findings of at least this confidence. It advances `progress` and can be stopped by it.
    #[must_use]
    pub fn new(engine: &'e Engine, confidence: Confidence, progress: Arc<Progress>) -> Scan<'e> {
        Scan {
            engine,
            confidence,
            severity: Severity::Low,
            policy: Policy::None,
            whole_text: None,
            progress,
            closed: Arc::default(),
            layers: None,
        }
    }

    /// Applies a policy, for sources in one scope: its thresholds, its exceptions and inline comments. Ignore files and baselines are
    /// applied later, when all findings are known.
    #[must_use]
    pub fn under(self, scopes: &'e Scopes, scope: &'e Scope) -> Scan<'e> {
        let (confidence, severity) = (scope.confidence().value, scope.severity().value);
        let whole_text = WholeText::of(scope, self.engine);
        let closed = scope.closed_containers().into();
        Scan { confidence, severity, policy: Policy::One(scopes, scope), whole_text, closed, ..self }
    }

    /// Applies policies, for sources in several scopes, all of which have been [prepared](Scopes::prepare). The thresholds are those of
    /// `root`; excluded paths, disabled rules and exceptions are those of each finding's own directory.
    #[must_use]
    pub(super) fn under_each(self, scopes: &'e Scopes, root: &Scope) -> Scan<'e> {
        let (confidence, severity) = (root.confidence().value, root.severity().value);
        let whole_text = WholeText::of(root, self.engine);
        let closed = root.closed_containers().into();
        Scan { confidence, severity, policy: Policy::Each(scopes), whole_text, closed, ..self }
    }

    /// Notes the paths of files in layers of images, and passes over the marks among them.
    pub(super) fn noting(self, layers: &'e LayerPaths) -> Scan<'e> {
        Scan { layers: Some(layers), ..self }
    }

    /// Visits all sources and feeds the sink, on this thread.
    ///
    /// # Errors
    /// Fails when a source cannot start. The results in the sink are then incomplete.
    pub fn run(&self, sources: &[Box<dyn Source>], sink: &mut dyn Sink) -> Result<Stats, SourceError> {
        let sources: Vec<&dyn Source> = sources.iter().map(AsRef::as_ref).collect();
        self.run_each(&sources, sink)
    }

    /// The same for sources that the caller keeps.
    pub(super) fn run_each(&self, sources: &[&dyn Source], sink: &mut dyn Sink) -> Result<Stats, SourceError> {
        let begin = Instant::now();
        let wants_rejected = sink.wants_rejected();
        let (sender, receiver) = sync_channel(WAITING);
        let counts = Mutex::new(Stats::default());
        let result = std::thread::scope(|threads| {
            let visitor = threads.spawn(|| {
                let workers = Workers { scan: self, sender, wants_rejected, idle: Mutex::default(), counts: &counts };
                sources.iter().try_for_each(|source| source.visit(&|event| workers.take(event)))
            });
            for message in receiver.into_iter().flatten() {
                match message {
                    Message::Detection(detection) => sink.detection(*detection),
                    Message::Suppressed(suppressed) => sink.suppressed(suppressed.0, suppressed.1),
                    Message::Rejected(rejected) => sink.rejected(*rejected),
                    Message::Problem(problem) => sink.problem(problem),
                    Message::Skip(skip) => sink.skip(skip),
                }
            }
            visitor.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        if self.progress.is_stopped() {
            sink.problem(Problem {
                what: "the scan".to_owned(),
                kind: ProblemKind::Interrupted,
                detail: "it was interrupted; what it found until then is reported".to_owned(),
            });
        }
        let mut stats = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
        stats.elapsed = begin.elapsed();
        result.map(|()| stats)
    }
}

/// State shared by the threads of a scan.
struct Workers<'s, 'e> {
    scan: &'s Scan<'e>,
    sender: SyncSender<Vec<Message>>,
    wants_rejected: bool,
    /// Idle workers, with the counts of their threads.
    idle: Mutex<Vec<Worker>>,
    counts: &'s Mutex<Stats>,
}

/// Scratch space, counts and findings of one thread.
#[derive(Default)]
struct Worker {
    scratch: Scratch,
    stats: Stats,
    /// Rejected matches by reason; converted to text once at the end, because there are many.
    turned_down: BTreeMap<Reason, u64>,
    found: Vec<Message>,
    /// Within a document, the secrets that its text shows.
    seen: Option<HashSet<Fingerprint>>,
}

/// Where a part of a container is read.
#[derive(Clone, Copy)]
struct Inside<'b> {
    /// What is left for the file that it lies in.
    budget: &'b Budget,
    /// It is what a compressed stream unpacks to.
    was_compressed: bool,
}

impl Workers<'_, '_> {
    fn take(&self, event: Event<'_>) -> ControlFlow<()> {
        if self.scan.progress.is_stopped() {
            return ControlFlow::Break(());
        }
        match event {
            Event::Problem(problem) => self.send(Message::Problem(problem)),
            Event::Skip(skip) => self.send(Message::Skip(skip)),
            Event::Blob(blob) => {
                let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                let mut worker = idle().pop().unwrap_or_default();
                let flow = self.blob(blob, None, &mut worker);
                idle().push(worker);
                flow
            }
        }
    }

    /// Searches a blob, and what it holds.
    fn blob(&self, blob: Blob<'_>, inside: Option<Inside<'_>>, worker: &mut Worker) -> ControlFlow<()> {
        let Scan { engine, confidence, severity, policy, whole_text, progress, closed, layers } = self.scan;
        let Blob { origin, bytes, whole } = blob;
        let mut after_first;
        let bytes: &mut dyn Read = match layers.map(|layers| layers.note(&origin)) {
            // A mark has no content; whatever stands there all the same is read.
            Some(Noted::Mark) => {
                let mut first = [0];
                match bytes.read(&mut first) {
                    Ok(0) => return ControlFlow::Continue(()),
                    Ok(_) => {
                        after_first = io::Cursor::new(first).chain(bytes);
                        &mut after_first
                    }
                    Err(_) => bytes,
                }
            }
            _ => bytes,
        };
        let origin = Arc::new(origin);
        let mut bytes = Watched::new(bytes, progress, origin.innermost_path()).keeping_closed(closed);
        bytes = match (inside, whole) {
            (Some(inside), whole) => bytes.of_member().keeping(if whole.is_some() { 0 } else { inside.budget.room() }),
            (None, Some(_)) => bytes,
            (None, None) => bytes.keeping(Limits::default().held),
        };
        let observer = progress.observer();
        // What lies in something else is vouched for by that, and a layer has its digest already.
        if observer.is_some() && inside.is_none() && !origin.is_layer() {
            bytes = bytes.hashing();
        }
        let mut has_secret = false;
        let mut held;
        let mut path = None;
        let input: &mut dyn Read = match whole_text {
            None => &mut bytes,
            Some(whole_text) => {
                let absolute = policy.scopes().and_then(|scopes| scopes.absolute(&origin));
                path = whole_text.path(&origin, absolute.as_deref()).flatten();
                let looks = whole_text.path(&origin, absolute.as_deref()).is_some();
                held = self.with_whole_text(
                    whole_text,
                    &origin,
                    looks.then_some(path.as_deref()),
                    &mut bytes,
                    &mut has_secret,
                )?;
                &mut held
            }
        };
        let Worker { scratch, stats, turned_down, found: batch, seen: fingerprints } = worker;
        let mut first = batch.len();
        let mut gather = |message, fingerprint| {
            batch.push(message);
            if let Some(fingerprints) = fingerprints {
                fingerprints.extend(fingerprint);
            }
            if batch.len() < BATCH {
                return ControlFlow::Continue(());
            }
            first = 0;
            self.pass_on(std::mem::take(batch))
        };
        let read = scan(engine, input, STEP, scratch, |seen| {
            let rule = engine.rule(seen.found);
            let believed = || path_class::adjusted_in(rule, seen.found.confidence, &origin);
            match &seen.found.verdict {
                Verdict::Kept if believed() < *confidence => stats.below_confidence += 1,
                Verdict::Kept if rule.severity < *severity => stats.below_severity += 1,
                Verdict::Kept => {
                    let found = detection(rule, believed(), &origin, &seen);
                    if let Policy::One(scopes, _) = policy {
                        // Warms the scope cache; `apply` reports errors.
                        let _ = scopes.meet(&origin);
                    }
                    let by = suppression_for(*policy, engine, &found, &seen).or_else(|| {
                        let whole_text = whole_text.as_ref()?;
                        let place = whole_text.place(path.as_deref(), origin.commit());
                        whole_text.gitleaks.exempts(&found.family, seen.secret, Some(seen.around), &place)
                    });
                    let fingerprint = Some(found.fingerprint);
                    has_secret = true;
                    let message = match by {
                        Some(by) => Message::Suppressed(Box::new((found, by))),
                        None => Message::Detection(Box::new(found)),
                    };
                    return gather(message, fingerprint);
                }
                Verdict::Rejected(reason) => {
                    *turned_down.entry(reason.clone()).or_default() += 1;
                    if self.wants_rejected {
                        let rejected = rejected(engine, &origin, &seen, reason);
                        return gather(Message::Rejected(Box::new(rejected)), None);
                    }
                }
            }
            ControlFlow::Continue(())
        });
        let passed = read.as_ref().ok().copied();
        let flow = match read {
            Ok(count) => {
                stats.blobs += 1;
                stats.bytes += count;
                if inside.is_none() {
                    progress.advance(1, 0);
                }
                ControlFlow::Continue(())
            }
            Err(StreamError { after, .. }) if progress.is_stopped() => {
                stats.bytes += after;
                ControlFlow::Break(())
            }
            Err(StreamError { after, error }) => {
                stats.bytes += after;
                match inside {
                    None => self.send(Message::Problem(Problem {
                        what: origin.display().into_owned(),
                        kind: ProblemKind::Unreadable,
                        detail: format!("reading failed after {after} bytes: {error}"),
                    })),
                    Some(inside) => match inside.budget.take_reason() {
                        Some(why) => self.send(Message::Problem(contents::problem(
                            &origin,
                            Fault { kind: Budget::KIND, detail: why.into() },
                        ))),
                        None if inside.budget.is_spent() => ControlFlow::Continue(()),
                        None => self.send(Message::Problem(contents::problem(&origin, Fault::of_read(&error)))),
                    },
                }
            }
        };
        flow?;
        if let Some((observer, count)) = observer.zip(passed) {
            let bytes_read = if bytes.is_cut() { whole.map_or(0, contents::length) } else { count };
            let content = Content { sha256: bytes.sha256(whole), bytes: bytes_read, has_secret };
            observer.read(Unit::Bytes(&origin), content);
        }
        if let Some(skipped) = bytes.skipped() {
            let what = format!("{} ({})", origin.display(), skipped.name());
            return self.send(Message::Skip(Skip { what, kind: SkipKind::Container }));
        }
        let Some(container) = bytes.container_of(whole) else { return ControlFlow::Continue(()) };
        let was_compressed = inside.is_some_and(|inside| inside.was_compressed);
        let origin = contents::without_wrapper(&origin, container, was_compressed);
        if container.class() != Class::Document {
            return self.open(container, &origin, (bytes, whole), inside, worker);
        }
        // What a document shows as it stands is reported only if its text does not show it.
        let raw = worker.found.split_off(first.min(worker.found.len()));
        let outer = worker.seen.replace(HashSet::new());
        let flow = self.open(container, &origin, (bytes, whole), inside, worker);
        let shown = std::mem::replace(&mut worker.seen, outer).unwrap_or_default();
        worker.found.extend(raw.into_iter().filter(|message| match message {
            Message::Detection(found) => !shown.contains(&found.fingerprint),
            Message::Suppressed(found) => !shown.contains(&found.0.fingerprint),
            _ => true,
        }));
        worker.seen.iter_mut().for_each(|seen| seen.extend(&shown));
        flow
    }

    /// Searches what a container holds.
    fn open(
        &self,
        container: Container,
        origin: &Origin,
        (bytes, whole): (Watched<'_>, Option<Whole<'_>>),
        inside: Option<Inside<'_>>,
        worker: &mut Worker,
    ) -> ControlFlow<()> {
        let own;
        let budget = match inside {
            Some(inside) => inside.budget,
            None => {
                own = contents::budget();
                &own
            }
        };
        let was_compressed = container.class() == Class::Compression;
        let mut part = |origin, input: Input<'_>| {
            let inside = Some(Inside { budget, was_compressed });
            match input {
                Input::Stream(bytes) => self.blob(Blob::stream(origin, bytes), inside, worker),
                Input::Whole(Whole::Memory(text)) => {
                    self.blob(Blob::memory(origin, text, &mut { text }), inside, worker)
                }
                Input::Whole(Whole::File(file)) => self.blob(Blob::file(origin, file, &mut { file }), inside, worker),
            }
        };
        let mut fault = |origin: &Origin, fault| self.send(Message::Problem(contents::problem(origin, fault)));
        let is_outermost = inside.is_none();
        let mut contents = Contents { origin, budget, is_outermost, part: &mut part, fault: &mut fault };
        match (whole, bytes.into_parts()) {
            (Some(whole), _) => contents.open_whole(container, whole),
            (None, (head, rest)) => contents.open_rest(container, &head, rest),
        }
    }

    /// Runs the whole-text detector on a blob and sends its matches; returns the reader for the engine. `path` is `None` when the rules do
    /// not scan this origin.
    fn with_whole_text<'w, 'b>(
        &self,
        whole_text: &WholeText,
        origin: &Arc<Origin>,
        path: Option<Option<&str>>,
        bytes: &'w mut Watched<'b>,
        has_secret: &mut bool,
    ) -> ControlFlow<(), Chained<'w, 'b>> {
        let Some(path) = path else { return ControlFlow::Continue(io::Cursor::new(Vec::new()).chain(bytes)) };
        let mut held = Vec::new();
        let read = (&mut *bytes).take(whole_text::MAX_TEXT_BYTES + 1).read_to_end(&mut held);
        if held.len() as u64 > whole_text::MAX_TEXT_BYTES {
            let detail = format!(
                "rules of {} look at whole files, and not at one over {} bytes",
                whole_text.gitleaks.config.file,
                whole_text::MAX_TEXT_BYTES
            );
            let what = origin.display().into_owned();
            self.send(Message::Problem(Problem { what, kind: ProblemKind::TooLarge, detail }))?;
            return ControlFlow::Continue(io::Cursor::new(held).chain(bytes));
        }
        // A partly read text is not scanned here: the engine meets the read error again and reports it.
        if read.is_ok() {
            let (text, offsets) = TextView::of(&held);
            let place = whole_text.place(path, origin.commit());
            // A blob without a path could belong to any file.
            let place = (!matches!(origin.outer, Outer::Object { .. })).then_some(&place);
            for sight in whole_text.sights((&text, &offsets), place) {
                *has_secret = true;
                self.sight(origin, &text, sight)?;
            }
            // A path is that of a file, not of each of its members.
            for (rule, by) in
                place.filter(|_| origin.steps.is_empty()).map(|place| whole_text.of_path(place)).unwrap_or_default()
            {
                self.path_alone(origin, path.unwrap_or_default(), rule, by)?;
            }
        }
        bytes.fail_again(read.err());
        ControlFlow::Continue(io::Cursor::new(held).chain(bytes))
    }

    /// Sends a match of the whole-text detector.
    fn sight(&self, origin: &Arc<Origin>, text: &[u8], sight: Sight) -> ControlFlow<()> {
        let Sight { found, location, matched, around, by } = sight;
        let engine = self.scan.engine;
        let seen = Sighting { found: &found, location, secret: &text[found.secret.clone()], around: &around };
        let mut detection = detection(engine.rule(seen.found), seen.found.confidence, origin, &seen);
        detection.occurrence.matched = Some(matched);
        let by = by.or_else(|| suppression_for(self.scan.policy, engine, &detection, &seen));
        self.found(detection, by)
    }

    /// Sends a finding of a rule that matches a path.
    fn path_alone(&self, origin: &Arc<Origin>, path: &str, rule: u32, by: Option<Suppression>) -> ControlFlow<()> {
        let (proof, confidence, verdict) = (Proof::default(), Confidence::High, Verdict::Kept);
        let found = Match { rule, secret: 0..0, anchor: 0, extent: 0, proof, confidence, verdict, decoded: None };
        let around = Surroundings::default();
        let seen = Sighting { found: &found, location: whole_text::START, secret: b"", around: &around };
        let engine = self.scan.engine;
        let mut detection = detection(engine.rule(seen.found), seen.found.confidence, origin, &seen);
        // There is no secret, so the path identifies the finding.
        detection.fingerprint = Fingerprint::new(&detection.family, path.as_bytes());
        let by = by.or_else(|| suppression_for(self.scan.policy, self.scan.engine, &detection, &seen));
        self.found(detection, by)
    }

    fn found(&self, detection: Detection, by: Option<Suppression>) -> ControlFlow<()> {
        self.send(match by {
            Some(by) => Message::Suppressed(Box::new((detection, by))),
            None => Message::Detection(Box::new(detection)),
        })
    }

    fn send(&self, message: Message) -> ControlFlow<()> {
        self.pass_on(vec![message])
    }

    fn pass_on(&self, messages: Vec<Message>) -> ControlFlow<()> {
        match self.sender.send(messages) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Drop for Workers<'_, '_> {
    fn drop(&mut self) {
        let mut total = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for worker in std::mem::take(self.idle.get_mut().unwrap_or_else(PoisonError::into_inner)) {
            total.add(&worker.stats);
            worker.turned_down.iter().for_each(|(reason, count)| count_rejected(&mut total, reason, *count));
            // An interrupted scan still sends its results; if the collector is gone, sending fails harmlessly.
            let _ = self.sender.send(worker.found);
        }
    }
}

/// The part that the whole-text detector has read, followed by the rest.
type Chained<'w, 'b> = io::Chain<io::Cursor<Vec<u8>>, &'w mut Watched<'b>>;
