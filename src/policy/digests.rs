//! Computes slow digests in parallel, once for all secrets of a scan, and caches them on the machine.

use crate::ledger::{Cache, Digest, LedgerKey, Memory, Salt};
use crate::model::Fingerprint;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Slow digests of secrets.
#[derive(Debug, Default)]
pub struct Slow {
    known: HashMap<(Fingerprint, Salt), Digest>,
}

impl Slow {
    /// Computes the digests, or takes them from the cache.
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
            // If the cache cannot be written, the next scan only takes longer.
            let _ = cache.store();
        }
        Slow { known }
    }

    /// The ledger key of a secret under a salt, if it was requested.
    #[must_use]
    pub fn mark(&self, fingerprint: Fingerprint, salt: &Salt) -> Option<LedgerKey> {
        let digest = self.known.get(&(fingerprint, *salt))?;
        Some(LedgerKey { digest: *digest, salt: Some(salt.id()) })
    }
}
