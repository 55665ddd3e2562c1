//! From matches to detections, and the suppressions of these.

use crate::engine::{Engine, Match, Reason, Sighting};
use crate::model::{Confidence, Detection, Occurrence, Origin, RejectedMatch, RuleId, Secret, Suppression};
use crate::policy::{Candidate, LocatedFinding, Scope, Scopes};
use crate::proof;
use crate::rules::Rule;
use std::sync::Arc;

/// The policy of a scan.
#[derive(Clone, Copy, Debug)]
pub(super) enum Policy<'e> {
    /// No policy: everything is reported.
    None,
    /// One scope for all sources.
    One(&'e Scopes, &'e Scope),
    /// Each blob has the scope of its origin.
    Each(&'e Scopes),
}

impl<'e> Policy<'e> {
    pub(super) fn scopes(self) -> Option<&'e Scopes> {
        match self {
            Policy::None => None,
            Policy::One(scopes, _) | Policy::Each(scopes) => Some(scopes),
        }
    }
}

/// The suppression of a detection.
pub(super) fn suppression_for(
    policy: Policy<'_>,
    engine: &Engine,
    found: &Detection,
    seen: &Sighting<'_>,
) -> Option<Suppression> {
    let (rule, rules) = (engine.rule(seen.found), engine.rules());
    let (fingerprint, around) = (found.fingerprint, Some(seen.around));
    match policy {
        Policy::None => None,
        Policy::One(scopes, scope) => scope.suppression_for(&Candidate {
            rule: &rule.id,
            family: &rule.family,
            fingerprint,
            secret: seen.secret,
            around,
            rules,
            at: &|| scopes.absolute(&found.occurrence.origin),
        }),
        Policy::Each(scopes) => {
            let (confidence, origin) = (found.confidence, &*found.occurrence.origin);
            let placed = LocatedFinding { rule, confidence, fingerprint, secret: seen.secret, origin, around, rules };
            // Prepared scopes have no errors.
            scopes.suppression_for(&placed).ok().flatten()
        }
    }
}

/// The origin of a match: of one that was decoded, some steps inside the blob's.
fn inside(origin: &Arc<Origin>, found: &Match) -> Arc<Origin> {
    if found.decoded.is_none() {
        return Arc::clone(origin);
    }
    Arc::new(found.steps().fold((**origin).clone(), |origin, step| origin.inside(step)))
}

pub(super) fn detection(rule: &Rule, confidence: Confidence, origin: &Arc<Origin>, seen: &Sighting<'_>) -> Detection {
    Detection {
        rule: RuleId(rule.id.clone()),
        family: rule.family.clone(),
        name: rule.name.clone(),
        severity: rule.severity,
        confidence,
        rotate: rule.rotate.clone(),
        references: rule.references.clone(),
        secret: Secret::new(seen.secret),
        proof: seen.found.proof.clone(),
        fingerprint: proof::fingerprint(&rule.family, seen.secret),
        occurrence: Occurrence {
            origin: inside(origin, seen.found),
            location: seen.location,
            matched: None,
            exposure: None,
        },
    }
}

pub(super) fn rejected(engine: &Engine, origin: &Arc<Origin>, seen: &Sighting<'_>, reason: &Reason) -> RejectedMatch {
    let reason = match reason {
        Reason::Overlap(winner) => format!("{reason}: {}", engine.rules()[*winner as usize].id),
        other => other.to_string(),
    };
    RejectedMatch {
        rule: RuleId(engine.rule(seen.found).id.clone()),
        secret: Secret::new(seen.secret),
        origin: Arc::clone(origin),
        location: seen.location,
        reason,
    }
}
