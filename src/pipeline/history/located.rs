//! Where in an object its secrets are, and what stands around them: read again, for what is shown or judged.

use super::contents::{Contents, container_of, is_archive};
use super::delta::{encoding, mark_length};
use super::secrets::{NumberedSecret, Sighted};
use crate::content::{Limits, Utf16Reader};
use crate::engine::{Engine, Lines, Scratch, Sighting, Surroundings, Verdict, scan};
use crate::git::commit::said;
use crate::git::oid::Kind;
use crate::git::store::{Content, ObjectId, ObjectReader};
use crate::model::{Confidence, Fingerprint, Location, Origin, Step};
use crate::pipeline::watched::Watched;
use crate::proof;
use smallvec::SmallVec;
use std::collections::HashMap;
use std::collections::HashSet;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many places in an object are kept, whatever stands around them; and then so many whose surroundings are new. What stands around a
/// secret is all in its object that can exempt it.
const MOST_PLACES: usize = 1 << 16;

/// Where what was found stands in an object, by its number, and what is around it.
pub(super) type Places = HashMap<u32, Vec<Place>>;

/// A location in an object, or in a part of one.
pub(super) struct Place {
    steps: SmallVec<[Step; 2]>,
    pub(super) location: Location,
    pub(super) around: Surroundings,
}

impl Place {
    /// The origin of a place in an object of this origin.
    pub(super) fn origin(&self, of: &Arc<Origin>) -> Arc<Origin> {
        if self.steps.is_empty() {
            return Arc::clone(of);
        }
        Arc::new(Origin { outer: of.outer.clone(), steps: self.steps.clone() })
    }
}

/// All sightings of a history.
pub(super) struct Sightings<'a> {
    pub(super) engine: &'a Engine,
    /// Finds again what stands in containers.
    pub(super) contents: Contents<'a>,
    pub(super) found: &'a [NumberedSecret],
    /// In order.
    pub(super) sighted: &'a [Sighted],
    /// Whether an object had more places than are kept.
    pub(super) lacks_places: AtomicBool,
}

impl Sightings<'_> {
    /// Reads an object again, and says where its secrets are. It was read before; what cannot be read now was reported then.
    pub(super) fn locate(&self, reader: &mut ObjectReader<'_>, object: ObjectId) -> Places {
        let mut places = Kept { all: Places::new(), count: 0, around: HashSet::new(), lacks: &self.lacks_places };
        match reader.content(object) {
            Ok(Content::Whole(kind, bytes)) => {
                if kind == Kind::Blob {
                    self.locate_inside(object, (bytes, None), &mut places);
                }
                if kind != Kind::Blob || !is_archive(bytes, self.contents.closed) {
                    // What the text of a document shows is not said of its bytes.
                    let shown = places.all.keys().map(|id| self.found[*id as usize].secret_id).collect();
                    self.locate_in(object, kind, bytes, &shown, &mut places);
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
        places.all
    }

    /// What was seen in an object.
    fn of(&self, object: ObjectId) -> &[Sighted] {
        let first = self.sighted.partition_point(|one| one.object < object);
        let count = self.sighted[first..].partition_point(|one| one.object == object);
        &self.sighted[first..first + count]
    }

    fn locate_in(&self, object: ObjectId, kind: Kind, bytes: &[u8], shown: &HashSet<u32>, places: &mut Kept<'_>) {
        let bytes = if kind == Kind::Blob { bytes } else { said(bytes) };
        let decoded;
        let text = match mark_length(bytes) {
            Some(mark) => &bytes[mark..],
            None => {
                decoded = decode(bytes);
                &decoded
            }
        };
        let mut sighted = self.of(object).to_vec();
        sighted.sort_unstable_by_key(|one| (one.start, one.found_id));
        let mut lines = Lines::default();
        for one in sighted {
            let start = usize::try_from(one.start).unwrap_or(usize::MAX);
            let range = start..start.saturating_add(self.found[one.found_id as usize].secret.len());
            if range.end <= text.len() && !shown.contains(&self.found[one.found_id as usize].secret_id) {
                let around = Surroundings::of(text, &range);
                places.add(one.found_id, &[], lines.locate(text, 0, &range), around);
            }
        }
    }

    /// What was seen in an object, by what it is.
    fn known(&self, object: ObjectId) -> HashMap<(Fingerprint, u32, Confidence), u32> {
        let key = |one: &Sighted| {
            let found = &self.found[one.found_id as usize];
            ((found.fingerprint, found.rule, found.confidence), one.found_id)
        };
        self.of(object).iter().map(key).collect()
    }

    /// Looks for the secrets again in what a container holds.
    fn locate_inside(&self, object: ObjectId, bytes: (&[u8], Option<&mut dyn Read>), places: &mut Kept<'_>) {
        let Some(container) = container_of(bytes.0, self.contents.closed) else { return };
        let known = self.known(object);
        let mut seen = |steps: &[Step], seen: &Sighting<'_>| {
            let fingerprint = proof::fingerprint(&self.engine.rule(seen.found).family, seen.secret);
            let found_id = known.get(&(fingerprint, seen.found.rule, seen.found.confidence));
            if let Some(found_id) = found_id.filter(|_| seen.found.verdict == Verdict::Kept) {
                places.add(*found_id, steps, seen.location, seen.around.clone());
            }
        };
        self.contents.search(container, bytes, &mut Scratch::default(), &mut seen, &mut |_, _| {});
    }

    /// Looks for the secrets again in what is too large to be held.
    fn locate_by_scan(&self, object: ObjectId, content: &mut dyn Read, places: &mut Kept<'_>) {
        const STEP: usize = 1 << 20;
        let known = self.known(object);
        let _ = scan(self.engine, content, STEP, &mut Scratch::default(), |seen| {
            if seen.found.verdict == Verdict::Kept {
                let fingerprint = proof::fingerprint(&self.engine.rule(seen.found).family, seen.secret);
                if let Some(found_id) = known.get(&(fingerprint, seen.found.rule, seen.found.confidence)) {
                    places.add(*found_id, &[], seen.location, seen.around.clone());
                }
            }
            ControlFlow::Continue(())
        });
    }
}

/// The places of an object, as far as they are kept.
struct Kept<'a> {
    all: Places,
    count: usize,
    /// What stands around places beyond the first ones.
    around: HashSet<(u32, Surroundings)>,
    lacks: &'a AtomicBool,
}

impl Kept<'_> {
    fn add(&mut self, found_id: u32, steps: &[Step], location: Location, around: Surroundings) {
        if self.count >= MOST_PLACES {
            if self.around.len() >= MOST_PLACES {
                return self.lacks.store(true, Ordering::Relaxed);
            }
            if !self.around.insert((found_id, around.clone())) {
                return;
            }
        }
        self.count += 1;
        self.all.entry(found_id).or_default().push(Place { steps: steps.into(), location, around });
    }
}

/// UTF-16 as UTF-8.
fn decode(text: &[u8]) -> Vec<u8> {
    let encoding = encoding(text);
    let mut nothing: &[u8] = &[];
    let mut decoded = Vec::new();
    let head = &text[encoding.mark_length(text)..];
    // Reading from memory does not fail.
    let _ = Utf16Reader::new(encoding, head, &mut nothing).read_to_end(&mut decoded);
    decoded
}
