//! What a match must pass to become a finding. Every filter is local, names itself by its reason, and loses nothing: a rejected
//! match is kept and counted.

mod entropy;
mod name;
mod placeholder;
mod value;

use super::assignment::Assignment;
use super::classifier;
use super::found::{Reason, Verdict};
use super::verdict_cache::VerdictCache;
use crate::model::Confidence;
use crate::proof::is_locked;
use crate::rules::Rule;
use std::ops::Range;

/// How far around a match the filters look, in bytes.
pub(super) const REACH: usize = classifier::features::REACH;

/// Asks every filter; the first one that objects gives the reason. The confidence is the rule's, or less where the value of an
/// assignment could be something else. What the judge said before is looked up in `verdict_cache`.
pub(super) fn apply_filters(
    rule: &Rule,
    text: &[u8],
    secret: &Range<usize>,
    assignment: Option<&Assignment>,
    verdict_cache: Option<&VerdictCache>,
) -> (Confidence, Verdict) {
    let bytes = &text[secret.clone()];
    let mut confidence = rule.confidence;
    let reject = |reason| (rule.confidence, Verdict::Rejected(reason));
    if bytes.is_empty() {
        return reject(Reason::Value("empty"));
    }
    if rule.confidence < Confidence::High && is_binary(text, secret) {
        return reject(Reason::Binary);
    }
    if let Some(what) = placeholder::kind(bytes) {
        return reject(Reason::Placeholder(what));
    }
    if rule.entropy > 0.0 && entropy::shannon(bytes) < f64::from(rule.entropy) {
        return reject(Reason::Entropy);
    }
    if let Some(assignment) = assignment {
        if let Some(what) = value::objection(text, assignment) {
            return reject(Reason::Value(what));
        }
        let judged = match verdict_cache {
            Some(verdict_cache) => verdict_cache.classify(text, assignment, &rule.id),
            None => classifier::classify(text, assignment, &rule.id),
        };
        match judged {
            Some(judged) => confidence = confidence.min(judged),
            None => return reject(Reason::Classifier),
        }
    }
    // What a passphrase guards opens nothing by itself.
    if rule.proof.is_some_and(|kind| is_locked(kind, bytes)) {
        confidence = Confidence::Low;
    }
    (confidence, Verdict::Kept)
}

/// Why an assignment is not worth the judge's time, if it is not.
pub(super) fn objection(text: &[u8], found: &Assignment) -> Option<Reason> {
    let bytes = &text[found.value.clone()];
    if is_binary(text, &found.value) {
        return Some(Reason::Binary);
    }
    if let Some(what) = placeholder::kind(bytes) {
        return Some(Reason::Placeholder(what));
    }
    value::objection(text, found).map(Reason::Value)
}

/// Whether a match stands among bytes that are not text: a NUL is near.
///
/// This is asked of the surroundings, not of the whole input, because a match is decided by what is near it: a database file may
/// hold a page of plain text, and a text file that somebody appended a NUL to is still one.
fn is_binary(text: &[u8], secret: &Range<usize>) -> bool {
    let near = secret.start.saturating_sub(REACH)..(secret.end + REACH).min(text.len());
    memchr::memchr(0, &text[near]).is_some()
}
