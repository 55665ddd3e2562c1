//! Finds the beginnings of long runs of token characters.
//!
//! Most tokens are a run of 16 or more letters, digits, `_` and `-`. Such runs are rarer than the words that stand around tokens, and
//! far fewer than the prefixes and names that hundreds of providers use: so runs are found first. Where one begins, its head is
//! looked up among the prefixes; and when it has a digit, as random text has, the names before it are looked for. However many rules
//! there are of these two kinds, they do not slow the scan down.
//!
//! Sixty-four bytes become masks: token characters, those of them that are in words (all but `-`), digits. Whether a run of 16 begins
//! at a bit is then four shifts away: `t & t >> 1` has the runs of two, that and itself shifted by two those of four, and so on. Whether a
//! block has one at all cannot be guessed; so the places of some thousand bytes are gathered, and thinned out, without a branch (`candidates`).

use super::candidate_buffer::{CHUNK, CandidateBuffer};
use super::classes::{BLOCK, Masks};
use super::sieve::{Form, Sieve};
use crate::rules::run::RUN;
use std::ops::Range;

/// Blocks that are looked at before it is asked which runs are kept.
const BLOCKS: usize = CHUNK / BLOCK;

/// Calls `each` with the beginning of every run that begins in `range`, in ascending order, and with whether one of its first 32 bytes is a
/// digit; but only for those of which `keep` says `true`: it is asked many times, and should be cheap and without branches. All forms of the
/// sieve, out of [`Prefilter::sieves`](super::Prefilter::sieves), find the same.
///
/// A run begins behind any byte that is in no word; within a longer run that is behind every `-`, as `\b` in a pattern has it.
pub fn runs(
    sieve: Sieve,
    text: &[u8],
    range: Range<usize>,
    keep: impl Fn(usize, bool) -> bool,
    each: impl FnMut(usize, bool),
) {
    match sieve.0 {
        Form::Scalar => runs_with(text, range, keep, each, Masks::scalar),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a sieve comes out of `Sieve::available`, which has seen that this processor has the instructions.
        Form::Avx2 => unsafe { runs_avx2(text, range, keep, each) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Form::Vbmi => unsafe { runs_vbmi(text, range, keep, each) },
    }
}

/// # Safety
/// The processor must have AVX2, BMI and POPCNT.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
unsafe fn runs_avx2(
    text: &[u8],
    range: Range<usize>,
    keep: impl Fn(usize, bool) -> bool,
    each: impl FnMut(usize, bool),
) {
    // SAFETY: the caller's promise.
    runs_with(text, range, keep, each, |block| unsafe { Masks::avx2(block) });
}

/// # Safety
/// The processor must have AVX-512 BW and VBMI, BMI and POPCNT.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,bmi1,bmi2,popcnt")]
unsafe fn runs_vbmi(
    text: &[u8],
    range: Range<usize>,
    keep: impl Fn(usize, bool) -> bool,
    each: impl FnMut(usize, bool),
) {
    // SAFETY: the caller's promise.
    runs_with(text, range, keep, each, |block| unsafe { Masks::vbmi(block) });
}

#[inline(always)]
fn runs_with(
    text: &[u8],
    range: Range<usize>,
    keep: impl Fn(usize, bool) -> bool,
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
    let mut candidates = CandidateBuffer::new();
    // Of a chunk, and of the block behind it.
    let (mut tokens, mut digits) = ([0; BLOCKS + 1], [0; BLOCKS + 1]);
    let mut start = range.start;
    let mut here = at(start);
    while start < end {
        let chunk = start;
        let mut block = 0;
        while block < BLOCKS && start < end {
            let next = at(start + BLOCK);
            (tokens[block], digits[block]) = (here.tokens, here.digits);
            let begins = run_of_16(here.tokens, next.tokens) & !(here.words << 1 | goes_on);
            let inside = if end - start < BLOCK { (1 << (end - start)) - 1 } else { u64::MAX };
            // Most blocks have one run at most.
            candidates.add::<2>((block * BLOCK) as u32, begins & inside);
            goes_on = here.words >> (BLOCK - 1);
            here = next;
            start += BLOCK;
            block += 1;
        }
        (tokens[block], digits[block]) = (here.tokens, here.digits);
        let has_digit = |place: u32| {
            let (block, bit) = (place as usize / BLOCK, place as usize % BLOCK);
            let from = |masks: &[u64]| (u128::from(masks[block]) | u128::from(masks[block + 1]) << BLOCK) >> bit;
            digit_in_32(from(&tokens) as u32, from(&digits) as u32)
        };
        for place in candidates.keep(|place| keep(chunk + place as usize, has_digit(place))) {
            each(chunk + *place as usize, has_digit(*place));
        }
    }
}

/// Bits from which on 16 bits are set; `next` has the bits behind the last one.
#[inline(always)]
fn run_of_16(bits: u64, next: u64) -> u64 {
    const { assert!(RUN == 16) };
    let bits = u128::from(bits) | u128::from(next) << BLOCK;
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let sixteen = eight & eight >> 8;
    // The others serve as what follows.
    sixteen as u64
}

/// Whether a digit is among the bits of a token that begins at the lowest bit and ends before the first one that is not set.
#[inline(always)]
fn digit_in_32(tokens: u32, digits: u32) -> bool {
    let token = tokens & !tokens.wrapping_add(1);
    // All 32 are the token's: the sum is zero.
    digits & token != 0
}
