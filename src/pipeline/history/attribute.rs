//! Turns secrets in objects into findings with commits, paths and lines.

use super::contents::{Contents, container_of, is_archive};
use super::delta::{encoding, mark_length};
use super::paths::path_of;
use super::secrets::{NumberedSecret, Sighted};
use crate::content::{Limits, Utf16Reader};
use crate::engine::{Engine, Lines, Scratch, Sighting, Surroundings, Verdict, scan};
use crate::git::commit::{Commit, said};
use crate::git::graph::{Attribution, CommitIndex, History};
use crate::git::oid::Kind;
use crate::git::refs::Refs;
use crate::git::store::{Content, ObjectId, ObjectReader, Store};
use crate::model::{
    CommitInfo, Confidence, Finding, Fingerprint, LineColumn, Location, Occurrence, Origin, Outer, RuleId,
    SecretHistory, Severity, Span, Step, Suppressed, Suppression,
};
use crate::pipeline::path_class;
use crate::pipeline::watched::Watched;
use crate::pipeline::whole_text::WholeText;
use crate::policy::{LocatedFinding, PolicyError, Scopes};
use crate::proof;
use smallvec::SmallVec;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Everything that is needed to build findings.
pub(super) struct Attributor<'a> {
    pub(super) engine: &'a Engine,
    pub(super) store: &'a Store,
    pub(super) refs: &'a Refs,
    pub(super) history: &'a History,
    pub(super) repository: &'a Path,
    pub(super) secrets: &'a [NumberedSecret],
    /// Sightings of the secrets, in order.
    pub(super) sighted: &'a [Sighted],
    /// Finds again what stands in containers.
    pub(super) contents: Contents<'a>,
    pub(super) confidence: Confidence,
    pub(super) severity: Severity,
    pub(super) policy: Option<&'a Scopes>,
    /// Whether a limit was exceeded, so that objects that seem unreachable may be reachable.
    pub(super) is_partial: bool,
    pub(super) whole_text: Option<&'a WholeText>,
}

/// Locations of each secret in an object, with the surrounding text.
pub(super) type Places = HashMap<u32, Vec<Place>>;

/// A location in an object, or in a part of one.
pub(super) struct Place {
    steps: SmallVec<[Step; 2]>,
    location: Location,
    around: Surroundings,
}

/// A secret, its attribution, and the objects that show it.
pub(super) struct Shown<'a> {
    pub(super) secret_id: u32,
    pub(super) found: &'a NumberedSecret,
    pub(super) attribution: &'a Attribution,
    pub(super) objects: Vec<(ObjectId, Origin)>,
}

/// Findings and suppressed findings.
#[derive(Default)]
pub(super) struct Attributed {
    pub(super) findings: Vec<Finding>,
    pub(super) suppressed: Vec<Suppressed>,
    pub(super) below_confidence: u64,
    pub(super) below_severity: u64,
}

/// Occurrences of a secret that are reported or suppressed together, with the highest confidence of any of them.
pub(super) struct Group {
    confidence: Confidence,
    occurrences: Vec<Occurrence>,
}

impl Default for Group {
    fn default() -> Group {
        Group { confidence: Confidence::Low, occurrences: Vec::new() }
    }
}

impl Group {
    pub(super) fn push(&mut self, confidence: Confidence, occurrence: Occurrence) {
        self.confidence = self.confidence.max(confidence);
        self.occurrences.push(occurrence);
    }
}

impl Attributor<'_> {
    /// The suppression of an occurrence. An object that cannot be read again is checked without its surrounding text.
    pub(super) fn suppression_for(
        &self,
        found: &NumberedSecret,
        confidence: Confidence,
        origin: &Origin,
        around: Option<&Surroundings>,
    ) -> Result<Option<Suppression>, PolicyError> {
        let Some(scopes) = self.policy else { return Ok(None) };
        let by = scopes.suppression_for(&LocatedFinding {
            rule: &self.engine.rules()[found.rule as usize],
            confidence,
            fingerprint: found.fingerprint,
            secret: found.secret.expose(),
            origin,
            around,
            rules: self.engine.rules(),
        })?;
        let exempts = || {
            let whole_text = self.whole_text.filter(|_| !self.is_theirs(found))?;
            let path = whole_text.path(origin, scopes.absolute(origin).as_deref()).flatten();
            let place = whole_text.place(path.as_deref(), origin.commit());
            let family = &self.engine.rules()[found.rule as usize].family;
            whole_text.gitleaks.exempts(family, found.secret.expose(), around, &place)
        };
        Ok(by.or_else(exempts))
    }

    /// Adds a secret's findings: one for the reported occurrences, and one for each exception that covers some.
    pub(super) fn finding(
        &self,
        shown: Shown<'_>,
        places: &HashMap<ObjectId, Places>,
        attributed: &mut Attributed,
    ) -> Result<(), PolicyError> {
        let Shown { secret_id, found, attribution, objects } = shown;
        let rule = &self.engine.rules()[found.rule as usize];
        let mut occurrences: BTreeMap<Option<Suppression>, Group> = BTreeMap::new();
        for (object, origin) in objects {
            let adjusted = |path: Option<&Path>| path_class::adjusted(rule, found.confidence, path);
            // A secret that `HEAD` has in an ordinary file keeps its full confidence.
            let at_head = attribution.head_at.iter().map(|found| adjusted(Some(&path_of(&found.path)))).max();
            let confidence = adjusted(origin.path()).max(at_head.unwrap_or(Confidence::Low));
            if confidence < self.confidence {
                continue;
            }
            let origin = Arc::new(origin);
            let known = places.get(&object).and_then(|places| places.get(&secret_id)).map_or(&[][..], Vec::as_slice);
            let mut add = |steps: &[Step], location, around| -> Result<(), PolicyError> {
                let inner = || Arc::new(Origin { outer: origin.outer.clone(), steps: steps.into() });
                let origin = if steps.is_empty() { Arc::clone(&origin) } else { inner() };
                let by = self.suppression_for(found, confidence, &origin, around)?;
                let occurrence = Occurrence { origin: Arc::clone(&origin), location, matched: None };
                occurrences.entry(by).or_default().push(confidence, occurrence);
                Ok(())
            };
            known.iter().try_for_each(|place| add(&place.steps, place.location, Some(&place.around)))?;
            // A secret whose object cannot be read again is still reported.
            if known.is_empty() {
                add(&[], UNKNOWN, None)?;
            }
        }
        attributed.below_confidence += u64::from(occurrences.is_empty());
        self.add(found, attribution, occurrences, attributed);
        Ok(())
    }

    /// Adds the findings of a secret, grouped by the suppression of their occurrences.
    pub(super) fn add(
        &self,
        found: &NumberedSecret,
        attribution: &Attribution,
        occurrences: BTreeMap<Option<Suppression>, Group>,
        attributed: &mut Attributed,
    ) {
        let rule = &self.engine.rules()[found.rule as usize];
        let history = self.history(attribution);
        for (by, Group { confidence, mut occurrences }) in occurrences {
            occurrences.sort();
            occurrences.dedup();
            let finding = Finding {
                rule: RuleId(rule.id.clone()),
                family: rule.family.clone(),
                name: rule.name.clone(),
                severity: rule.severity,
                confidence,
                rotate: rule.rotate.clone(),
                references: rule.references.clone(),
                secret: found.secret.clone(),
                fingerprint: found.fingerprint,
                proof: found.proof.clone(),
                occurrences,
                histories: [(self.repository.to_owned(), history.clone())].into(),
            };
            match by {
                None => attributed.findings.push(finding),
                Some(by) => attributed.suppressed.push(Suppressed { finding, by }),
            }
        }
    }

    /// The objects that show a secret, with their origins: files of the commit that introduced it, its message, tags, or else any object
    /// that contains it. At least one.
    pub(super) fn objects(&self, attribution: &Attribution, holder: ObjectId) -> Vec<(ObjectId, Origin)> {
        let object =
            |what, id| (id, Outer::Object { repository: self.repository.to_owned(), what, id: self.id(id) }.into());
        let mut objects = Vec::new();
        if let Some(place) = attribution.introduced {
            let id = self.history.commits().id(place);
            let commit = self.id(id);
            // A reference can name a blob or a tree, which then takes the role of a commit.
            let is_commit = self.store.kind(id) == Some(Kind::Commit);
            objects.extend(attribution.introduced_at.iter().map(|found| {
                let (repository, path) = (self.repository.to_owned(), path_of(&found.path));
                if is_commit {
                    (found.blob, Outer::Committed { repository, path, commit: Arc::clone(&commit) }.into())
                } else {
                    object("referenced blob", found.blob)
                }
            }));
            objects.extend(attribution.is_said.then(|| object("commit message", id)));
        }
        objects.extend(attribution.tags.iter().map(|tag| object("tag message", *tag)));
        if objects.is_empty() {
            objects.push(match self.store.kind(holder) {
                Some(Kind::Commit) => object("commit message", holder),
                Some(Kind::Tag) => object("tag message", holder),
                _ if self.is_partial => object("blob", holder),
                _ => object("unreachable blob", holder),
            });
        }
        objects
    }

    pub(super) fn history(&self, attribution: &Attribution) -> SecretHistory {
        let names = |holders: &[usize]| holders.iter().map(|at| self.refs.list[*at].display().into_owned()).collect();
        SecretHistory {
            introduced: attribution.introduced.and_then(|place| self.commit(place)),
            introductions: attribution.introductions,
            removed: attribution.removed.and_then(|place| self.commit(place)),
            at_head: attribution.at_head,
            head_paths: attribution.head_at.iter().map(|found| path_of(&found.path)).collect(),
            refs: names(&attribution.history_refs.named),
            ref_count: attribution.history_refs.count,
            versions: attribution.versions,
        }
    }

    fn id(&self, object: ObjectId) -> Arc<str> {
        self.store.oid(object).map_or_else(String::new, |oid| oid.to_string()).into()
    }

    fn commit(&self, place: CommitIndex) -> Option<CommitInfo> {
        let object = self.history.commits().id(place);
        let mut reader = self.store.reader();
        let (_, bytes) = reader.read(object).ok()?;
        let commit = Commit::parse(bytes)?;
        let author = String::from_utf8_lossy(commit.author.name).into_owned();
        Some(CommitInfo { id: self.id(object), author, time: commit.author.time })
    }

    /// Reads an object again and locates its secrets. Read errors were already reported by the first scan.
    pub(super) fn locate(&self, reader: &mut ObjectReader<'_>, object: ObjectId) -> Places {
        let mut places = Places::new();
        match reader.content(object) {
            Ok(Content::Whole(kind, bytes)) => {
                if kind == Kind::Blob {
                    self.locate_inside(object, (bytes, None), &mut places);
                }
                if kind != Kind::Blob || !is_archive(bytes, self.contents.closed) {
                    let mut own = Places::new();
                    self.locate_in(object, kind, bytes, &mut own);
                    // What the text of a document shows is not said of its bytes.
                    own.into_iter().for_each(|(secret, found)| _ = places.entry(secret).or_insert(found));
                }
            }
            Ok(Content::Stream(content)) => {
                let mut content = content;
                let mut content = Watched::new(&mut content, self.contents.progress, None).of_member();
                content = content.keeping_closed(self.contents.closed).keeping(Limits::default().held);
                self.locate_by_scan(object, &mut content, &mut places);
                if content.container().is_some() {
                    let (head, rest) = content.into_parts();
                    self.locate_inside(object, (&head, Some(rest)), &mut places);
                }
            }
            Err(_) => {}
        }
        reader.release();
        places
    }

    fn sighted(&self, object: ObjectId) -> &[Sighted] {
        let first = self.sighted.partition_point(|one| one.object < object);
        let count = self.sighted[first..].partition_point(|one| one.object == object);
        &self.sighted[first..first + count]
    }

    fn locate_in(&self, object: ObjectId, kind: Kind, bytes: &[u8], places: &mut Places) {
        let bytes = if kind == Kind::Blob { bytes } else { said(bytes) };
        let decoded;
        let text = match mark_length(bytes) {
            Some(mark) => &bytes[mark..],
            None => {
                decoded = decode(bytes);
                &decoded
            }
        };
        let mut sighted = self.sighted(object).to_vec();
        sighted.sort_unstable_by_key(|one| one.start);
        let mut lines = Lines::default();
        for one in sighted {
            let start = usize::try_from(one.start).unwrap_or(usize::MAX);
            let range = start..start.saturating_add(self.secrets[one.secret_id as usize].secret.len());
            if range.end <= text.len() {
                let around = Surroundings::of(text, &range);
                places.entry(one.secret_id).or_default().push(Place {
                    steps: SmallVec::new(),
                    location: lines.locate(text, 0, &range),
                    around,
                });
            }
        }
    }

    /// The secrets of an object, by what they are.
    fn marks(&self, object: ObjectId) -> HashMap<Fingerprint, u32> {
        let fingerprint = |one: &Sighted| (self.secrets[one.secret_id as usize].fingerprint, one.secret_id);
        self.sighted(object).iter().map(fingerprint).collect()
    }

    /// Looks for the secrets again in what a container holds.
    fn locate_inside(&self, object: ObjectId, bytes: (&[u8], Option<&mut dyn Read>), places: &mut Places) {
        let Some(container) = container_of(bytes.0, self.contents.closed) else { return };
        let marks = self.marks(object);
        let mut seen = |steps: &[Step], seen: &Sighting<'_>| {
            let fingerprint = proof::fingerprint(&self.engine.rule(seen.found).family, seen.secret);
            if let Some(mark) = marks.get(&fingerprint).filter(|_| seen.found.verdict == Verdict::Kept) {
                let place = Place { steps: steps.into(), location: seen.location, around: seen.around.clone() };
                places.entry(*mark).or_default().push(place);
            }
        };
        self.contents.search(container, bytes, &mut Scratch::default(), &mut seen, &mut |_, _| {});
    }

    /// Scans an object again that is too large for memory.
    fn locate_by_scan(&self, object: ObjectId, content: &mut dyn Read, places: &mut Places) {
        const STEP: usize = 1 << 20;
        let marks = self.marks(object);
        let _ = scan(self.engine, content, STEP, &mut Scratch::default(), |seen| {
            if seen.found.verdict == Verdict::Kept {
                let fingerprint = proof::fingerprint(&self.engine.rule(seen.found).family, seen.secret);
                if let Some(mark) = marks.get(&fingerprint) {
                    places.entry(*mark).or_default().push(Place {
                        steps: SmallVec::new(),
                        location: seen.location,
                        around: seen.around.clone(),
                    });
                }
            }
            ControlFlow::Continue(())
        });
    }
}

/// The beginning of a text, for secrets at an unknown location.
const UNKNOWN: Location = {
    let start = LineColumn { line: 1, column: 1 };
    Location { view: Span { start: 0, end: 0 }, outer: Span { start: 0, end: 0 }, start, end: start }
};

/// Decodes UTF-16 to UTF-8.
fn decode(text: &[u8]) -> Vec<u8> {
    let encoding = encoding(text);
    let mut nothing: &[u8] = &[];
    let mut decoded = Vec::new();
    let head = &text[encoding.mark_length(text)..];
    // Reading from memory does not fail.
    let _ = Utf16Reader::new(encoding, head, &mut nothing).read_to_end(&mut decoded);
    decoded
}
