//! Slow digests, made once for all secrets of a scan: by all threads, and never twice on one machine.

use crate::ledger::{Cache, Digest, LedgerKey, Memory, Salt};
use crate::model::Fingerprint;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The slow digests of some secrets.
#[derive(Debug, Default)]
pub struct Slow {
    known: HashMap<(Fingerprint, Salt), Digest>,
}

impl Slow {
    /// Makes those that are wanted, or remembers them.
    #[must_use]
    pub fn of(wanted: impl IntoIterator<Item = (Fingerprint, Salt)>) -> Slow {
        let mut by_salt: BTreeMap<Salt, BTreeSet<Fingerprint>> = BTreeMap::new();
        for (fingerprint, salt) in wanted {
            by_salt.entry(salt).or_default().insert(fingerprint);
        }
        let mut known = HashMap::new();
        for (salt, fingerprints) in by_salt {
            let mut cache = Cache::of(&salt);
            let (old, new): (Vec<_>, Vec<_>) = fingerprints.into_iter().partition(|one| cache.get(*one).is_some());
            known.extend(old.into_iter().filter_map(|one| Some(((one, salt), cache.get(one)?))));
            let digest = |memory: &mut Memory, one: Fingerprint| (one, salt.digest(one, memory));
            let made: Vec<(Fingerprint, Digest)> = new.into_par_iter().map_init(Memory::default, digest).collect();
            for (fingerprint, digest) in made {
                cache.put(fingerprint, digest);
                known.insert((fingerprint, salt), digest);
            }
            // A cache that cannot be written costs the next scan its time, and nothing else.
            let _ = cache.store();
        }
        Slow { known }
    }

    /// The mark of a secret under a salt, if it was wanted.
    #[must_use]
    pub fn mark(&self, fingerprint: Fingerprint, salt: &Salt) -> Option<LedgerKey> {
        let digest = self.known.get(&(fingerprint, *salt))?;
        Some(LedgerKey { digest: *digest, salt: Some(salt.id()) })
    }
}
