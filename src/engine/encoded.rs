//! Matches in what is encoded.
//!
//! The prefilter's own pass gives the evidence: literals such as `%65%` or `H4sI`, and runs of token characters whose first ones decode to text.
//! What is decoded there is scanned as any text is, up to the engine's decoding depth; what is found becomes a match of the outer text that
//! carries the decoded secret.

use super::found::{Decoded, Match, Reason, Verdict};
use super::keywords::{FarAnchor, FarKind, Reach};
use super::matching::{Engine, PROVIDER, Scratch};
use super::overlap::resolve;
use crate::content::decode::{self, Decoder, Encoded, Found};
use crate::model::{Confidence, Secret};
use crate::rules::Form;
use std::ops::Range;

/// Longer values are no assignment's, in bytes.
const MAX_VALUE: usize = 256;

impl Engine {
    /// Appends the matches in what is encoded at an anchor, and notes in it how far it reaches.
    pub(super) fn encoded_matches(
        &self,
        text: &[u8],
        (anchor, decoder): (&mut FarAnchor, Decoder),
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
    ) {
        let Found { seen, encoded } = decode::at(decoder, text, anchor.start);
        let reach = Reach {
            before: anchor.start - seen.start.min(anchor.start),
            after: seen.end.max(anchor.start) - anchor.start,
        };
        anchor.kind = FarKind::Encoded(decoder, reach);
        if scratch.depth >= self.decode_depth() {
            return;
        }
        for one in &encoded {
            let kept = self.inner_matches(one, scratch);
            out.extend(kept.into_iter().filter_map(|found| self.outer_match(text, anchor.start, one, found)));
        }
    }

    /// The kept matches in a decoded text.
    fn inner_matches(&self, encoded: &Encoded, scratch: &mut Scratch) -> Vec<Match> {
        scratch.depth += 1;
        let mut inner = Vec::new();
        let value = encoded.text.trim_ascii_end();
        let is_value = value.len() <= MAX_VALUE && !value.iter().any(|byte| matches!(byte, b'\n' | b'"' | b'\\'));
        match &encoded.key {
            // The key says what the value is.
            Some(key) if is_value => {
                let head = [key.as_slice(), b" = \""].concat();
                let line = [&head, value, b"\"\n"].concat();
                self.matches(&line, 0..line.len(), scratch, &mut inner);
                inner.iter_mut().for_each(|found| self.believe_key(found));
                resolve(self, &mut inner);
                inner.retain(|found| head.len() <= found.secret.start && found.secret.end <= head.len() + value.len());
                inner.iter_mut().for_each(|found| *found = found.moved(head.len(), 0));
            }
            _ => {
                self.matches(&encoded.text, 0..encoded.text.len(), scratch, &mut inner);
                resolve(self, &mut inner);
            }
        }
        scratch.depth -= 1;
        inner.retain(|found| found.verdict == Verdict::Kept);
        inner
    }

    /// The value of a Secret under a secret's name is one, however it looks to the classifier.
    fn believe_key(&self, found: &mut Match) {
        if found.verdict == Verdict::Rejected(Reason::Classifier) && matches!(self.rule(found).form, Form::Names { .. })
        {
            (found.verdict, found.confidence) = (Verdict::Kept, Confidence::Low);
        }
    }

    /// A match of the outer text out of one of the decoded text. What the outer text has as it is was found there, but for a token that only
    /// decoding parts from the escape before it.
    fn outer_match(&self, text: &[u8], anchor: usize, encoded: &Encoded, found: Match) -> Option<Match> {
        let secret: Range<usize> = encoded.outer(&found.secret);
        let value = Secret::new(found.value(&encoded.text));
        if text[secret.clone()] == *value.expose() {
            let is_token = self.specificity(found.rule) == PROVIDER;
            return is_token.then_some(Match { secret, anchor, extent: 0, decoded: None, ..found });
        }
        let inner = found.decoded.map(|decoded| decoded.steps).unwrap_or_default();
        let steps = encoded.by.iter().cloned().chain(inner).collect();
        Some(Match { secret, anchor, extent: 0, decoded: Some(Box::new(Decoded { value, steps })), ..found })
    }
}
