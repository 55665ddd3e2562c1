//! Merges two baselines without conflicts.

use super::baseline::Baseline;
use super::digest::LedgerKey;

/// Result of a merge.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The merged baseline.
    pub baseline: Baseline,
    /// Secrets that only our side added, and only theirs.
    pub added: (usize, usize),
    /// Secrets that either side removed.
    pub removed: usize,
}

/// Merges two baselines: secrets that both sides have or either side added, without those that either side removed since `base`.
#[must_use]
pub fn merge(base: Option<&Baseline>, ours: &Baseline, theirs: &Baseline) -> Merged {
    let was = |mark: &LedgerKey| base.is_some_and(|base| base.secrets.contains_key(mark));
    let mut secrets = ours.secrets.clone();
    secrets.retain(|mark, _| theirs.secrets.contains_key(mark) || !was(mark));
    let new = theirs.secrets.iter().filter(|(mark, _)| !was(mark) && !ours.secrets.contains_key(mark));
    let new: Vec<(LedgerKey, String)> = new.map(|(mark, family)| (*mark, family.clone())).collect();
    let ours_new = secrets.keys().filter(|mark| !theirs.secrets.contains_key(mark)).count();
    let removed = base.map_or(0, |base| {
        base.secrets
            .keys()
            .filter(|mark| !ours.secrets.contains_key(mark) || !theirs.secrets.contains_key(mark))
            .count()
    });
    let added = (ours_new, new.len());
    secrets.extend(new);
    let mut salts = ours.salts.clone();
    salts.extend(theirs.salts.iter().map(|(id, salt)| (*id, *salt)));
    let used: Vec<_> = secrets.keys().filter_map(|mark| mark.salt).collect();
    // The first salt stays even without digests, because new digests are made under it.
    let first = ours.salts.keys().next().copied();
    salts.retain(|id, _| used.contains(id) || Some(*id) == first);
    let covers = ours.covers.join(theirs.covers);
    Merged { baseline: Baseline { covers, salts, secrets }, added, removed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Fingerprint;

    fn of(numbers: &[u8]) -> Baseline {
        let mut baseline = Baseline::new("tree medium low".parse().expect("sound"));
        let mark = |number: &u8| LedgerKey::plain(Fingerprint::new("generic", &[*number]));
        baseline.secrets.extend(numbers.iter().map(|number| (mark(number), "generic".to_owned())));
        baseline
    }

    #[test]
    fn adds_of_both_and_without_what_either_took_away() {
        let merged = merge(Some(&of(&[1, 2, 3, 4])), &of(&[1, 2, 4, 5, 7]), &of(&[1, 3, 4, 6, 7]));
        assert_eq!(merged.baseline, of(&[1, 4, 5, 6, 7]));
        assert_eq!((merged.added, merged.removed), ((1, 1), 2));
        assert_eq!(merge(None, &of(&[1]), &of(&[2])).baseline, of(&[1, 2]));
    }
}
