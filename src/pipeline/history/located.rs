//! Where in an object its secrets are, and what stands around them: read again, for what is shown or judged.

use super::contents::{Contents, container_of, is_archive};
use super::secrets::{NumberedSecret, Sighted};
use crate::content::{Limits, TextView};
use crate::engine::{Engine, Lines, Scratch, Sighting, Surroundings, Verdict, scan};
use crate::git::commit::said;
use crate::git::oid::Kind;
use crate::git::store::{Content, ObjectId, ObjectReader};
use crate::model::{Confidence, Fingerprint, Location, Origin, Span, Step};
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
                self.locate_by_scan(self.of(object), &mut content, &mut places);
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
        let (text, offsets) = TextView::of(bytes);
        let (mut sighted, encoded): (Vec<Sighted>, Vec<Sighted>) =
            self.of(object).iter().partition(|one| !one.place.is_encoded());
        if !encoded.is_empty() {
            let mut bytes = bytes;
            self.locate_by_scan(&encoded, &mut bytes, places);
        }
        sighted.sort_unstable_by_key(|one| (one.place, one.found_id));
        let mut lines = Lines::default();
        for one in sighted {
            let start = usize::try_from(one.place.start()).unwrap_or(usize::MAX);
            let range = start..start.saturating_add(self.found[one.found_id as usize].secret.len());
            if range.end <= text.len() && !shown.contains(&self.found[one.found_id as usize].secret_id) {
                let around = Surroundings::of(&text, &range);
                let mut location = lines.locate(&text, 0, &range);
                location.outer = Span::new(offsets.outer(range.start), offsets.outer(range.end));
                places.add(one.found_id, &[], location, around);
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
                let steps: Vec<Step> = steps.iter().cloned().chain(seen.found.steps()).collect();
                places.add(*found_id, &steps, seen.location, seen.around.clone());
            }
        };
        self.contents.search(container, bytes, None, &mut Scratch::default(), &mut seen, &mut |_, _| {});
    }

    /// Looks for secrets again in what is too large to be held, or for those that are encoded.
    fn locate_by_scan(&self, sighted: &[Sighted], content: &mut dyn Read, places: &mut Kept<'_>) {
        const STEP: usize = 1 << 20;
        // A secret may stand in the object both as it is and encoded.
        let key = |one: &Sighted| {
            let found = &self.found[one.found_id as usize];
            ((found.fingerprint, found.rule, found.confidence, one.place.is_encoded()), one.found_id)
        };
        let known: HashMap<(Fingerprint, u32, Confidence, bool), u32> = sighted.iter().map(key).collect();
        let _ = scan(self.engine, content, STEP, &mut Scratch::default(), |seen| {
            if seen.found.verdict == Verdict::Kept {
                let fingerprint = proof::fingerprint(&self.engine.rule(seen.found).family, seen.secret);
                let key = (fingerprint, seen.found.rule, seen.found.confidence, seen.found.decoded.is_some());
                if let Some(found_id) = known.get(&key) {
                    let steps: Vec<Step> = seen.found.steps().collect();
                    places.add(*found_id, &steps, seen.location, seen.around.clone());
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
