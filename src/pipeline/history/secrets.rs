//! The distinct secrets of a history, numbered, and where each was seen.
//!
//! Several rules may find the same secret, each in other places, and with another confidence. What a place is worth depends on what was found
//! there, so each way to find a secret is kept by itself.

use crate::engine::Match;
use crate::git::store::ObjectId;
use crate::model::{Confidence, Fingerprint, Proof, Secret};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Limits on the number and total size, in bytes, of distinct secrets: a few megabytes of deltas can expand to any number.
const MOST_SECRETS: usize = 1 << 20;
const MOST_BYTES: usize = 128 << 20;

/// Largest number of sightings, 128 MiB of them: a secret in a large file has one sighting for each version.
const MOST_SIGHTINGS: usize = 8 << 20;

/// A distinct secret, as one rule has found it with one confidence.
#[derive(Debug)]
pub(super) struct NumberedSecret {
    /// The secret's number, which all ways to find it share.
    pub(super) secret_id: u32,
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
    /// The number of what was found: its place in the list of all.
    pub(super) found_id: u32,
    /// Where it begins.
    pub(super) place: Place,
}

/// Where a secret begins in an object's text, in bytes, and whether it is encoded there. It is one number, because millions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u64);

impl Place {
    const ENCODED: u64 = 1 << 63;
    /// Of a secret that stands in a part of a blob and not in its own text.
    pub(super) const INSIDE: Place = Place(u64::MAX >> 1);
    /// The beginning of a text.
    pub(super) const START: Place = Place(0);

    /// The place of a match that begins at `start`.
    pub(super) fn of(found: &Match, start: usize) -> Place {
        Place(start as u64 | if found.decoded.is_some() { Place::ENCODED } else { 0 })
    }

    pub(super) fn start(self) -> u64 {
        self.0 & !Place::ENCODED
    }

    pub(super) fn is_encoded(self) -> bool {
        self.0 & Place::ENCODED != 0
    }
}

/// All secrets so far. Shared by all threads.
#[derive(Default)]
pub(super) struct Secrets {
    known: Mutex<SecretTable>,
    sightings: AtomicUsize,
    is_full: AtomicBool,
}

#[derive(Default)]
struct SecretTable {
    /// By the secret: its number.
    ids: HashMap<Fingerprint, u32>,
    /// By a secret's number: the places in the list of what was found of it.
    of_secret: Vec<Vec<u32>>,
    list: Vec<NumberedSecret>,
    bytes: usize,
}

impl Secrets {
    /// The number of what was found; `None` when there is too much.
    pub(super) fn found_id(&self, new: &Candidate<'_>) -> Option<u32> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = &mut *known;
        let secret_id = known.ids.get(&new.fingerprint).copied();
        if let Some(secret_id) = secret_id {
            let same = known.of_secret[secret_id as usize].iter().find(|found_id| {
                let old = &known.list[**found_id as usize];
                old.rule == new.rule && old.confidence == new.confidence
            });
            if let Some(found_id) = same {
                let old = &mut known.list[*found_id as usize];
                old.first = old.first.min(new.object);
                // Whatever thread comes first.
                if *new.proof > old.proof {
                    old.proof = new.proof.clone();
                }
                return Some(*found_id);
            }
        }
        let next = known.list.len();
        if next == MOST_SECRETS || known.bytes + new.secret.len() > MOST_BYTES {
            self.is_full.store(true, Ordering::Relaxed);
            return None;
        }
        known.bytes += new.secret.len();
        let secret_id = secret_id.unwrap_or_else(|| {
            known.of_secret.push(Vec::new());
            let id = known.of_secret.len() as u32 - 1;
            known.ids.insert(new.fingerprint, id);
            id
        });
        known.of_secret[secret_id as usize].push(next as u32);
        known.list.push(NumberedSecret {
            secret_id,
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

    /// Everything that was found.
    pub(super) fn into_list(self) -> Vec<NumberedSecret> {
        self.known.into_inner().unwrap_or_else(PoisonError::into_inner).list
    }
}

/// For each secret, by its number: the places in the list of what was found of it.
pub(super) fn by_secret(list: &[NumberedSecret]) -> Vec<Vec<u32>> {
    let count = list.iter().map(|found| found.secret_id + 1).max().unwrap_or(0);
    let mut by_secret = vec![Vec::new(); count as usize];
    list.iter().zip(0..).for_each(|(found, found_id)| by_secret[found.secret_id as usize].push(found_id));
    by_secret
}
