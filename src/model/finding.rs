//! A leaked secret and its occurrences.

use super::{Confidence, Exposure, Fingerprint, Location, Origin, Proof, RuleId, Secret, SecretHistory, Severity};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One location of a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The blob that holds it.
    pub origin: Arc<Origin>,
    /// Location of the secret within the blob.
    pub location: Location,
    /// The whole match of a rule of another scanner.
    pub matched: Option<Arc<Matched>>,
    /// Who may read the place, for a scan of a host.
    pub exposure: Option<Arc<Exposure>>,
}

/// The whole match of a rule, of which the secret is a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matched {
    /// Its location.
    pub location: Location,
    /// Its text, which may contain several secrets.
    pub text: Secret,
}

/// One occurrence of a secret, as the scan of one blob yields it.
#[derive(Clone, Debug)]
pub struct Detection {
    /// The rule that matched.
    pub rule: RuleId,
    /// The rule's family (its provider).
    pub family: Cow<'static, str>,
    /// Name of the kind of secret, for reports.
    pub name: Cow<'static, str>,
    /// Severity of a real secret of this kind.
    pub severity: Severity,
    /// Confidence of the match.
    pub confidence: Confidence,
    /// URL where such a secret can be replaced.
    pub rotate: Option<Cow<'static, str>>,
    /// URLs that document the format.
    pub references: Cow<'static, [Cow<'static, str>]>,
    /// The value.
    pub secret: Secret,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// What its own bytes prove.
    pub proof: Proof,
    /// Its occurrence.
    pub occurrence: Occurrence,
}

/// A distinct secret with all its occurrences: the unit that people triage, rotate and ignore.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that matched (of several of one family, the one with the smallest id).
    pub rule: RuleId,
    /// The rule's family (its provider).
    pub family: Cow<'static, str>,
    /// Name of the kind of secret, for reports.
    pub name: Cow<'static, str>,
    /// Severity of a real secret of this kind.
    pub severity: Severity,
    /// Confidence of the match; the highest of its occurrences.
    pub confidence: Confidence,
    /// URL where such a secret can be replaced.
    pub rotate: Option<Cow<'static, str>>,
    /// URLs that document the format.
    pub references: Cow<'static, [Cow<'static, str>]>,
    /// The value.
    pub secret: Secret,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// What its own bytes prove.
    pub proof: Proof,
    /// Its occurrences: at least one, sorted by origin and location, without duplicates.
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
