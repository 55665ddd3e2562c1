//! Caches classifier verdicts by a keyed hash of their context.
//!
//! Versions of a file repeat its assignments, and a verdict takes some microseconds. It depends only on the assignment and [`REACH`] bytes
//! around it, so scans of many versions cache it by a hash of those bytes. The key of the hash is random in every process.

use super::assignment::Assignment;
use super::classifier;
use super::classifier::features::REACH;
use crate::model::Confidence;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// So many words are remembered, two megabytes of them, before all are forgotten.
const MAX_VERDICTS: usize = 1 << 16;

/// The cache; see the module.
#[derive(Debug, Default)]
pub struct VerdictCache {
    keys: RandomState,
    said: Mutex<HashMap<u64, Option<Confidence>>>,
}

impl VerdictCache {
    /// The same as [`judge::judge`].
    pub(super) fn classify(&self, text: &[u8], found: &Assignment, rule: &str) -> Option<Confidence> {
        let start = found.name.start.min(found.value.start).saturating_sub(REACH);
        let end = (found.value.end.max(found.name.end) + REACH).min(text.len());
        let callee = found.callee.as_ref().map(|callee| (callee.start - start, callee.end - start));
        let places =
            (found.name.start - start, found.name.end - start, found.value.start - start, found.value.end - start);
        let key = (&text[start..end], places, callee, found.operator as u8, found.quote, rule);
        let key = self.keys.hash_one(key);
        let said = || self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(word) = said().get(&key) {
            return *word;
        }
        // Threads do not wait for one another, so two threads may compute the same verdict.
        let word = classifier::classify(text, found, rule);
        let mut said = said();
        if said.len() >= MAX_VERDICTS {
            said.clear();
        }
        said.insert(key, word);
        word
    }
}
