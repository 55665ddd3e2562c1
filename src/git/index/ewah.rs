//! Compressed bitmaps, as the split index has them.
//!
//! The encoding is in <https://git-scm.com/docs/bitmap-format>, appendix A (read 2026-11-24): words of 64 bits, each group of them headed by
//! one that says how often all bits are alike, and how many words follow as they are.

use crate::git::gap::Fault;

const CUT: Fault = Fault::Truncated("a bitmap of the index");
const BEYOND: Fault = Fault::Corrupt("a bitmap of the index is about an entry that is not there");

/// The places of the bits that are set, in order, and what follows the bitmap. A bit at `limit` or beyond is an error.
pub(super) fn bits(bytes: &[u8], limit: usize) -> Result<(Vec<usize>, &[u8]), Fault> {
    let word = |at: usize| bytes.get(at..at + 4).map(|bytes| bytes.iter().fold(0, |v, b| v << 8 | usize::from(*b)));
    let count = word(4).ok_or(CUT)?;
    let words = bytes[8..].get(..count.checked_mul(8).ok_or(CUT)?).ok_or(CUT)?;
    let rest = bytes.get(8 + words.len() + 4..).ok_or(CUT)?;
    let mut words = words.chunks_exact(8).map(|bytes| bytes.iter().fold(0, |v, b| v << 8 | u64::from(*b)));
    let mut set = Vec::new();
    let mut at = 0;
    while let Some(head) = words.next() {
        let run = 64 * (head >> 1 & 0xffff_ffff) as usize;
        if head & 1 != 0 {
            if run > limit.saturating_sub(at) {
                return Err(BEYOND);
            }
            set.extend(at..at + run);
        }
        at = at.saturating_add(run);
        for _ in 0..head >> 33 {
            let literal = words.next().ok_or(CUT)?;
            if literal != 0 && at >= limit {
                return Err(BEYOND);
            }
            set.extend((0..64).filter(|bit| literal >> bit & 1 != 0).map(|bit| at + bit));
            at = at.saturating_add(64);
        }
    }
    if set.last().is_some_and(|last| *last >= limit) {
        return Err(BEYOND);
    }
    Ok((set, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bitmap(words: &[u64]) -> Vec<u8> {
        let mut bytes = vec![0, 0, 0, 0];
        bytes.extend((words.len() as u32).to_be_bytes());
        words.iter().for_each(|word| bytes.extend(word.to_be_bytes()));
        bytes.extend([0; 4]);
        bytes
    }

    #[test]
    fn runs_and_literals_follow_each_other() {
        // One word of ones, one literal word; then two words of zeros and another literal one.
        let bytes = bitmap(&[1 | 1 << 1 | 1 << 33, 0b101, 2 << 1 | 1 << 33, 1 << 63]);
        let (set, rest) = bits(&bytes, 1000).expect("well formed");
        let expected: Vec<usize> = (0..64).chain([64, 66, 319]).collect();
        assert_eq!((set, rest), (expected, &[][..]));
        assert!(bits(&bytes, 319).is_err());
        assert!((0..bytes.len()).all(|cut| bits(&bytes[..cut], 1000).is_err()));
    }

    #[test]
    fn a_run_that_would_fill_the_memory_is_refused() {
        assert!(bits(&bitmap(&[1 | 0xffff_ffff << 1]), 1000).is_err());
        let (set, _) = bits(&bitmap(&[0xffff_ffff << 1]), 1000).expect("zeros take no space");
        assert!(set.is_empty());
    }
}
