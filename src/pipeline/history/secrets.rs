//! The distinct secrets of a history, with ids and sightings.

use crate::git::store::ObjectId;
use crate::model::{Confidence, Fingerprint, Proof, Secret};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Limits on the number and total size, in bytes, of distinct secrets: a few megabytes of deltas can expand to any number.
const MOST_SECRETS: usize = 1 << 20;
const MOST_BYTES: usize = 128 << 20;

/// Largest number of sightings, 128 MiB of them: a secret in a large file has one sighting for each version.
const MOST_SIGHTINGS: usize = 8 << 20;

/// A distinct secret with its id.
#[derive(Debug)]
pub(super) struct NumberedSecret {
    pub(super) rule: u32,
    pub(super) confidence: Confidence,
    pub(super) fingerprint: Fingerprint,
    pub(super) proof: Proof,
    pub(super) secret: Secret,
    /// The object with the lowest number among those in which it was found by a scan.
    pub(super) first: ObjectId,
}

/// A secret in an object, before it gets an id.
pub(super) struct Candidate<'b> {
    pub(super) rule: u32,
    pub(super) confidence: Confidence,
    pub(super) fingerprint: Fingerprint,
    pub(super) proof: &'b Proof,
    pub(super) secret: &'b [u8],
    pub(super) object: ObjectId,
}

/// A sighting: a secret in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighted {
    pub(super) object: ObjectId,
    /// Id of the secret.
    pub(super) secret_id: u32,
    /// Start offset in the object's text, in bytes.
    pub(super) start: u64,
}

/// All secrets so far, shared by all threads.
#[derive(Default)]
pub(super) struct Secrets {
    known: Mutex<SecretTable>,
    sightings: AtomicUsize,
    is_full: AtomicBool,
}

#[derive(Default)]
struct SecretTable {
    marks: HashMap<Fingerprint, u32>,
    list: Vec<NumberedSecret>,
    bytes: usize,
}

impl Secrets {
    /// The id of a secret; `None` when there are too many.
    pub(super) fn secret_id(&self, new: &Candidate<'_>) -> Option<u32> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&mark) = known.marks.get(&new.fingerprint) {
            let old = &mut known.list[mark as usize];
            old.first = old.first.min(new.object);
            // Independent of the order of threads, the highest confidence and then the first rule determine the entry.
            if (new.confidence, Reverse(new.rule), new.proof) > (old.confidence, Reverse(old.rule), &old.proof) {
                (old.rule, old.confidence) = (new.rule, new.confidence);
                old.proof = new.proof.clone();
            }
            return Some(mark);
        }
        let next = known.list.len();
        if next == MOST_SECRETS || known.bytes + new.secret.len() > MOST_BYTES {
            self.is_full.store(true, Ordering::Relaxed);
            return None;
        }
        known.bytes += new.secret.len();
        known.marks.insert(new.fingerprint, next as u32);
        known.list.push(NumberedSecret {
            rule: new.rule,
            confidence: new.confidence,
            fingerprint: new.fingerprint,
            proof: new.proof.clone(),
            secret: Secret::new(new.secret),
            first: new.object,
        });
        Some(next as u32)
    }

    /// Whether this many more sightings may be kept.
    pub(super) fn may_keep(&self, sightings: usize) -> bool {
        let may = self.sightings.fetch_add(sightings, Ordering::Relaxed) + sightings <= MOST_SIGHTINGS;
        if !may {
            self.is_full.store(true, Ordering::Relaxed);
        }
        may
    }

    /// Whether a limit was exceeded.
    pub(super) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// The secrets by id.
    pub(super) fn into_list(self) -> Vec<NumberedSecret> {
        self.known.into_inner().unwrap_or_else(PoisonError::into_inner).list
    }
}
