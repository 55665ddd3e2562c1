//! Counts different values, whatever order they come in and on however many threads.
//!
//! How often a scan of a history meets a value depends on how the versions of a file are packed; how many different ones there are does not.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// More hashes than this are not held: beyond, those count that end with one zero bit more, each for twice as many.
const MOST_HELD: usize = 1 << 19;

/// The hash of a value, the same in every run.
pub(super) fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A set of hashes, of which a part stands for all when there are many. Which part depends on the hashes alone.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    hashes: HashSet<u64>,
    /// So many low bits are zero in what is held.
    level: u32,
}

impl Distinct {
    /// Takes note of a value's hash.
    pub(super) fn insert(&mut self, hash: u64) {
        if self.holds(hash) {
            self.hashes.insert(hash);
            self.shrink();
        }
    }

    /// Adds what another set has noted.
    pub(super) fn merge(&mut self, other: Distinct) {
        self.level = self.level.max(other.level);
        let level = self.level;
        self.hashes.retain(|hash| is_of_level(*hash, level));
        self.hashes.extend(other.hashes.into_iter().filter(|hash| is_of_level(*hash, level)));
        self.shrink();
    }

    /// Takes values out.
    pub(super) fn remove(&mut self, hashes: impl Iterator<Item = u64>) {
        for hash in hashes {
            self.hashes.remove(&hash);
        }
    }

    /// How many there are: exact for up to half a million, and an estimate beyond.
    pub(super) fn count(&self) -> u64 {
        (self.hashes.len() as u64) << self.level
    }

    fn holds(&self, hash: u64) -> bool {
        is_of_level(hash, self.level)
    }

    fn shrink(&mut self) {
        while self.hashes.len() > MOST_HELD {
            self.level += 1;
            let level = self.level;
            self.hashes.retain(|hash| is_of_level(*hash, level));
        }
    }
}

fn is_of_level(hash: u64, level: u32) -> bool {
    hash.trailing_zeros() >= level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_threads_make_no_difference() {
        let all = 3 * MOST_HELD as u64;
        let count = |parts: u64| {
            let mut sets: Vec<Distinct> = (0..parts).map(|_| Distinct::default()).collect();
            for n in 0..all {
                sets[(n % parts) as usize].insert(hash(n));
                sets[(n / 7 % parts) as usize].insert(hash(n));
            }
            let mut total = Distinct::default();
            sets.into_iter().rev().for_each(|set| total.merge(set));
            total.count()
        };
        let one = count(1);
        assert_eq!([count(2), count(5)], [one, one]);
        assert!(one.abs_diff(all) < all / 50, "{one} of {all}");
        let mut few = Distinct::default();
        [3, 4, 4, 5].into_iter().for_each(|n| few.insert(hash(n)));
        few.remove([hash(5)].into_iter());
        assert_eq!(few.count(), 2);
    }
}
