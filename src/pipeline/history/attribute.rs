//! Turns secrets in objects into findings with commits, paths and lines.

use super::located::Sightings;
use super::paths::path_of;
use super::secrets::NumberedSecret;
use crate::engine::{Engine, Surroundings};
use crate::git::commit::Commit;
use crate::git::graph::{Attribution, CommitIndex, History};
use crate::git::oid::Kind;
use crate::git::refs::Refs;
use crate::git::store::{ObjectId, Store};
use crate::model::{
    CommitInfo, Confidence, Finding, LineColumn, Location, Occurrence, Origin, Outer, RuleId, SecretHistory, Severity,
    Span, Suppressed, Suppression,
};
use crate::pipeline::path_class::adjusted;
use crate::pipeline::whole_text::WholeText;
use crate::policy::{LocatedFinding, PolicyError, Scopes};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// So many places in one commit are shown of each secret.
pub(super) const SHOWN_PLACES: usize = 16;

/// What findings are made from.
pub(super) struct Attributor<'a> {
    pub(super) engine: &'a Engine,
    pub(super) store: &'a Store,
    pub(super) refs: &'a Refs,
    pub(super) history: &'a History,
    pub(super) repository: &'a Path,
    /// What was found, and where it was seen.
    pub(super) sightings: &'a Sightings<'a>,
    pub(super) confidence: Confidence,
    pub(super) severity: Severity,
    pub(super) policy: Option<&'a Scopes>,
    /// Whether a limit was exceeded, so that objects that seem unreachable may be reachable.
    pub(super) is_partial: bool,
    pub(super) whole_text: Option<&'a WholeText>,
    /// Whether some secrets were seen in more places than are kept.
    pub(super) lacks_sightings: bool,
}

/// A secret, what the graph says of it, and the objects that show it.
pub(super) struct Shown<'a> {
    /// The secret's number.
    pub(super) secret_id: u32,
    /// The numbers of what was found of it, by several rules or with several confidences.
    pub(super) found_ids: &'a [u32],
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
    /// The secrets of which nothing is reported so far: where they were brought they are exempt, or no commit that counts has brought them.
    pub(super) open: Vec<Open>,
}

/// A secret of which nothing is reported so far.
pub(super) struct Open {
    pub(super) secret_id: u32,
    /// What it was counted as.
    pub(super) below: Option<Below>,
}

/// Which floor keeps a secret out of the report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    Confidence,
    Severity,
}

/// Occurrences of a secret that are reported or suppressed together.
pub(super) type Groups<'a> = BTreeMap<Option<Suppression>, Group<'a>>;

/// What the report says of them together: the best of what was found there names the secret, with the most confidence that it deserves at
/// one of its places.
#[derive(Default)]
pub(super) struct Group<'a> {
    best: Option<(&'a NumberedSecret, Confidence)>,
    occurrences: Vec<Occurrence>,
}

impl Attributor<'_> {
    pub(super) fn found(&self, found_id: u32) -> &NumberedSecret {
        &self.sightings.found[found_id as usize]
    }

    /// Who says that an occurrence is not to be reported. What cannot be read again is judged by what is known of it.
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

    /// The confidence in what was found, in a file of this path; or the floor that it is below.
    pub(super) fn confidence_at(
        &self,
        found: &NumberedSecret,
        path: Option<&Path>,
        is_plain_at_head: bool,
    ) -> Result<Confidence, Below> {
        let rule = &self.engine.rules()[found.rule as usize];
        let confidence = if is_plain_at_head { found.confidence } else { adjusted(rule, found.confidence, path) };
        match () {
            () if confidence < self.confidence => Err(Below::Confidence),
            () if rule.severity < self.severity => Err(Below::Severity),
            () => Ok(confidence),
        }
    }

    /// Puts an occurrence into its group.
    pub(super) fn put<'f>(
        &self,
        groups: &mut Groups<'f>,
        by: Option<Suppression>,
        new: (&'f NumberedSecret, Confidence),
        occurrence: Occurrence,
    ) {
        // As a scan of files chooses.
        let rank = |(found, confidence): (&'f NumberedSecret, Confidence)| {
            let severity = self.engine.rules()[found.rule as usize].severity;
            (severity, confidence, Reverse(found.rule), &found.proof)
        };
        let group = groups.entry(by).or_default();
        if group.best.is_none_or(|best| rank(new) > rank(best)) {
            group.best = Some(new);
        }
        group.occurrences.push(occurrence);
    }

    /// Adds the findings of a secret, by who suppresses which of its occurrences.
    pub(super) fn add(&self, shown: &Shown<'_>, groups: Groups<'_>, attributed: &mut Attributed) {
        let history = (!groups.is_empty()).then(|| (self.repository.to_owned(), self.history(shown.attribution)));
        for (by, Group { best, mut occurrences }) in groups {
            let Some((found, confidence)) = best else { continue };
            let rule = &self.engine.rules()[found.rule as usize];
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
                histories: history.clone().into_iter().collect(),
            };
            match by {
                None => attributed.findings.push(finding),
                Some(by) => attributed.suppressed.push(Suppressed { finding, by }),
            }
        }
    }

    /// The objects that show a secret, and what to call them: the files of the commit that introduced it, its message, the tags that say it,
    /// or else whatever holds it. At least one.
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
        let first = attribution.introduced.and_then(|place| self.commit(place));
        // Whether the parents that a shallow clone left behind had it too, nobody can tell.
        let is_cut = |place: CommitIndex| self.history.boundary().binary_search(&place).is_ok();
        let is_cut = !attribution.is_said && attribution.introduced.is_some_and(is_cut);
        let (introduced, came_before) = if is_cut { (None, first) } else { (first, None) };
        SecretHistory {
            introduced,
            came_before,
            introductions: attribution.introductions,
            removed: attribution.removed.and_then(|place| self.commit(place)),
            at_head: attribution.at_head,
            head_paths: attribution.head_at.iter().take(SHOWN_PLACES).map(|found| path_of(&found.path)).collect(),
            refs: names(&attribution.history_refs.named),
            ref_count: attribution.history_refs.count,
            versions: attribution.versions,
        }
    }

    pub(super) fn id(&self, object: ObjectId) -> Arc<str> {
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
}

/// The beginning of a text, for secrets at an unknown location.
pub(super) const UNKNOWN: Location = {
    let start = LineColumn { line: 1, column: 1 };
    Location { view: Span { start: 0, end: 0 }, outer: Span { start: 0, end: 0 }, start, end: start }
};
