//! Secrets that are exempt where they were brought, or that no selected commit brought, and that came to a place that counts later: by a
//! move, by a copy, or because a comment beside them went.

use super::attribute::{Attributed, Attributor, Below, Shown};
use super::located::Places;
use super::paths::path_of;
use super::secrets::by_secret;
use crate::git::graph::{Attribution, Followed, Place, SecretHolders};
use crate::git::oid::Kind;
use crate::git::store::ObjectId;
use crate::model::{Origin, Outer};
use crate::policy::PolicyError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many objects' places are kept at a time.
const MOST_KEPT: usize = 4096;

impl Attributor<'_> {
    /// Adds the findings of secrets that are open and came to a place that counts by one of the selected commits. Returns whether there was
    /// more than is judged.
    ///
    /// # Errors
    /// When a policy that holds for one of the places is at fault.
    pub(super) fn reconsider(
        &self,
        all: &[Attribution],
        followed: &Followed,
        selected: Option<&[bool]>,
        attributed: &mut Attributed,
    ) -> Result<bool, PolicyError> {
        let by_secret = by_secret(self.sightings.found);
        let mut open = std::mem::take(&mut attributed.open);
        // What no commit brings is of no interest here, nor what rules of other tools find, which have exceptions of their own.
        open.retain(|one| {
            let mut found = by_secret[one.secret_id as usize].iter().map(|id| self.found(*id));
            let is_held = all.get(one.secret_id as usize).is_some_and(|found| found.versions > 0);
            is_held && found.all(|found| !self.is_theirs(found))
        });
        if open.is_empty() {
            return Ok(false);
        }
        let numbers: HashMap<u32, u32> = open.iter().map(|one| one.secret_id).zip(0..).collect();
        let pairs = self
            .sightings
            .sighted
            .iter()
            .filter_map(|one| numbers.get(&self.found(one.found_id).secret_id).map(|number| (one.object, *number)));
        let holders = SecretHolders::new(pairs.collect());
        let judge = Judge { of: self, kept: Mutex::default(), fault: Mutex::default() };
        let counts = |number: u32, place: &Place<'_>| {
            let secret_id = open[number as usize].secret_id;
            judge.counts(&by_secret[secret_id as usize], place)
        };
        let counted = self.history.first_counting(self.store, followed, &holders, selected, &counts);
        if let Some(fault) = judge.fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(fault);
        }
        let mut brought: Vec<(u32, Attribution)> = Vec::new();
        for (one, counting) in open.iter().zip(counted.marks) {
            let Some(counting) = counting else { continue };
            match one.below {
                Some(Below::Confidence) => attributed.below_confidence -= 1,
                Some(Below::Severity) => attributed.below_severity -= 1,
                None => {}
            }
            let attribution = Attribution {
                introduced: Some(counting.commit),
                is_brought: !counting.at.is_empty(),
                is_said: counting.is_said,
                tags: Vec::new(),
                introduced_at: counting.at,
                ..all[one.secret_id as usize].clone()
            };
            brought.push((one.secret_id, attribution));
        }
        let shown: Vec<Shown<'_>> = brought
            .iter()
            .map(|(secret_id, attribution)| {
                let found_ids = by_secret[*secret_id as usize].as_slice();
                let holder = self.found(found_ids[0]).first;
                Shown { secret_id: *secret_id, found_ids, attribution, objects: self.objects(attribution, holder) }
            })
            .collect();
        let mut new = Attributed::default();
        self.show(&shown, &mut new)?;
        attributed.findings.append(&mut new.findings);
        Ok(counted.is_partial)
    }
}

/// Judges places, of which the same object may have many.
struct Judge<'a, 'b> {
    of: &'a Attributor<'b>,
    kept: Mutex<HashMap<ObjectId, Arc<Places>>>,
    fault: Mutex<Option<PolicyError>>,
}

impl Judge<'_, '_> {
    /// Whether one of these is reported at a place. What a policy at fault says is not known, and the scan will end with the fault.
    fn counts(&self, found_ids: &[u32], place: &Place<'_>) -> bool {
        self.find(found_ids, place).unwrap_or_else(|fault| {
            *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
            false
        })
    }

    fn find(&self, found_ids: &[u32], place: &Place<'_>) -> Result<bool, PolicyError> {
        let of = self.of;
        let repository = of.repository.to_owned();
        let (object, origin): (ObjectId, Origin) = match place {
            Place::File { path, blob } if !path.is_empty() => {
                // The same file in another commit is judged alike.
                (*blob, Outer::Committed { repository, path: path_of(path), commit: "".into() }.into())
            }
            Place::File { blob: object, .. } | Place::Message(object) => {
                let is_commit = of.store.kind(*object) == Some(Kind::Commit);
                let what = if is_commit { "commit message" } else { "referenced blob" };
                (*object, Outer::Object { repository, what, id: of.id(*object) }.into())
            }
        };
        for found_id in found_ids {
            let found = of.found(*found_id);
            let Ok(confidence) = of.confidence_at(found, origin.path(), false) else { continue };
            // What a path exempts need not be read.
            if of.suppression_for(found, confidence, &origin, None)?.is_some() {
                continue;
            }
            let origin = Arc::new(origin.clone());
            for place in self.places(object).get(found_id).into_iter().flatten() {
                let origin = place.origin(&origin);
                if of.suppression_for(found, confidence, &origin, Some(&place.around))?.is_none() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn places(&self, object: ObjectId) -> Arc<Places> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&object) {
            return Arc::clone(known);
        }
        if kept.len() == MOST_KEPT {
            kept.clear();
        }
        let places = Arc::new(self.of.sightings.locate(&mut self.of.store.reader(), object));
        kept.insert(object, Arc::clone(&places));
        places
    }
}
