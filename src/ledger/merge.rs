//! Joins two baselines that grew apart, without a conflict ever.

use super::baseline::Baseline;
use super::digest::Mark;

/// What a merge came to.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The baseline of both.
    pub baseline: Baseline,
    /// How many secrets only our side brought, and only theirs.
    pub added: (usize, usize),
    /// How many either side took away.
    pub removed: usize,
}

/// What both sides have, and what either side added; what either side took away is gone.
#[must_use]
pub fn merge(base: Option<&Baseline>, ours: &Baseline, theirs: &Baseline) -> Merged {
    let was = |mark: &Mark| base.is_some_and(|base| base.secrets.contains_key(mark));
    let mut secrets = ours.secrets.clone();
    secrets.retain(|mark, _| theirs.secrets.contains_key(mark) || !was(mark));
    let new = theirs.secrets.iter().filter(|(mark, _)| !was(mark) && !ours.secrets.contains_key(mark));
    let new: Vec<(Mark, String)> = new.map(|(mark, family)| (*mark, family.clone())).collect();
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
    // The first salt stays even when nothing uses it: new digests are made under it.
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
        let mark = |number: &u8| Mark::plain(Fingerprint::new("generic", &[*number]));
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
