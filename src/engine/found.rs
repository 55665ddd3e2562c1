//! What a rule found, and what became of it.

use crate::model::{Confidence, Proof};
use std::fmt;
use std::ops::Range;

/// Why a match was turned down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its own bytes disprove it; the text says by what.
    Refuted(&'static str),
    /// Its entropy is below the rule's bound.
    Entropy,
    /// It stands in for a secret; the text says for what it was taken.
    Placeholder(&'static str),
    /// The value is not what a secret looks like; the text says what it is.
    Value(&'static str),
    /// The judge does not take it for a secret.
    Classifier,
    /// Among binary bytes only rules of high confidence count.
    Binary,
    /// The rule with this index in the set has a better claim to the same bytes.
    Overlap(u32),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Refuted(why) => f.write_str(why),
            Reason::Entropy => f.write_str("entropy below the rule's bound"),
            Reason::Placeholder(what) => write!(f, "placeholder: {what}"),
            Reason::Value(what) => write!(f, "value: {what}"),
            Reason::Classifier => f.write_str("the judge takes it for no secret"),
            Reason::Binary => f.write_str("binary surroundings"),
            Reason::Overlap(_) => f.write_str("a more specific rule matched the same bytes"),
        }
    }
}

/// What became of a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is reported.
    Kept,
    /// It is not.
    Rejected(Reason),
}

/// A place where a rule matched. Places are offsets in the text that was scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The rule's index in the engine's set.
    pub rule: u32,
    /// The secret.
    pub secret: Range<usize>,
    /// Where the keyword, or the run of token characters, begins that led to it. The match depends on the bytes around this place and on nothing else, as far as
    /// `Engine::reach` says.
    pub anchor: usize,
    /// So many bytes from the anchor on decided about it, no more.
    pub extent: usize,
    /// What its bytes say about it.
    pub proof: Proof,
    /// How sure it is.
    pub confidence: Confidence,
    /// What became of it.
    pub verdict: Verdict,
}

impl AsRef<Match> for Match {
    fn as_ref(&self) -> &Match {
        self
    }
}
