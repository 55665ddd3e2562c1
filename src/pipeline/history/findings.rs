//! Builds the findings of a history from what was found and attributed: one for each secret, whichever rules found it.

use super::attribute::{Attributed, Attributor, Below, Groups, Open, Shown, UNKNOWN};
use super::located::Places;
use super::paths::path_of;
use super::secrets::by_secret;
use super::whole_text_attribution;
use crate::engine::Surroundings;
use crate::git::graph::Attribution;
use crate::git::store::{ObjectId, ObjectReader};
use crate::model::{Occurrence, Origin};
use crate::pipeline::path_class::PathClass;
use crate::policy::PolicyError;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl Attributor<'_> {
    /// The findings. Those that no selected commit or tag brought are left out, unless `keeps_all` says that nothing is. An exception is asked
    /// about where the secret is shown, one place after the other: in the versions that brought it.
    ///
    /// # Errors
    /// When a policy that holds for one of them is at fault.
    pub(super) fn findings(&self, all: &[Attribution], keeps_all: bool) -> Result<Attributed, PolicyError> {
        let mut holders: HashMap<u32, ObjectId> = HashMap::new();
        for one in self.sightings.sighted {
            holders.entry(self.found(one.found_id).secret_id).or_insert(one.object);
        }
        let nothing = Attribution::default();
        let mut attributed = Attributed::default();
        let mut shown: Vec<Shown<'_>> = Vec::new();
        let by_secret = by_secret(self.sightings.found);
        for (found_ids, secret_id) in by_secret.iter().zip(0..) {
            let attribution = all.get(secret_id as usize).unwrap_or(&nothing);
            let counts = attribution.introduced.is_some() || !attribution.tags.is_empty();
            if !counts && !keeps_all {
                attributed.open.push(Open { secret_id, below: None });
                continue;
            }
            // What was seen nowhere lost its bytes to a better match, unless there was too much to keep all that was seen.
            let lost = self.lacks_sightings.then(|| found_ids.iter().map(|id| self.found(*id).first).min()).flatten();
            let Some(holder) = holders.get(&secret_id).copied().or(lost) else { continue };
            let objects = self.objects(attribution, holder);
            shown.push(Shown { secret_id, found_ids, attribution, objects });
        }
        self.show(&shown, &mut attributed)?;
        Ok(attributed)
    }

    /// Adds the findings of these secrets.
    ///
    /// # Errors
    /// When a policy that holds for one of them is at fault.
    pub(super) fn show(&self, shown: &[Shown<'_>], attributed: &mut Attributed) -> Result<(), PolicyError> {
        let theirs = whole_text_attribution::Theirs::read(self, shown.iter().filter(|one| self.has_theirs(one)));
        let objects: HashSet<ObjectId> =
            shown.iter().flat_map(|one| one.objects.iter().map(|(object, _)| *object)).collect();
        let locate = |reader: &mut ObjectReader<'_>, id: ObjectId| (id, self.sightings.locate(reader, id));
        let places: HashMap<ObjectId, Places> =
            objects.into_par_iter().map_init(|| self.store.reader(), locate).collect();
        let mut by_path = whole_text_attribution::ByPath::default();
        for one in shown {
            if self.is_path_alone(one) {
                self.path_alone(one, &mut by_path)?;
            } else {
                self.finding(one, &places, &theirs, attributed)?;
            }
        }
        by_path.into_findings(attributed);
        Ok(())
    }

    /// Adds a secret's findings: one for the reported occurrences, and one for each exception that covers some.
    pub(super) fn finding(
        &self,
        shown: &Shown<'_>,
        places: &HashMap<ObjectId, Places>,
        theirs: &whole_text_attribution::Theirs,
        attributed: &mut Attributed,
    ) -> Result<(), PolicyError> {
        let mut groups = Groups::new();
        let mut below = None;
        // What has found its way into a file that is not doubted counts for all that it counts there.
        let head = &shown.attribution.head_at;
        let is_plain_at_head = head.iter().any(|found| PathClass::of(&path_of(&found.path)).is_none());
        let ours = || shown.found_ids.iter().filter(|id| !self.is_theirs(self.found(**id)));
        for (object, origin) in &shown.objects {
            let origin = Arc::new(origin.clone());
            let mut add = |found_id: u32, origin: Arc<Origin>, location, around: Option<&Surroundings>| {
                let found = self.found(found_id);
                match self.confidence_at(found, origin.path(), is_plain_at_head) {
                    Err(Below::Severity) => below = below.or(Some(Below::Severity)),
                    Err(Below::Confidence) => below = Some(Below::Confidence),
                    Ok(confidence) => {
                        let by = self.suppression_for(found, confidence, &origin, around)?;
                        let occurrence =
                            Occurrence { origin: Arc::clone(&origin), location, matched: None, exposure: None };
                        self.put(&mut groups, by, (found, confidence), occurrence);
                    }
                }
                Ok::<(), PolicyError>(())
            };
            let known = places.get(object).filter(|known| ours().any(|id| known.contains_key(id)));
            for found_id in ours() {
                match known.map(|known| known.get(found_id)) {
                    Some(stands) => stands
                        .into_iter()
                        .flatten()
                        .try_for_each(|one| add(*found_id, one.origin(&origin), one.location, Some(&one.around)))?,
                    // What was found and cannot be read again is still a finding.
                    None if !self.has_theirs(shown) => add(*found_id, Arc::clone(&origin), UNKNOWN, None)?,
                    None => {}
                }
            }
        }
        self.their_occurrences(shown, theirs, &mut groups)?;
        match below.filter(|_| groups.is_empty()) {
            Some(Below::Severity) => attributed.below_severity += 1,
            Some(Below::Confidence) => attributed.below_confidence += 1,
            None => {}
        }
        if !groups.contains_key(&None) {
            let below = below.filter(|_| groups.is_empty());
            attributed.open.push(Open { secret_id: shown.secret_id, below });
        }
        self.add(shown, groups, attributed);
        Ok(())
    }
}
