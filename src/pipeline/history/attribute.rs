//! From what was found in objects to findings with commits, paths and lines.

use super::Selection;
use super::delta::{Found, message};
use crate::content::{Encoding, Utf16Reader};
use crate::engine::{Engine, Lines, Match, Scratch, Surroundings, keep_winners};
use crate::git::commit::Commit;
use crate::git::graph::{Attribution, History, Marks, Place};
use crate::git::oid::Kind;
use crate::git::refs::Refs;
use crate::git::store::{ObjectId, Store};
use crate::model::{
    Cause, CommitInfo, Finding, Fingerprint, Location, Occurrence, Provenance, RuleId, SecretHistory, Severity,
    Suppressed, Suppression,
};
use crate::pipeline::policy::{Candidate, PolicyError, Scopes};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What findings are made from.
pub(super) struct Attributor<'a> {
    pub(super) engine: &'a Engine,
    pub(super) store: &'a Store,
    pub(super) refs: &'a Refs,
    pub(super) history: &'a History,
    pub(super) repository: &'a Path,
    pub(super) severity: Severity,
    pub(super) policy: Option<&'a Scopes>,
}

/// Where each secret stands in an object that was read again, and what is around it.
type Places = HashMap<Fingerprint, Vec<(Location, Surroundings)>>;

/// What all secrets came to.
#[derive(Default)]
pub(super) struct Attributed {
    pub(super) findings: Vec<Finding>,
    pub(super) suppressed: Vec<Suppressed>,
    pub(super) below_severity: u64,
}

impl Attributor<'_> {
    /// The findings; those that no selected commit brought are left out, unless what is unreachable was asked for. An exception is asked about
    /// where the secret is shown, one place after the other: in the versions that brought it.
    ///
    /// # Errors
    /// When a policy that holds for one of them is at fault.
    pub(super) fn findings(
        &self,
        secrets: &[Found],
        all: &[Attribution],
        marks: &Marks,
        selection: &Selection,
    ) -> Result<Attributed, PolicyError> {
        let mut holders: HashMap<u32, ObjectId> = HashMap::new();
        for (object, mark) in marks.pairs() {
            holders.entry(*mark).or_insert(*object);
        }
        let mut read: HashMap<ObjectId, Places> = HashMap::new();
        let mut attributed = Attributed::default();
        for ((secret, attribution), mark) in secrets.iter().zip(all).zip(0..) {
            if attribution.introduced.is_none() && !selection.unreachable {
                continue;
            }
            let Some(holder) = holders.get(&mark) else { continue };
            let rule = &self.engine.rules()[secret.rule as usize];
            if rule.severity < self.severity {
                attributed.below_severity += 1;
                continue;
            }
            let mut occurrences: BTreeMap<Option<Suppression>, Vec<Occurrence>> = BTreeMap::new();
            for (object, provenance) in self.places(attribution, *holder) {
                let places = read.entry(object).or_insert_with(|| self.locate(object));
                let provenance = Arc::new(provenance);
                for (location, around) in places.get(&secret.fingerprint).into_iter().flatten() {
                    let by = self.judge(secret, &provenance, around)?;
                    let occurrence = Occurrence { provenance: Arc::clone(&provenance), location: *location };
                    occurrences.entry(by).or_default().push(occurrence);
                }
            }
            // Found, and yet not found again where it was brought: it is still a finding.
            if occurrences.is_empty() {
                occurrences.insert(None, Vec::new());
            }
            let history = self.history(attribution);
            for (by, mut occurrences) in occurrences {
                occurrences.sort();
                occurrences.dedup();
                let finding = Finding {
                    rule: RuleId(rule.id.clone()),
                    family: rule.family.clone(),
                    name: rule.name.clone(),
                    severity: rule.severity,
                    confidence: secret.confidence,
                    rotate: rule.rotate.clone(),
                    references: rule.references.clone(),
                    secret: secret.secret.clone(),
                    fingerprint: secret.fingerprint,
                    occurrences,
                    history: Some(history.clone()),
                };
                match by {
                    None => attributed.findings.push(finding),
                    Some(by) => attributed.suppressed.push(Suppressed { finding, by }),
                }
            }
        }
        Ok(attributed)
    }

    /// Who says that an occurrence is not to be reported.
    fn judge(
        &self,
        secret: &Found,
        provenance: &Provenance,
        around: &Surroundings,
    ) -> Result<Option<Suppression>, PolicyError> {
        let Some(scopes) = self.policy else { return Ok(None) };
        let (scope, path) = scopes.of(provenance)?;
        if let Some(by) = path.as_ref().and_then(|path| scope.excluded(path)) {
            return Ok(Some(Suppression { cause: Cause::Excluded, ..by }));
        }
        let rule = &self.engine.rules()[secret.rule as usize];
        if let Some(by) = scope.switched_off(&rule.id, secret.confidence, rule.severity) {
            return Ok(Some(by));
        }
        Ok(scope.judge(&Candidate {
            rule: &rule.id,
            family: &rule.family,
            fingerprint: secret.fingerprint,
            secret: secret.secret.expose(),
            around: Some(around),
            rules: self.engine.rules(),
            at: &|| path.clone(),
        }))
    }

    /// The objects that show a secret, and what to call them: the files of the commit that introduced it, or else its message, or
    /// else whatever holds it.
    fn places(&self, attribution: &Attribution, holder: ObjectId) -> Vec<(ObjectId, Provenance)> {
        let repository = self.repository.to_owned();
        let commit = attribution.introduced.map(|place| self.id(self.history.commits().id(place)));
        if let Some(commit) = &commit
            && !attribution.introduced_at.is_empty()
        {
            let committed = |path: &[u8]| Provenance::Committed {
                repository: repository.clone(),
                path: path_of(path),
                commit: Arc::clone(commit),
            };
            return attribution.introduced_at.iter().map(|found| (found.blob, committed(&found.path))).collect();
        }
        let said = attribution.introduced.map(|place| self.history.commits().id(place));
        let object = match (said, self.store.kind(holder)) {
            (Some(commit), Some(Kind::Commit)) => commit,
            _ => holder,
        };
        let what = match self.store.kind(object) {
            Some(Kind::Commit) => "commit message",
            Some(Kind::Tag) => "tag message",
            _ => "unreachable blob",
        };
        vec![(object, Provenance::Object { repository, what, id: self.id(object) })]
    }

    fn history(&self, attribution: &Attribution) -> SecretHistory {
        let names = |holders: &[usize]| holders.iter().map(|at| self.refs.list[*at].name.clone()).collect();
        SecretHistory {
            introduced: attribution.introduced.and_then(|place| self.commit(place)),
            introductions: attribution.introductions,
            removed: attribution.removed.and_then(|place| self.commit(place)),
            at_head: attribution.at_head,
            refs: names(&attribution.history_refs.named),
            ref_count: attribution.history_refs.count,
            versions: attribution.versions,
        }
    }

    fn id(&self, object: ObjectId) -> Arc<str> {
        self.store.oid(object).map_or_else(String::new, |oid| oid.to_string()).into()
    }

    fn commit(&self, place: Place) -> Option<CommitInfo> {
        let object = self.history.commits().id(place);
        let mut reader = self.store.reader();
        let (_, bytes) = reader.read(object).ok()?;
        let commit = Commit::parse(bytes)?;
        let author = String::from_utf8_lossy(commit.author.name).into_owned();
        Some(CommitInfo { id: self.id(object), author, time: commit.author.time })
    }

    /// Reads an object again, and says where its secrets are.
    fn locate(&self, object: ObjectId) -> Places {
        let mut places = Places::new();
        let mut reader = self.store.reader();
        // It was read before; what cannot be read now was reported then.
        let Ok((kind, bytes)) = reader.read(object) else { return places };
        let mut lines = Lines::default();
        let (mut text, mut base) = (bytes, 0);
        if kind != Kind::Blob {
            text = message(bytes);
            base = bytes.len() - text.len();
            lines.advance(&bytes[..base]);
        }
        let decoded = decode(text);
        let text = decoded.as_deref().unwrap_or(text);
        let mut all: Vec<Match> = Vec::new();
        self.engine.matches(text, 0..text.len(), &mut Scratch::default(), &mut all);
        keep_winners(self.engine, &mut all);
        for found in all {
            let fingerprint = Fingerprint::new(&self.engine.rule(&found).family, &text[found.secret.clone()]);
            let location = lines.locate(text, base, &found.secret);
            let around = Surroundings::of(text, &found.secret);
            places.entry(fingerprint).or_default().push((location, around));
        }
        places
    }
}

/// UTF-16 as UTF-8; `None` for what is plain.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let encoding = Encoding::of(text);
    if !matches!(encoding, Encoding::Utf16Little | Encoding::Utf16Big) {
        return None;
    }
    let mut nothing: &[u8] = &[];
    let mut decoded = Vec::new();
    let head = &text[encoding.mark_length(text)..];
    Utf16Reader::new(encoding, head, &mut nothing).read_to_end(&mut decoded).ok()?;
    Some(decoded)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
