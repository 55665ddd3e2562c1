//! Tells words from random text.

use super::hash::Short;
use super::words::COMMON_WORDS;
use std::collections::HashSet;
use std::sync::LazyLock;

static WORDS: LazyLock<HashSet<&'static [u8], Short>> =
    LazyLock::new(|| COMMON_WORDS.lines().map(str::as_bytes).collect());

/// Lengths of listed words.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=12;

/// By the first four letters, hashed: how long the words are that begin so, as bits. Most places in random text begin none.
static BEGINNINGS: LazyLock<Box<[u16; 1 << 12]>> = LazyLock::new(|| {
    let mut table = Box::new([0; 1 << 12]);
    COMMON_WORDS.lines().for_each(|word| table[beginning(word.as_bytes())] |= 1 << word.len());
    table
});

/// The slot of a word's first four letters.
fn beginning(word: &[u8]) -> usize {
    let four = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
    (four.wrapping_mul(0x9E37_79B1) >> 20) as usize
}

/// Log-likelihood ratio of each letter pair in words against random text, in nats.
pub(super) static PAIRS: LazyLock<Box<[[f32; 26]; 26]>> = LazyLock::new(|| {
    let mut counts = Box::new([[0.5_f32; 26]; 26]);
    let mut total = 0.5 * 26.0 * 26.0;
    for word in COMMON_WORDS.lines().map(str::as_bytes) {
        for pair in word.windows(2).filter(|pair| pair.iter().all(u8::is_ascii_lowercase)) {
            counts[usize::from(pair[0] - b'a')][usize::from(pair[1] - b'a')] += 1.0;
            total += 1.0;
        }
    }
    counts.iter_mut().flatten().for_each(|count| *count = (*count / total * 676.0).ln());
    counts
});

/// How many letters of a word are covered by known words, the longest first from the left.
pub(in crate::engine) fn covered(word: &[u8]) -> usize {
    let (mut at, mut covered) = (0, 0);
    while at + LENGTHS.start() <= word.len() {
        let lengths = usize::from(BEGINNINGS[beginning(&word[at..])]);
        let is_word = |length: &usize| lengths >> length & 1 != 0 && WORDS.contains(&word[at..at + length]);
        let longest = if lengths == 0 {
            None
        } else {
            (*LENGTHS.start()..=(word.len() - at).min(*LENGTHS.end())).rev().find(is_word)
        };
        covered += longest.unwrap_or(0);
        at += longest.unwrap_or(1);
    }
    covered
}

/// Bits a byte. The counts are added up in the order of the bytes, so that the sum does not depend on theirs in the text.
pub(super) fn shannon(bytes: &[u8]) -> f32 {
    let mut counts = [0_u16; 256];
    let mut met = [0_u64; 4];
    for byte in bytes {
        counts[usize::from(*byte)] = counts[usize::from(*byte)].saturating_add(1);
        met[usize::from(*byte >> 6)] |= 1 << (byte & 63);
    }
    let total = bytes.len() as f32;
    let mut sum = 0.0;
    // Most bytes have the same count as the one before, and logarithms are expensive.
    let (mut last, mut term) = (0, 0.0);
    for (from, mut bits) in (0_usize..).step_by(64).zip(met) {
        while bits != 0 {
            let count = counts[from + bits.trailing_zeros() as usize];
            if count != last {
                let part = f32::from(count) / total;
                (last, term) = (count, -part * part.log2());
            }
            sum += term;
            bits &= bits - 1;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_lengths_that_are_looked_for() {
        assert!(COMMON_WORDS.lines().all(|word| LENGTHS.contains(&word.len())));
    }

    #[test]
    fn words_are_found_in_a_row_and_in_random_text_not() {
        let word = COMMON_WORDS.lines().next().expect("a word");
        let twice = format!("{word}q{word}");
        assert!(covered(twice.as_bytes()) >= 2 * word.len());
        assert_eq!(covered(b"qxzkjwvq"), 0);
        assert_eq!(covered(b"abc"), 0);
    }

    #[test]
    fn entropy_is_that_of_the_counts() {
        assert_eq!(shannon(b"aaaa"), 0.0);
        assert!((shannon(b"abab") - 1.0).abs() < 1e-6);
        assert!((shannon(b"abcdaaaa") - (0.625_f32 * -(0.625_f32.log2()) + 3.0 * 0.125 * 3.0)).abs() < 1e-6);
    }
}
