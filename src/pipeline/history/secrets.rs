//! The distinct secrets of a history, numbered, and where each was seen.

use crate::git::store::ObjectId;
use crate::model::{Confidence, Fingerprint, Proof, Secret};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// So many distinct secrets are kept, and so many bytes of them: a few megabytes of delta can stand for any number.
const MOST_SECRETS: usize = 1 << 20;
const MOST_BYTES: usize = 128 << 20;

/// So many sightings are kept, 128 MiB of them: a secret that stands in every version of a large file is seen once for each.
const MOST_SIGHTINGS: usize = 8 << 20;

/// A distinct secret that was found somewhere.
#[derive(Debug)]
pub(super) struct NumberedSecret {
    pub(super) rule: u32,
    pub(super) confidence: Confidence,
    pub(super) fingerprint: Fingerprint,
    pub(super) proof: Proof,
    pub(super) secret: Secret,
    /// Of the objects in which it was found anew, the one with the lowest number.
    pub(super) first: ObjectId,
}

/// A secret that was found in an object.
pub(super) struct Candidate<'b> {
    pub(super) rule: u32,
    pub(super) confidence: Confidence,
    pub(super) fingerprint: Fingerprint,
    pub(super) proof: &'b Proof,
    pub(super) secret: &'b [u8],
    pub(super) object: ObjectId,
}

/// A secret in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighted {
    pub(super) object: ObjectId,
    /// The secret's number.
    pub(super) secret_id: u32,
    /// Where it begins in the object's text, bytes.
    pub(super) start: u64,
}

/// All secrets so far; a secret's number is its *mark*. Shared by all threads.
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
    /// The number of a secret; `None` when there are too many.
    pub(super) fn secret_id(&self, new: &Candidate<'_>) -> Option<u32> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&mark) = known.marks.get(&new.fingerprint) {
            let old = &mut known.list[mark as usize];
            old.first = old.first.min(new.object);
            // Whatever thread comes first, the surest and then the first rule names the secret.
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

    /// Whether so many more sightings may be kept.
    pub(super) fn may_keep(&self, sightings: usize) -> bool {
        let may = self.sightings.fetch_add(sightings, Ordering::Relaxed) + sightings <= MOST_SIGHTINGS;
        if !may {
            self.is_full.store(true, Ordering::Relaxed);
        }
        may
    }

    /// Whether something was left out because there was too much.
    pub(super) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// The secrets by their marks.
    pub(super) fn into_list(self) -> Vec<NumberedSecret> {
        self.known.into_inner().unwrap_or_else(PoisonError::into_inner).list
    }
}
