//! From sources to a sink: reads every blob, runs the engine over it, and passes on what comes out.

use super::path_class;
use super::whole_text::{self, Sight, WholeText};
use super::{Progress, count_rejected};
use crate::engine::{Engine, Match, Reason, Scratch, Sighting, StreamError, Surroundings, Verdict, scan};
use crate::model::Stats;
use crate::model::{
    Blob, Confidence, Detection, Fingerprint, Occurrence, Origin, Outer, Problem, ProblemKind, Proof, RejectedMatch,
    RuleId, Secret, Severity, Sink, Skip, Suppression,
};
use crate::policy::{Candidate, LocatedFinding, Scope, Scopes};
use crate::proof;
use crate::rules::Rule;
use crate::sources::{Event, Source, SourceError};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Bytes that one thread takes in at once: beside what the rules reach, they stay in the second-level cache.
const STEP: usize = 256 << 10;
/// Findings that a thread gathers before it passes them on: to wake the collector for each would cost more than the finding.
const BATCH: usize = 64;
/// Batches that may wait for the collector before the scanning threads do.
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
}

/// What a scan goes by.
#[derive(Clone, Copy, Debug)]
enum Policy<'e> {
    /// Everything is reported.
    None,
    /// All sources lie in one scope.
    One(&'e Scopes, &'e Scope),
    /// Each blob has the scope of its place.
    Each(&'e Scopes),
}

impl<'e> Policy<'e> {
    fn scopes(self) -> Option<&'e Scopes> {
        match self {
            Policy::None => None,
            Policy::One(scopes, _) | Policy::Each(scopes) => Some(scopes),
        }
    }
}

/// What the scanning threads send to the collector.
enum Message {
    Detection(Box<Detection>),
    Suppressed(Box<(Detection, Suppression)>),
    Rejected(Box<RejectedMatch>),
    Problem(Problem),
    Skip(Skip),
}

impl<'e> Scan<'e> {
    /// A scan that reports findings of at least this confidence. `progress` is counted up while it runs, and can stop it.
    #[must_use]
    pub fn new(engine: &'e Engine, confidence: Confidence, progress: Arc<Progress>) -> Scan<'e> {
        Scan { engine, confidence, severity: Severity::Low, policy: Policy::None, whole_text: None, progress }
    }

    /// The same under a policy, for sources that lie in one scope: its floors count, its exceptions and comments on the line are honoured.
    /// What ignore files and the baseline know is left to whoever sees all findings.
    #[must_use]
    pub fn under(self, scopes: &'e Scopes, scope: &'e Scope) -> Scan<'e> {
        let (confidence, severity) = (scope.confidence().value, scope.severity().value);
        let whole_text = WholeText::of(scope, self.engine);
        Scan { confidence, severity, policy: Policy::One(scopes, scope), whole_text, ..self }
    }

    /// The same for sources that lie in several scopes, all of which have been [prepared](Scopes::prepare): the floors are those of `root`, and
    /// what its own directory leaves out, switches off or allows is held against each finding.
    #[must_use]
    pub(super) fn under_each(self, scopes: &'e Scopes, root: &Scope) -> Scan<'e> {
        let (confidence, severity) = (root.confidence().value, root.severity().value);
        let whole_text = WholeText::of(root, self.engine);
        Scan { confidence, severity, policy: Policy::Each(scopes), whole_text, ..self }
    }

    /// The same with a whole_text for rules of another tool, and no policy.
    #[must_use]
    pub(super) fn with_whole_text_rules(self, whole_text: Option<WholeText>) -> Scan<'e> {
        Scan { whole_text, ..self }
    }

    /// Visits all sources and feeds the sink, on this thread.
    ///
    /// # Errors
    /// When a source cannot begin; nothing is to be concluded from what reached the sink then.
    pub fn run(&self, sources: &[Box<dyn Source>], sink: &mut dyn Sink) -> Result<Stats, SourceError> {
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

/// What the threads of one scan share.
struct Workers<'s, 'e> {
    scan: &'s Scan<'e>,
    sender: SyncSender<Vec<Message>>,
    wants_rejected: bool,
    /// Scratch space that no thread uses at the moment, with the counts of its thread.
    idle: Mutex<Vec<Worker>>,
    counts: &'s Mutex<Stats>,
}

/// Scratch space, counts and findings of whoever holds it.
#[derive(Default)]
struct Worker {
    scratch: Scratch,
    stats: Stats,
    /// Matches that were turned down: put into words at the end, since there are many.
    turned_down: BTreeMap<Reason, u64>,
    found: Vec<Message>,
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
                let flow = self.blob(blob, &mut worker);
                idle().push(worker);
                flow
            }
        }
    }

    fn blob(&self, blob: Blob<'_>, worker: &mut Worker) -> ControlFlow<()> {
        let Scan { engine, confidence, severity, policy, whole_text, progress } = self.scan;
        let origin = Arc::new(blob.origin);
        let mut bytes = Watched { bytes: blob.bytes, progress, failure: None };
        let mut held;
        let mut path = None;
        let input: &mut dyn Read = match whole_text {
            None => &mut bytes,
            Some(whole_text) => {
                let absolute = policy.scopes().and_then(|scopes| scopes.absolute(&origin));
                path = whole_text.path(&origin, absolute.as_deref()).flatten();
                let looks = whole_text.path(&origin, absolute.as_deref()).is_some();
                held = self.with_whole_text(whole_text, &origin, looks.then_some(path.as_deref()), bytes)?;
                &mut held
            }
        };
        let Worker { scratch, stats, turned_down, found: batch } = worker;
        let mut gather = |message| {
            batch.push(message);
            if batch.len() < BATCH { ControlFlow::Continue(()) } else { self.pass_on(std::mem::take(batch)) }
        };
        let read = scan(engine, input, STEP, scratch, |seen| {
            let rule = engine.rule(seen.found);
            let believed = || path_class::adjusted(rule, seen.found.confidence, origin.path());
            match &seen.found.verdict {
                Verdict::Kept if believed() < *confidence => stats.below_confidence += 1,
                Verdict::Kept if rule.severity < *severity => stats.below_severity += 1,
                Verdict::Kept => {
                    let found = detection(rule, believed(), &origin, &seen);
                    if let Policy::One(scopes, _) = policy {
                        // Who judges it in the end asks for the scope of its directory: what is at fault there is said then.
                        let _ = scopes.meet(&origin);
                    }
                    let by = suppression_for(*policy, engine, &found, &seen).or_else(|| {
                        let whole_text = whole_text.as_ref()?;
                        let place = whole_text.place(path.as_deref(), origin.commit());
                        whole_text.gitleaks.exempts(&found.family, seen.secret, Some(seen.around), &place)
                    });
                    return gather(match by {
                        Some(by) => Message::Suppressed(Box::new((found, by))),
                        None => Message::Detection(Box::new(found)),
                    });
                }
                Verdict::Rejected(reason) => {
                    *turned_down.entry(reason.clone()).or_default() += 1;
                    if self.wants_rejected {
                        let rejected = rejected(engine, &origin, &seen, reason);
                        return gather(Message::Rejected(Box::new(rejected)));
                    }
                }
            }
            ControlFlow::Continue(())
        });
        match read {
            Ok(bytes) => {
                stats.blobs += 1;
                stats.bytes += bytes;
                progress.advance(1, 0);
                ControlFlow::Continue(())
            }
            Err(StreamError { after, .. }) if progress.is_stopped() => {
                stats.bytes += after;
                ControlFlow::Break(())
            }
            Err(StreamError { after, error }) => {
                stats.bytes += after;
                let detail = format!("reading failed after {after} bytes: {error}");
                self.send(Message::Problem(Problem {
                    what: origin.display().into_owned(),
                    kind: ProblemKind::Unreadable,
                    detail,
                }))
            }
        }
    }

    /// Reads a blob for the whole_text, and sends what its rules find; returns what is to be read by the engine. `path` is `None` when the rules
    /// do not look there.
    fn with_whole_text<'b>(
        &self,
        whole_text: &WholeText,
        origin: &Arc<Origin>,
        path: Option<Option<&str>>,
        mut bytes: Watched<'b>,
    ) -> ControlFlow<(), Chained<'b>> {
        let Some(path) = path else { return ControlFlow::Continue(io::Cursor::new(Vec::new()).chain(bytes)) };
        let mut held = Vec::new();
        let read = (&mut bytes).take(whole_text::MAX_TEXT_BYTES + 1).read_to_end(&mut held);
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
        // What was kept of it before it failed is not looked at here: the engine meets the failure again, and says so.
        if read.is_ok() {
            let text = whole_text::decoded(&held);
            let place = whole_text.place(path, origin.commit());
            // A blob without a name could be any file's.
            let place = (!matches!(origin.outer, Outer::Object { .. })).then_some(&place);
            for sight in whole_text.sights(&text, place) {
                self.sight(origin, &text, sight)?;
            }
            for (rule, by) in place.map(|place| whole_text.of_path(place)).unwrap_or_default() {
                self.path_alone(origin, path.unwrap_or_default(), rule, by)?;
            }
        }
        let rest = bytes.failing(read.err());
        ControlFlow::Continue(io::Cursor::new(held).chain(rest))
    }

    /// Sends what a rule of the whole_text found.
    fn sight(&self, origin: &Arc<Origin>, text: &[u8], sight: Sight) -> ControlFlow<()> {
        let Sight { found, location, matched, around, by } = sight;
        let engine = self.scan.engine;
        let seen = Sighting { found: &found, location, secret: &text[found.secret.clone()], around: &around };
        let mut detection = detection(engine.rule(seen.found), seen.found.confidence, origin, &seen);
        detection.occurrence.matched = Some(matched);
        let by = by.or_else(|| suppression_for(self.scan.policy, engine, &detection, &seen));
        self.found(detection, by)
    }

    /// Sends a file that a rule finds by its path.
    fn path_alone(&self, origin: &Arc<Origin>, path: &str, rule: u32, by: Option<Suppression>) -> ControlFlow<()> {
        let (proof, confidence, verdict) = (Proof::default(), Confidence::High, Verdict::Kept);
        let found = Match { rule, secret: 0..0, anchor: 0, extent: 0, proof, confidence, verdict };
        let around = Surroundings::default();
        let seen = Sighting { found: &found, location: whole_text::START, secret: b"", around: &around };
        let engine = self.scan.engine;
        let mut detection = detection(engine.rule(seen.found), seen.found.confidence, origin, &seen);
        // There is no secret that could be its identity.
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
            // Whoever breaks the scan off wants to have what was found until then; a collector that is gone does not.
            let _ = self.sender.send(worker.found);
        }
    }
}

/// What the whole_text has read, and what it has not.
type Chained<'b> = io::Chain<io::Cursor<Vec<u8>>, Watched<'b>>;

/// What a blob is read through: counts the bytes, and breaks off when the scan is to stop. What was read before is still searched.
struct Watched<'b> {
    bytes: &'b mut dyn Read,
    progress: &'b Progress,
    failure: Option<io::Error>,
}

impl<'b> Watched<'b> {
    /// The same, which tells next of a failure that it told of before.
    fn failing(self, failure: Option<io::Error>) -> Watched<'b> {
        Watched { failure, ..self }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.progress.is_stopped() {
            return Err(io::Error::other("the scan was interrupted"));
        }
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let count = self.bytes.read(buffer)?;
        self.progress.advance(0, count as u64);
        Ok(count)
    }
}

/// Who says that a detection is not to be reported.
fn suppression_for(policy: Policy<'_>, engine: &Engine, found: &Detection, seen: &Sighting<'_>) -> Option<Suppression> {
    let (rule, rules) = (engine.rule(seen.found), engine.rules());
    let (fingerprint, around) = (found.fingerprint, Some(seen.around));
    match policy {
        Policy::None => None,
        Policy::One(scopes, scope) => scope.suppression_for(&Candidate {
            rule: &rule.id,
            family: &rule.family,
            fingerprint,
            secret: seen.secret,
            around,
            rules,
            at: &|| scopes.absolute(&found.occurrence.origin),
        }),
        Policy::Each(scopes) => {
            let (confidence, origin) = (found.confidence, &*found.occurrence.origin);
            let placed = LocatedFinding { rule, confidence, fingerprint, secret: seen.secret, origin, around, rules };
            // What is prepared is not at fault.
            scopes.suppression_for(&placed).ok().flatten()
        }
    }
}

fn detection(rule: &Rule, confidence: Confidence, origin: &Arc<Origin>, seen: &Sighting<'_>) -> Detection {
    Detection {
        rule: RuleId(rule.id.clone()),
        family: rule.family.clone(),
        name: rule.name.clone(),
        severity: rule.severity,
        confidence,
        rotate: rule.rotate.clone(),
        references: rule.references.clone(),
        secret: Secret::new(seen.secret),
        proof: seen.found.proof.clone(),
        fingerprint: proof::fingerprint(&rule.family, seen.secret),
        occurrence: Occurrence { origin: Arc::clone(origin), location: seen.location, matched: None },
    }
}

fn rejected(engine: &Engine, origin: &Arc<Origin>, seen: &Sighting<'_>, reason: &Reason) -> RejectedMatch {
    let reason = match reason {
        Reason::Overlap(winner) => format!("{reason}: {}", engine.rules()[*winner as usize].id),
        other => other.to_string(),
    };
    RejectedMatch {
        rule: RuleId(engine.rule(seen.found).id.clone()),
        secret: Secret::new(seen.secret),
        origin: Arc::clone(origin),
        location: seen.location,
        reason,
    }
}
