//! The findings of a history: which secrets count, and what each of them came to.

use super::attribute::{Attributed, Attributor, Places, Shown};
use super::whole_text_attribution;
use crate::git::graph::Attribution;
use crate::git::store::{ObjectId, ObjectReader};
use crate::policy::PolicyError;
use rayon::prelude::*;
use std::collections::HashMap;

impl Attributor<'_> {
    /// Builds the findings. Secrets that no selected commit or tag introduced are left out, unless `keeps_all` is set. Exceptions are
    /// evaluated for each shown location, in the versions that introduced the secret.
    ///
    /// # Errors
    /// Fails when a policy that applies to one of them is malformed.
    pub(super) fn findings(&self, all: &[Attribution], keeps_all: bool) -> Result<Attributed, PolicyError> {
        let mut holders: HashMap<u32, ObjectId> = HashMap::new();
        for one in self.sighted {
            holders.entry(one.secret_id).or_insert(one.object);
        }
        let nothing = Attribution::default();
        let mut attributed = Attributed::default();
        let mut shown: Vec<Shown<'_>> = Vec::new();
        for (found, secret_id) in self.secrets.iter().zip(0..) {
            let attribution = all.get(secret_id as usize).unwrap_or(&nothing);
            let counts = attribution.introduced.is_some() || !attribution.tags.is_empty();
            if !counts && !keeps_all {
                continue;
            }
            if self.engine.rules()[found.rule as usize].severity < self.severity {
                attributed.below_severity += 1;
                continue;
            }
            let holder = holders.get(&secret_id).copied().unwrap_or(found.first);
            shown.push(Shown { secret_id, found, attribution, objects: self.objects(attribution, holder) });
        }
        let theirs = whole_text_attribution::Theirs::read(self, shown.iter().filter(|one| self.is_theirs(one.found)));
        let ours = shown.iter().filter(|one| !self.is_theirs(one.found));
        let mut objects: Vec<ObjectId> = ours.flat_map(|one| one.objects.iter().map(|(id, _)| *id)).collect();
        objects.sort_unstable();
        objects.dedup();
        let locate = |reader: &mut ObjectReader<'_>, id: ObjectId| (id, self.locate(reader, id));
        let places: HashMap<ObjectId, Places> =
            objects.into_par_iter().map_init(|| self.store.reader(), locate).collect();
        let mut by_path = whole_text_attribution::ByPath::default();
        for one in shown {
            if !self.is_theirs(one.found) {
                self.finding(one, &places, &mut attributed)?;
            } else if one.found.secret.is_empty() {
                self.path_alone(&one, &mut by_path)?;
            } else {
                self.their_finding(&one, &theirs, &mut attributed)?;
            }
        }
        by_path.into_findings(&mut attributed);
        Ok(attributed)
    }
}
