//! A leaked secret and where it stands.

use super::{Confidence, Fingerprint, Location, Origin, Proof, RuleId, Secret, SecretHistory, Severity};
use std::borrow::Cow;
use std::sync::Arc;

/// One place where a secret stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The blob that holds it.
    pub origin: Arc<Origin>,
    /// Where in the blob the secret itself is.
    pub location: Location,
    /// What a rule of another tool matched around it.
    pub matched: Option<Arc<Matched>>,
}

/// All that a rule matched, of which the secret is a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matched {
    /// Where it is.
    pub location: Location,
    /// The text, which may hold more than one secret.
    pub text: Secret,
}

/// One sighting of a secret, as a scan of one blob yields it.
#[derive(Clone, Debug)]
pub struct Detection {
    /// The rule that matched.
    pub rule: RuleId,
    /// The rule's family (its provider).
    pub family: Cow<'static, str>,
    /// What the rule finds, for people.
    pub name: Cow<'static, str>,
    /// How bad it is when it is real.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where a person replaces such a secret (an address).
    pub rotate: Option<Cow<'static, str>>,
    /// Where the format is documented (addresses).
    pub references: Cow<'static, [Cow<'static, str>]>,
    /// The value.
    pub secret: Secret,
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// What its bytes say about it.
    pub proof: Proof,
    /// Where it stands.
    pub occurrence: Occurrence,
}

/// One distinct secret with all its occurrences: the unit that people triage, rotate and ignore.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that matched (of several of one family, the one with the smallest id).
    pub rule: RuleId,
    /// The rule's family (its provider).
    pub family: Cow<'static, str>,
    /// What the rule finds, for people.
    pub name: Cow<'static, str>,
    /// How bad it is when it is real.
    pub severity: Severity,
    /// How sure the rule is (the surest, of several occurrences).
    pub confidence: Confidence,
    /// Where a person replaces such a secret (an address).
    pub rotate: Option<Cow<'static, str>>,
    /// Where the format is documented (addresses).
    pub references: Cow<'static, [Cow<'static, str>]>,
    /// The value.
    pub secret: Secret,
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// What its bytes say about it.
    pub proof: Proof,
    /// Where it stands: at least one, sorted by place, without duplicates.
    pub occurrences: Vec<Occurrence>,
    /// What the repository remembers of it, when a history was scanned.
    pub history: Option<SecretHistory>,
}
