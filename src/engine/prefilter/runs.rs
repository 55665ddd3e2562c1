//! Where do long runs of token characters begin?
//!
//! Most tokens are a run of 16 or more letters, digits, `_` and `-`. Such runs are rarer than the words that stand around tokens, and
//! far fewer than the prefixes and names that hundreds of providers use: so runs are found first. Where one begins, its head is
//! looked up among the prefixes; and when it has a digit, as random text has, the names before it are looked for. However many rules
//! there are of these two kinds, they do not slow the scan down.
//!
//! Sixty-four bytes become masks: token characters, those of them that are in words (all but `-`), digits. Whether a run of 16 begins
//! at a bit is then four shifts away: `t & t >> 1` has the runs of two, that and itself shifted by two those of four, and so on.

use super::classes::{BLOCK, Masks};
use super::sieve::{Form, Sieve};
use crate::rules::run::RUN;
use std::ops::Range;

/// Among so many of its first bytes a digit must be.
const DIGIT: usize = 32;

/// Calls `each` with the beginning of every run that begins in `range`, in ascending order, and with whether one of its first 32 bytes is a
/// digit. All forms of the sieve, out of [`Prefilter::sieves`](super::Prefilter::sieves), find the same.
///
/// A run begins behind any byte that is in no word; within a longer run that is behind every `-`, as `\b` in a pattern has it.
pub fn runs(sieve: Sieve, text: &[u8], range: Range<usize>, each: impl FnMut(usize, bool)) {
    match sieve.0 {
        Form::Scalar => runs_with(text, range, each, Masks::scalar),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a sieve comes out of `Sieve::available`, which has seen that this processor has the instructions.
        Form::Avx2 => unsafe { runs_avx2(text, range, each) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Form::Vbmi => unsafe { runs_vbmi(text, range, each) },
    }
}

/// # Safety
/// The processor must have AVX2 and BMI.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
unsafe fn runs_avx2(text: &[u8], range: Range<usize>, each: impl FnMut(usize, bool)) {
    // SAFETY: the caller's promise.
    runs_with(text, range, each, |block| unsafe { Masks::avx2(block) });
}

/// # Safety
/// The processor must have AVX-512 BW and VBMI, and BMI.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,bmi1,bmi2")]
unsafe fn runs_vbmi(text: &[u8], range: Range<usize>, each: impl FnMut(usize, bool)) {
    // SAFETY: the caller's promise.
    runs_with(text, range, each, |block| unsafe { Masks::vbmi(block) });
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
