//! A leaked secret and where it stands.

use super::{Confidence, Fingerprint, Location, Origin, Proof, RuleId, Secret, SecretHistory, Severity};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;
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
    /// What each repository remembers of it, by the repository's name, for those whose history was scanned.
    pub histories: BTreeMap<PathBuf, SecretHistory>,
}

impl Finding {
    /// The history in the first repository that has one.
    #[must_use]
    pub fn history(&self) -> Option<&SecretHistory> {
        self.histories.values().next()
    }

    /// The history in the repository that an occurrence belongs to.
    #[must_use]
    pub fn history_of(&self, origin: &Origin) -> Option<&SecretHistory> {
        origin.repository().and_then(|repository| self.histories.get(repository)).or_else(|| self.history())
    }

    /// Adds another finding of the same secret. The rule that names the secret does not depend on which of the two came first: the severest,
    /// then the surest, then the one with the smallest id.
    pub fn join(&mut self, other: Finding) {
        if (other.severity, other.confidence, Reverse(&other.rule), &other.proof)
            > (self.severity, self.confidence, Reverse(&self.rule), &self.proof)
        {
            self.rule = other.rule;
            self.name = other.name;
            self.severity = other.severity;
            self.confidence = other.confidence;
            self.rotate = other.rotate;
            self.references = other.references;
            self.proof = other.proof;
        }
        self.occurrences.extend(other.occurrences);
        self.histories.extend(other.histories);
    }

    /// Sorts the occurrences, and drops repeated ones.
    pub fn tidy(&mut self) {
        self.occurrences.sort();
        self.occurrences.dedup();
    }
}

impl From<Detection> for Finding {
    fn from(new: Detection) -> Finding {
        Finding {
            rule: new.rule,
            family: new.family,
            name: new.name,
            severity: new.severity,
            confidence: new.confidence,
            rotate: new.rotate,
            references: new.references,
            secret: new.secret,
            fingerprint: new.fingerprint,
            proof: new.proof,
            occurrences: vec![new.occurrence],
            histories: BTreeMap::new(),
        }
    }
}
