//! Matches of rules and their fate.

use crate::model::{Confidence, Proof, Secret, Span, Step};
use std::fmt;
use std::ops::Range;

/// Reason for the rejection of a match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its own bytes refute it; the text says how.
    Refuted(&'static str),
    /// Its entropy is below the rule's bound.
    Entropy,
    /// It is a placeholder; the text says of which kind.
    Placeholder(&'static str),
    /// The value does not look like a secret; the text says what it is.
    Value(&'static str),
    /// The classifier rejects it.
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
            Reason::Classifier => f.write_str("the classifier rejects it"),
            Reason::Binary => f.write_str("binary surroundings"),
            Reason::Overlap(_) => f.write_str("a more specific rule matched the same bytes"),
        }
    }
}

/// Result of the filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is reported.
    Kept,
    /// It is rejected.
    Rejected(Reason),
}

/// A match of a rule. Ranges are offsets in the scanned text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The rule's index in the engine's set.
    pub rule: u32,
    /// The secret; of one that is encoded, the bytes that it stands in.
    pub secret: Range<usize>,
    /// Start of the keyword or run that led to the match. The match depends only on the bytes within `Engine::reach` of it.
    pub anchor: usize,
    /// Number of bytes from the anchor on that affected the match.
    pub extent: usize,
    /// Proof and facts.
    pub proof: Proof,
    /// Confidence.
    pub confidence: Confidence,
    /// Result of the filters.
    pub verdict: Verdict,
    /// How it is encoded, unless it stands in the text as it is.
    pub decoded: Option<Box<Decoded>>,
}

/// A secret that was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The secret itself.
    pub value: Secret,
    /// The decoders, outermost first, each with the bytes that it was given: the first ones' are in the text, the others' in what the one before
    /// made of it.
    pub steps: Vec<(&'static str, Range<usize>)>,
}

impl Match {
    /// The secret's own bytes, in the text that was scanned or decoded from there.
    #[must_use]
    pub fn value<'v>(&'v self, text: &'v [u8]) -> &'v [u8] {
        match &self.decoded {
            Some(decoded) => decoded.value.expose(),
            None => &text[self.secret.clone()],
        }
    }

    /// The match where what stood at `from` stands at `to`.
    #[must_use]
    pub fn moved(&self, from: usize, to: usize) -> Match {
        // The secret may begin before `from`, but by less than what of the text before `to` is the same.
        let moved = |at: usize| (at + to).saturating_sub(from);
        let moved_range = |range: &Range<usize>| moved(range.start)..moved(range.end);
        let mut found = Match { secret: moved_range(&self.secret), anchor: moved(self.anchor), ..self.clone() };
        if let Some((_, span)) = found.decoded.as_mut().and_then(|decoded| decoded.steps.first_mut()) {
            *span = moved_range(span);
        }
        found
    }

    /// The steps from the text to the secret, as an origin has them.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        self.decoded
            .iter()
            .flat_map(|decoded| &decoded.steps)
            .map(|(by, span)| Step::Decoded { by, span: Span::new(span.start as u64, span.end as u64) })
    }
}

impl AsRef<Match> for Match {
    fn as_ref(&self) -> &Match {
        self
    }
}
