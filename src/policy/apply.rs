//! Applies ignore files and baselines to an outcome.

use super::compat::families;
use super::digests::Slow;
use super::error::PolicyError;
use super::loaded_ledger::LoadedLedger;
use super::scope::Scope;
use super::scope_cache::{At, places};
use super::scopes::{Scopes, today};
use crate::compat;
use crate::config::slashed;
use crate::ledger::{Salt, SaltId, is_guessable};
use crate::model::Outcome;
use crate::model::{Cause, Day, Finding, Fingerprint, Occurrence, Origin, Suppressed, Suppression};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// What a scan has read in full. It decides which ledger entries can be called gone.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// Absolute directories that were read recursively.
    pub(crate) roots: Vec<PathBuf>,
    /// Whether the whole history was read, and not the files.
    pub(crate) history: bool,
}

/// Moves ignored and known findings to the suppressed ones, and notes policy settings without effect.
///
/// # Errors
/// Fails when a policy file that applies to a finding is malformed.
pub(crate) fn apply(scopes: &Scopes, scanned: &Scanned, outcome: &mut Outcome) -> Result<(), PolicyError> {
    yield_generic(scopes, outcome)?;
    let places = places(scopes, &outcome.findings)?;
    let suppressed: Vec<Finding> = outcome.suppressed.iter().map(|one| one.finding.clone()).collect();
    let other_places = self::places(scopes, &suppressed)?;
    let all = || outcome.findings.iter().zip(&places).chain(suppressed.iter().zip(&other_places));
    let slow = Slow::of(all().flat_map(|(finding, scopes)| wanted(finding, scopes)));
    let mut exemptions = Exemptions { slow, today: today(), notes: Vec::new(), families: families() };
    for (finding, scopes) in suppressed.iter().zip(&other_places) {
        for (occurrence, (scope, path)) in finding.occurrences.iter().zip(scopes) {
            exemptions.apply_to(finding, occurrence, scope, path.as_deref());
        }
    }
    let mut kept = Vec::with_capacity(outcome.findings.len());
    for (finding, scopes) in std::mem::take(&mut outcome.findings).into_iter().zip(places) {
        let mut judged = |(occurrence, (scope, path)): (&Occurrence, &At)| {
            exemptions.apply_to(&finding, occurrence, scope, path.as_deref())
        };
        let said: Vec<Option<Suppression>> = finding.occurrences.iter().zip(&scopes).map(&mut judged).collect();
        if said.iter().all(Option::is_none) {
            kept.push(finding);
            continue;
        }
        let mut by: BTreeMap<Option<Suppression>, Vec<Occurrence>> = BTreeMap::new();
        for (occurrence, said) in finding.occurrences.iter().zip(said) {
            by.entry(said).or_default().push(occurrence.clone());
        }
        // A finding without a suppression has no entry here, and a finding always has an occurrence.
        for (by, occurrences) in by {
            let finding = Finding { occurrences, ..finding.clone() };
            match by {
                None => kept.push(finding),
                Some(by) => outcome.suppressed.push(Suppressed { finding, by }),
            }
        }
    }
    outcome.findings = kept;
    outcome.suppressed.sort_by(|a, b| {
        let key =
            |one: &'_ Suppressed| (one.finding.occurrences.first().cloned(), one.finding.fingerprint, one.by.clone());
        key(a).cmp(&key(b))
    });
    let is_complete = outcome.problems.is_empty();
    outcome.notes.append(&mut exemptions.notes);
    outcome.notes.extend(scopes.dead(&scanned.roots, !scanned.history, is_complete));
    if is_complete {
        outcome.notes.extend(gone(scopes, scanned)?);
    }
    outcome.notes.sort();
    outcome.notes.dedup();
    Ok(())
}

/// Drops what rules of gitleaks' configuration that are called generic found where another rule holds the same secret on the line, as gitleaks
/// does before it reads ignore files (<https://github.com/gitleaks/gitleaks#readme>: a `generic` rule yields to a specific one).
fn yield_generic(scopes: &Scopes, outcome: &mut Outcome) -> Result<(), PolicyError> {
    let is_generic = |finding: &Finding| finding.rule.as_str().to_ascii_lowercase().contains("generic");
    if !outcome.findings.iter().any(is_generic) {
        return Ok(());
    }
    let mut holders: HashMap<(&Origin, u64), Vec<&Finding>> = HashMap::new();
    for finding in outcome.findings.iter().filter(|finding| !is_generic(finding)) {
        for one in &finding.occurrences {
            holders.entry((&*one.origin, one.location.start.line)).or_default().push(finding);
        }
    }
    let mut yielded: Vec<(usize, Vec<usize>)> = Vec::new();
    for (at, finding) in outcome.findings.iter().enumerate().filter(|(_, finding)| is_generic(finding)) {
        let mut gone = Vec::new();
        for (number, one) in finding.occurrences.iter().enumerate() {
            let secret = finding.secret.expose();
            let holds = |other: &&Finding| memchr::memmem::find(other.secret.expose(), secret).is_some();
            let is_held = || holders.get(&(&*one.origin, one.location.start.line))?.iter().find(|other| holds(other));
            let is_theirs = |scope: &Scope| {
                scope.gitleaks().is_some_and(|theirs| theirs.config.rule(finding.rule.as_str()).is_some())
            };
            if !secret.is_empty() && is_held().is_some() && is_theirs(&*scopes.meet(&one.origin)?) {
                gone.push(number);
            }
        }
        if !gone.is_empty() {
            yielded.push((at, gone));
        }
    }
    for (at, gone) in yielded.into_iter().rev() {
        let occurrences = &mut outcome.findings[at].occurrences;
        gone.iter().rev().for_each(|number| _ = occurrences.remove(*number));
        if occurrences.is_empty() {
            outcome.findings.remove(at);
        }
    }
    Ok(())
}

/// The slow digests that are needed to look a finding up.
fn wanted(finding: &Finding, scopes: &[At]) -> Vec<(Fingerprint, Salt)> {
    let mut salts: Vec<Salt> = Vec::new();
    for (scope, _) in scopes {
        let ignores = scope.ignores.iter().filter(|known| known.slow_families.contains(finding.family.as_ref()));
        salts.extend(ignores.flat_map(|known| known.content.salts().values()));
        let baseline = scope.baseline.iter().filter(|known| known.slow_families.contains(finding.family.as_ref()));
        salts.extend(baseline.flat_map(|known| known.content.salts.values()));
    }
    salts.sort_unstable();
    salts.dedup();
    if salts.is_empty() || !is_guessable(finding.secret.expose()) {
        return Vec::new();
    }
    salts.into_iter().map(|salt| (finding.fingerprint, salt)).collect()
}

/// Looks up suppressions of occurrences.
struct Exemptions {
    slow: Slow,
    today: Day,
    notes: Vec<String>,
    /// All families of stanch.
    families: Vec<String>,
}

impl Exemptions {
    /// The suppression of an occurrence: by the innermost ignore file with an entry for it, or else by the baseline.
    fn apply_to(
        &mut self,
        finding: &Finding,
        occurrence: &Occurrence,
        scope: &Scope,
        path: Option<&Path>,
    ) -> Option<Suppression> {
        let ignored = scope.ignores.iter().rev().filter_map(|known| self.ignored(finding, occurrence, known)).next();
        let baseline = scope.baseline.as_ref().and_then(|known| {
            let mark =
                self.marks(finding, &known.content.salts).find(|mark| known.content.secrets.contains_key(mark))?;
            known.meet(mark);
            let place = known.file.clone();
            Some(Suppression { cause: Cause::Baseline, place, reason: None, owner: None, expires: None })
        });
        ignored.or(baseline).or_else(|| {
            let known = scope.known.iter().rev();
            known.filter_map(|known| self.known(finding, occurrence, scope, path?, known)).next()
        })
    }

    /// The suppression by a list of another scanner.
    fn known(
        &self,
        finding: &Finding,
        occurrence: &Occurrence,
        scope: &Scope,
        path: &Path,
        known: &compat::KnownList,
    ) -> Option<Suppression> {
        let path = path.strip_prefix(&known.base).ok()?.to_string_lossy();
        let path = slashed(&path, cfg!(windows));
        let line = occurrence.location.start.line;
        let matched = occurrence.matched.as_ref().map_or(line, |matched| matched.location.start.line);
        // What is found by its path alone stands on no line: gitleaks calls that 0.
        let matched = if finding.secret.is_empty() { 0 } else { matched };
        let rule = finding.rule.as_str();
        let entry = known.find(&compat::Subject {
            path: &path,
            commit: occurrence.origin.commit(),
            lines: (line, matched),
            rule,
            family: &finding.family,
            is_theirs: scope.gitleaks.as_ref().is_some_and(|gitleaks| gitleaks.config.rule(rule).is_some()),
            secret: finding.secret.expose(),
            families: &self.families,
        })?;
        let cause = if known.kind == compat::Kind::IgnoreFile { Cause::Ignored } else { Cause::Baseline };
        let place = if entry.at > 0 { format!("{}:{}", known.file, entry.at) } else { known.file.clone() };
        Some(Suppression { cause, place, reason: None, owner: None, expires: None })
    }

    fn ignored(
        &mut self,
        finding: &Finding,
        occurrence: &Occurrence,
        known: &LoadedLedger<crate::ledger::IgnoreFile>,
    ) -> Option<Suppression> {
        let marks: Vec<_> = self.marks(finding, known.content.salts()).collect();
        let mut expired = None;
        for mark in marks {
            for (line, entry) in known.content.of(&mark) {
                known.meet(mark);
                let place = format!("{}:{line}", known.file);
                if entry.is_expired(self.today) {
                    expired = entry.expires.map(|day| (place, day));
                    continue;
                }
                if mark.salt.is_none() && is_guessable(finding.secret.expose()) {
                    self.notes.push(format!(
                        "{place}: whoever reads this entry can find the secret by trying words; write it with `stanch ignores add` \
                         (docs/suppression.md)"
                    ));
                }
                return Some(Suppression {
                    cause: Cause::Ignored,
                    place,
                    reason: entry.reason.clone(),
                    owner: entry.owner.clone(),
                    expires: entry.expires,
                });
            }
        }
        if let Some((place, day)) = expired {
            let at = occurrence.origin.display();
            self.notes.push(format!("{place}: expired on {day}, so that {} in {at} counts again", finding.rule));
        }
        None
    }

    /// The keys under which a ledger may list a secret.
    fn marks(
        &self,
        finding: &Finding,
        salts: &BTreeMap<SaltId, Salt>,
    ) -> impl Iterator<Item = crate::ledger::LedgerKey> {
        let slow = salts.values().filter_map(|salt| self.slow.mark(finding.fingerprint, salt));
        let plain = crate::ledger::LedgerKey::plain(finding.fingerprint);
        std::iter::once(plain).chain(slow).collect::<Vec<_>>().into_iter()
    }
}

/// Baseline entries that are no longer found, where the scan covered everything that the baseline covers.
fn gone(scopes: &Scopes, scanned: &Scanned) -> Result<Vec<String>, PolicyError> {
    let mut notes = Vec::new();
    for root in &scanned.roots {
        let scope = scopes.of_target(root)?;
        let Some(known) = scope.baseline() else { continue };
        let covers = known.content.covers;
        let lies_here = known.path.parent().is_some_and(|dir| dir.starts_with(root));
        let is_covered = covers.history == scanned.history
            && scope.confidence().value <= covers.confidence
            && scope.severity().value <= covers.severity;
        let met = known.met();
        let count = known.content.secrets.keys().filter(|mark| !met.contains(mark)).count();
        if lies_here && is_covered && count > 0 {
            let of = known.content.secrets.len();
            notes.push(format!(
                "{}: {count} of its {of} secrets are gone: `stanch baseline update` takes them off",
                known.file
            ));
        }
    }
    Ok(notes)
}
