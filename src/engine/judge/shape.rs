//! The shape of a text: is it words, or random?

use super::hash::Short;
use super::words::COMMON_WORDS;
use std::collections::HashSet;
use std::sync::LazyLock;

static WORDS: LazyLock<HashSet<&'static [u8], Short>> =
    LazyLock::new(|| COMMON_WORDS.lines().map(str::as_bytes).collect());

/// The first four letters of all words, hashed: most places in random text begin none.
static BEGINNINGS: LazyLock<Box<[bool; 1 << 12]>> = LazyLock::new(|| {
    let mut table = Box::new([false; 1 << 12]);
    COMMON_WORDS.lines().for_each(|word| table[beginning(word.as_bytes())] = true);
    table
});

/// The slot of a word's first four letters.
fn beginning(word: &[u8]) -> usize {
    let four = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
    (four.wrapping_mul(0x9E37_79B1) >> 20) as usize
}

/// How much likelier each pair of letters is in words than in random text, in nats.
static PAIRS: LazyLock<Box<[[f32; 26]; 26]>> = LazyLock::new(|| {
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

pub(super) fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

/// Mean likeness of pairs of letters to those of words (0 is random text, about 1 words), and how many pairs there are.
pub(super) fn word_likeness(value: &[u8]) -> (f32, f32) {
    let (mut sum, mut count) = (0.0, 0.0);
    for pair in value.windows(2) {
        let pair = [pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase()];
        if pair.iter().all(u8::is_ascii_lowercase) {
            sum += PAIRS[usize::from(pair[0] - b'a')][usize::from(pair[1] - b'a')];
            count += 1.0;
        }
    }
    (if count > 0.0 { sum / count } else { 0.0 }, count)
}

/// How many letters of a word are covered by known words, the longest first from the left.
pub(super) fn covered(word: &[u8]) -> usize {
    let (mut at, mut covered) = (0, 0);
    while at + 4 <= word.len() {
        if !BEGINNINGS[beginning(&word[at..])] {
            at += 1;
            continue;
        }
        let longest = (4..=(word.len() - at).min(12)).rev().find(|length| WORDS.contains(&word[at..at + length]));
        match longest {
            Some(length) => {
                covered += length;
                at += length;
            }
            None => at += 1,
        }
    }
    covered
}

/// The share of pairs of bytes that follow each other: `abcd`, `1234`, `zyx`.
pub(super) fn steps(value: &[u8]) -> f32 {
    let count =
        value.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) == 1 && class(pair[0]) == class(pair[1])).count();
    count as f32 / (value.len().max(2) - 1) as f32
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
    for (from, mut bits) in (0_usize..).step_by(64).zip(met) {
        while bits != 0 {
            let part = f32::from(counts[from + bits.trailing_zeros() as usize]) / total;
            sum += -part * part.log2();
            bits &= bits - 1;
        }
    }
    sum
}

/// Which two letters follow each other somewhere in a text. A hundred words are looked for in each candidate, and this dismisses most.
pub(super) struct Pairs([u32; 32]);

impl Pairs {
    pub(super) fn of(text: &[u8]) -> Pairs {
        let mut pairs = Pairs([0; 32]);
        text.windows(2).for_each(|pair| pairs.0[usize::from(pair[0] & 31)] |= 1 << (pair[1] & 31));
        pairs
    }

    /// Whether a word of at least two letters may stand in the text.
    pub(super) fn may_hold(&self, word: &[u8]) -> bool {
        self.0[usize::from(word[0] & 31)] >> (word[1] & 31) & 1 != 0
    }
}

/// Whether `part`, which is not empty, stands in some bytes.
pub(super) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    let Some((first, rest)) = part.split_first() else { return false };
    memchr::memchr_iter(*first, bytes).any(|at| bytes[at + 1..].starts_with(rest))
}
