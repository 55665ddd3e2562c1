//! Where do long runs of token characters begin?
//!
//! Most tokens are a run of 16 or more letters, digits, `_` and `-`. Such runs are rarer than the words that stand around tokens, and
//! far fewer than the prefixes and names that hundreds of providers use: so runs are found first. Where one begins, its head is
//! looked up among the prefixes; and when it has a digit, as random text has, the names before it are looked for. However many rules
//! there are of these two kinds, they do not slow the scan down.
//!
//! Sixty-four bytes become masks: token characters, those of them that are in words (all but `-`), digits. Whether a run of 16 begins
//! at a bit is then four shifts away: `t & t >> 1` has the runs of two, that and itself shifted by two those of four, and so on.

use crate::rules::run::{RUN, in_run};
use std::ops::Range;

/// Among so many of its first bytes a digit must be.
const DIGIT: usize = 32;
const BLOCK: usize = 64;

/// Calls `each` with the beginning of every run that begins in `range`, in ascending order, and with whether one of its first 32 bytes is a
/// digit.
///
/// A run begins behind any byte that is in no word; within a longer run that is behind every `-`, as `\b` in a pattern has it.
pub fn runs(text: &[u8], range: Range<usize>, each: impl FnMut(usize, bool)) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2") {
        // SAFETY: this processor has AVX2 and BMI.
        unsafe { runs_avx2(text, range, each) };
        return;
    }
    runs_scalar(text, range, each);
}

/// The twin of [`runs`] without vector instructions.
pub fn runs_scalar(text: &[u8], range: Range<usize>, each: impl FnMut(usize, bool)) {
    runs_with(text, range, each, masks_scalar);
}

/// # Safety
/// The processor must have AVX2 and BMI.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
unsafe fn runs_avx2(text: &[u8], range: Range<usize>, each: impl FnMut(usize, bool)) {
    runs_with(text, range, each, |block| {
        // SAFETY: the caller's promise.
        unsafe { masks_avx2(block) }
    });
}

/// What 64 bytes are: bit `n` is byte `n`.
#[derive(Clone, Copy, Default)]
struct Masks {
    tokens: u64,
    words: u64,
    digits: u64,
}

#[inline(always)]
fn runs_with(
    text: &[u8],
    range: Range<usize>,
    mut each: impl FnMut(usize, bool),
    masks: impl Fn(&[u8; BLOCK]) -> Masks,
) {
    let end = range.end.min(text.len());
    if range.start >= end {
        return;
    }
    let at = |start: usize| -> Masks {
        match text.get(start..start + BLOCK).and_then(|block| block.try_into().ok()) {
            Some(block) => masks(block),
            None => {
                let rest = text.get(start..).unwrap_or_default();
                let mut padded = [0; BLOCK];
                padded[..rest.len()].copy_from_slice(rest);
                masks(&padded)
            }
        }
    };
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut goes_on = u64::from(range.start > 0 && in_word(text[range.start - 1]));
    let mut start = range.start;
    let mut here = at(start);
    while start < end {
        let next = at(start + BLOCK);
        // Most blocks have no run of eight that could be part of one of sixteen, and none that leads into the next block.
        let two = here.tokens & here.tokens >> 1;
        let four = two & two >> 2;
        if four & four >> 4 == 0 && here.tokens >> (BLOCK - 1) == 0 {
            goes_on = here.words >> (BLOCK - 1);
            here = next;
            start += BLOCK;
            continue;
        }
        let tokens = u128::from(here.tokens) | u128::from(next.tokens) << BLOCK;
        let mut begins = run_of_16(tokens) & !(here.words << 1 | goes_on);
        if begins != 0 {
            let digits = digit_in_32(tokens, u128::from(here.digits) | u128::from(next.digits) << BLOCK);
            while begins != 0 {
                let bit = begins.trailing_zeros();
                begins &= begins - 1;
                let run = start + bit as usize;
                if run < end {
                    each(run, digits >> bit & 1 != 0);
                }
            }
        }
        goes_on = here.words >> (BLOCK - 1);
        here = next;
        start += BLOCK;
    }
}

/// Bits from which on 16 bits are set.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the answer is about the first 64 places; the others serve as what follows"
)]
fn run_of_16(bits: u128) -> u64 {
    const { assert!(RUN == 16) };
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let sixteen = eight & eight >> 8;
    sixteen as u64
}

/// Bits of tokens from which on, among 32 bits and before the token ends, there is a digit: digits spread backwards through tokens, one
/// place, two, four and so on.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "as above")]
fn digit_in_32(mut tokens: u128, mut digits: u128) -> u64 {
    const { assert!(DIGIT == 32) };
    for shift in [1, 2, 4, 8, 16] {
        digits |= tokens & digits >> shift;
        tokens &= tokens >> shift;
    }
    digits as u64
}

fn masks_scalar(block: &[u8; BLOCK]) -> Masks {
    let mut masks = Masks::default();
    for (at, byte) in block.iter().enumerate() {
        let is_token = in_run(*byte);
        masks.tokens |= u64::from(is_token) << at;
        masks.words |= u64::from(is_token && *byte != b'-') << at;
        masks.digits |= u64::from(byte.is_ascii_digit()) << at;
    }
    masks
}

/// Each byte is classified by its two halves: a class is a bit that both have.
///
/// # Safety
/// The processor must have AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn masks_avx2(block: &[u8; BLOCK]) -> Masks {
    use std::arch::x86_64::*;
    /// `0`–`9`; `-`; the letters of the columns `4` and `6` of ASCII; those of `5` and `7`; `_`.
    const DIGIT: i8 = 1;
    const DASH: i8 = 2;
    const FIRST: i8 = 4;
    const SECOND: i8 = 8;
    const UNDERSCORE: i8 = 16;
    const ALL: i8 = DIGIT | FIRST | SECOND;
    const LETTER: i8 = FIRST | SECOND;
    const TENTH: i8 = FIRST | DASH;
    const LAST: i8 = FIRST | UNDERSCORE;
    let low = _mm256_setr_epi8(
        DIGIT | SECOND,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        LETTER,
        FIRST,
        FIRST,
        TENTH,
        FIRST,
        LAST,
        DIGIT | SECOND,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        LETTER,
        FIRST,
        FIRST,
        TENTH,
        FIRST,
        LAST,
    );
    let high = _mm256_setr_epi8(
        0,
        0,
        DASH,
        DIGIT,
        FIRST,
        SECOND | UNDERSCORE,
        FIRST,
        SECOND,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        DASH,
        DIGIT,
        FIRST,
        SECOND | UNDERSCORE,
        FIRST,
        SECOND,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
    );
    let half = _mm256_set1_epi8(15);
    let mut masks = Masks::default();
    for side in 0..2 {
        // SAFETY: the block has twice 32 bytes.
        let bytes = unsafe { _mm256_loadu_si256(block.as_ptr().add(side * 32).cast()) };
        let class = _mm256_and_si256(
            _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
            _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)),
        );
        let bits = |mask: __m256i| u64::from(_mm256_movemask_epi8(mask).cast_unsigned()) << (side * 32);
        let none = bits(_mm256_cmpeq_epi8(class, _mm256_setzero_si256()));
        // A class's bit is moved to the top of its byte, where the mask is taken from.
        let dash = bits(_mm256_slli_epi16(class, 6));
        let tokens = !none & (0xFFFF_FFFF << (side * 32));
        masks.tokens |= tokens;
        masks.words |= tokens & !dash;
        masks.digits |= bits(_mm256_slli_epi16(class, 7));
    }
    masks
}
