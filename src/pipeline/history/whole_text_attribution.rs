//! Attribution of matches of other scanners' rules. These rules have path conditions, so they are evaluated again for each path at which a
//! secret is shown.

use super::attribute::{Attributed, Attributor, Groups, Shown};
use super::secrets::NumberedSecret;
use crate::content::TextView;
use crate::git::store::{Content, ObjectId};
use crate::model::{Finding, Fingerprint, Occurrence, Origin, Outer, Proof, RuleId, Secret, Suppressed, Suppression};
use crate::pipeline::whole_text::{START, Sight};
use crate::policy::PolicyError;
use crate::proof;
use crate::rules::Form;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Matches by object and path, with the secrets' fingerprints.
pub(super) struct Theirs(HashMap<(ObjectId, Origin), Vec<(Fingerprint, Sight)>>);

impl Theirs {
    /// Reads the objects that show these secrets, and evaluates the rules for their paths.
    pub(super) fn read<'s>(of: &Attributor<'_>, shown: impl Iterator<Item = &'s Shown<'s>>) -> Theirs {
        let shown = shown.filter(|one| !of.is_path_alone(one));
        let places: BTreeSet<(ObjectId, Origin)> = shown.flat_map(|one| one.objects.iter().cloned()).collect();
        let run = |(object, origin): (ObjectId, Origin)| {
            let sights = of.sights(object, &origin);
            ((object, origin), sights)
        };
        Theirs(places.into_par_iter().map(run).collect())
    }
}

/// Files that were found by their paths: one finding for each rule and path.
#[derive(Default)]
pub(super) struct ByPath(BTreeMap<(Fingerprint, Option<Suppression>), Finding>);

impl ByPath {
    pub(super) fn into_findings(self, attributed: &mut Attributed) {
        for ((_, by), mut finding) in self.0 {
            finding.occurrences.sort();
            finding.occurrences.dedup();
            match by {
                None => attributed.findings.push(finding),
                Some(by) => attributed.suppressed.push(Suppressed { finding, by }),
            }
        }
    }
}

impl Attributor<'_> {
    /// Whether a rule of another scanner found it.
    pub(super) fn is_theirs(&self, found: &NumberedSecret) -> bool {
        self.engine.rules()[found.rule as usize].form == Form::Whole
    }

    /// Whether a rule of another tool found it too.
    pub(super) fn has_theirs(&self, shown: &Shown<'_>) -> bool {
        self.whole_text.is_some() && shown.found_ids.iter().any(|id| self.is_theirs(self.found(*id)))
    }

    /// Whether it stands for a blob that a rule may find by its path alone.
    pub(super) fn is_path_alone(&self, shown: &Shown<'_>) -> bool {
        self.whole_text.is_some() && shown.found_ids.iter().any(|id| self.found(*id).secret.is_empty())
    }

    /// What the configuration calls a place; `None` when its rules do not look there.
    fn path(&self, origin: &Origin) -> Option<Option<String>> {
        let absolute = self.policy.and_then(|scopes| scopes.absolute(origin));
        self.whole_text?.path(origin, absolute.as_deref())
    }

    fn sights(&self, object: ObjectId, origin: &Origin) -> Vec<(Fingerprint, Sight)> {
        let (Some(whole_text), Some(path)) = (self.whole_text, self.path(origin)) else { return Vec::new() };
        let mut reader = self.store.reader();
        let Ok(Content::Whole(_, bytes)) = reader.content(object) else { return Vec::new() };
        let (text, offsets) = TextView::of(bytes);
        let place = whole_text.place(path.as_deref(), origin.commit());
        // An object without a path could belong to any file.
        let place = (!matches!(origin.outer, Outer::Object { .. })).then_some(&place);
        let named = |sight: Sight| {
            let family = &self.engine.rules()[sight.found.rule as usize].family;
            (proof::fingerprint(family, &text[sight.found.secret.clone()]), sight)
        };
        whole_text.sights((&text, &offsets), place).into_iter().map(named).collect()
    }

    /// Adds where rules of another tool found a secret.
    pub(super) fn their_occurrences<'s>(
        &'s self,
        shown: &Shown<'_>,
        theirs: &Theirs,
        groups: &mut Groups<'s>,
    ) -> Result<(), PolicyError> {
        let own = || shown.found_ids.iter().map(|id| self.found(*id)).filter(|found| self.is_theirs(found));
        let Some(any) = own().next() else { return Ok(()) };
        for key in &shown.objects {
            let origin = Arc::new(key.1.clone());
            let all = theirs.0.get(key).into_iter().flatten();
            for (_, sight) in all.filter(|(fingerprint, _)| *fingerprint == any.fingerprint) {
                let found = own().find(|found| found.rule == sight.found.rule).unwrap_or(any);
                let by = match &sight.by {
                    Some(by) => Some(by.clone()),
                    None => self.suppression_for(found, found.confidence, &origin, Some(&sight.around))?,
                };
                let (location, matched) = (sight.location, Some(Arc::clone(&sight.matched)));
                let occurrence = Occurrence { origin: Arc::clone(&origin), location, matched, exposure: None };
                self.put(groups, by, (found, found.confidence), occurrence);
            }
        }
        Ok(())
    }

    /// Adds findings of rules that match a blob's paths.
    pub(super) fn path_alone(&self, shown: &Shown<'_>, all: &mut ByPath) -> Result<(), PolicyError> {
        let Some(found) = shown.found_ids.first().map(|id| self.found(*id)) else { return Ok(()) };
        for (_, origin) in &shown.objects {
            let (Some(whole_text), Some(Some(path))) = (self.whole_text, self.path(origin)) else { continue };
            for (rule, by) in whole_text.of_path(&whole_text.place(Some(&path), origin.commit())) {
                let named = &self.engine.rules()[rule as usize];
                let fingerprint = Fingerprint::new(&named.family, path.as_bytes());
                let secret = Secret::new(b"");
                let by = match by {
                    Some(by) => Some(by),
                    None => self.suppression_for(
                        &NumberedSecret {
                            rule,
                            fingerprint,
                            secret: secret.clone(),
                            proof: Proof::default(),
                            ..*found
                        },
                        found.confidence,
                        origin,
                        None,
                    )?,
                };
                let occurrence =
                    Occurrence { origin: Arc::new(origin.clone()), location: START, matched: None, exposure: None };
                let finding = all.0.entry((fingerprint, by)).or_insert_with(|| Finding {
                    rule: RuleId(named.id.clone()),
                    family: named.family.clone(),
                    name: named.name.clone(),
                    severity: named.severity,
                    confidence: found.confidence,
                    rotate: None,
                    references: named.references.clone(),
                    secret,
                    fingerprint,
                    proof: Proof::default(),
                    occurrences: Vec::new(),
                    histories: [(self.repository.to_owned(), self.history(shown.attribution))].into(),
                });
                finding.occurrences.push(occurrence);
            }
        }
        Ok(())
    }
}
