//! What a match must pass to become a finding. Every filter is local, names itself by its reason, and loses nothing: a rejected
//! match is kept and counted.

mod entropy;
mod known;
mod name;
mod placeholder;
mod value;

use super::assignment::Assignment;
use super::canonical::Canonical;
use super::classifier;
use super::found::{Reason, Verdict};
use super::verdict_cache::VerdictCache;
use crate::model::Confidence;
use crate::proof::is_locked;
use crate::rules::{Form, Rule};
use std::ops::Range;

/// Bytes around a match that the filters may read.
pub(super) const REACH: usize = classifier::features::REACH;

/// Runs every filter; the first rejection gives the reason. The confidence is the rule's, or lower where the value of an assignment could
/// be something else. Earlier verdicts of the classifier are taken from `verdict_cache`.
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
    if matches!(rule.form, Form::Near { .. }) && rule.confidence < Confidence::High && value::is_code(text, secret) {
        return reject(Reason::Value("code"));
    }
    if let Some(assignment) = assignment {
        // The rule in a handle of `stanch redact` is no name: `stanch:some-token:0123456789ab`.
        if text[..assignment.name.start].ends_with(b"stanch:") {
            return reject(Reason::Placeholder("a handle of `stanch redact`"));
        }
        if let Some(what) = value::objection(text, assignment) {
            return reject(Reason::Value(what));
        }
        let canonical = Canonical::of(rule, text, assignment);
        if canonical.is_some() && placeholder::is_stand_in(bytes) {
            return reject(Reason::Placeholder("a word that says so"));
        }
        let (text, assignment, id) = match &canonical {
            Some(one) => (&one.text[..], &one.found, one.rule),
            None => (text, assignment, &*rule.id),
        };
        let judged = match verdict_cache {
            Some(verdict_cache) => verdict_cache.classify(text, assignment, id),
            None => classifier::classify(text, assignment, id),
        };
        match judged {
            Some(judged) => confidence = confidence.min(judged),
            None => return reject(Reason::Classifier),
        }
        // Asked last, for it takes many words.
        if placeholder::is_label(bytes) {
            return reject(Reason::Placeholder("the word for a secret"));
        }
    }
    // A key that is encrypted with a passphrase grants no access by itself.
    if rule.proof.is_some_and(|kind| is_locked(kind, bytes)) {
        confidence = Confidence::Low;
    }
    (confidence, Verdict::Kept)
}

/// The reason for rejecting an assignment before the classifier runs, if any.
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
/// This looks at the surroundings and not at the whole input, because a match depends on nearby bytes only: a database file may contain a
/// page of plain text, and a text file with a NUL appended is still text.
fn is_binary(text: &[u8], secret: &Range<usize>) -> bool {
    let near = secret.start.saturating_sub(REACH)..(secret.end + REACH).min(text.len());
    memchr::memchr(0, &text[near]).is_some()
}
