//! The first sieve, in as many forms as there are processors: which places may begin a window?
//!
//! All forms ask the same question of the same tables: is there a bucket that is named by all five bytes from here? The AVX2 form
//! looks a byte up by its two halves, so it lets a few more places through; the sieves behind it do not mind. The second sieve, the bitmap,
//! is asked right here: one place in seventy gets so far, and a call for each would cost more than the answer. All loads stay inside the text:
//! the last places, where a vector no longer fits, go through a copy padded with zeros.

use super::super::index::{POSITIONS, Plan};
use std::cell::Cell;
use std::ops::Range;

/// Which form to run: one that this processor has the instructions for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sieve(pub(super) Form);

/// All forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Plain Rust.
    Scalar,
    /// 32 places at once.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 64 places at once.
    #[cfg(target_arch = "x86_64")]
    Vbmi,
}

/// Places of the longest vector.
const STEP: usize = 64;
/// Bytes of the padded copy of a text's end: places that no longer have their last bytes behind them, and what makes vectors of them.
const TAIL: usize = 2 * STEP + POSITIONS;

impl Sieve {
    /// What to call it in a bench.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Form::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Form::Vbmi => "avx512vbmi",
        }
    }

    /// The forms that this processor can run, slowest first.
    pub(super) fn available() -> Vec<Sieve> {
        #[cfg_attr(
            not(target_arch = "x86_64"),
            expect(unused_mut, reason = "only this architecture has more than one")
        )]
        let mut sieves = vec![Sieve(Form::Scalar)];
        #[cfg(target_arch = "x86_64")]
        {
            let counts_bits = is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("popcnt");
            if counts_bits && is_x86_feature_detected!("avx2") {
                sieves.push(Sieve(Form::Avx2));
            }
            if counts_bits && is_x86_feature_detected!("avx512vbmi") && is_x86_feature_detected!("avx512bw") {
                sieves.push(Sieve(Form::Vbmi));
            }
        }
        sieves
    }

    /// The fastest form that this processor can run.
    #[must_use]
    pub fn best() -> Sieve {
        Sieve::available().last().copied().unwrap_or(Sieve(Form::Scalar))
    }

    /// Calls `each` with every place of `windows` that may begin a window by both sieves, and the four bytes there, in memory order.
    #[inline]
    pub(super) fn candidates(self, plan: &Plan, text: &[u8], windows: Range<usize>, mut each: impl FnMut(usize, u32)) {
        // What is found in the copy of the end stands behind `base`, and what is found behind `limit` is none.
        let (base, limit) = (Cell::new(0), Cell::new(windows.end));
        let mut each = |at: usize, quad| {
            if at < limit.get() {
                each(base.get() + at, quad);
            }
        };
        let done = self.run(plan, text, windows.clone(), &mut each);
        if done < windows.end {
            let left = windows.end - done;
            debug_assert!(done >= windows.start && left < STEP + POSITIONS, "a sieve leaves about a vector");
            let mut tail = [0; TAIL];
            let rest = &text[done..text.len().min(done + TAIL)];
            tail[..rest.len()].copy_from_slice(rest);
            base.set(done);
            limit.set(left);
            self.run(plan, &tail, 0..left.next_multiple_of(STEP), &mut each);
        }
    }

    /// The same for whole vectors; returns where it stopped.
    #[inline(always)]
    fn run(self, plan: &Plan, text: &[u8], windows: Range<usize>, each: &mut impl FnMut(usize, u32)) -> usize {
        match self.0 {
            Form::Scalar => scalar(plan, text, windows, each),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a sieve comes out of `available`, which has seen that this processor has the instructions.
            Form::Avx2 => unsafe { x86::avx2(plan, text, windows, each) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Form::Vbmi => unsafe { x86::vbmi(plan, text, windows, each) },
        }
    }
}

/// Returns where it stopped: the first place of `windows` that has no five bytes before the text's end.
fn scalar(plan: &Plan, text: &[u8], windows: Range<usize>, each: &mut impl FnMut(usize, u32)) -> usize {
    let tables = &plan.buckets.exact;
    let end = windows.end.min((text.len() + 1).saturating_sub(POSITIONS)).max(windows.start);
    for (at, bytes) in (windows.start..end).zip(text[windows.start..].windows(POSITIONS)) {
        let named =
            (0..POSITIONS).fold(u32::MAX, |buckets, position| buckets & tables[position][usize::from(bytes[position])]);
        let quad = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        if named != 0 && plan.table.may_be_window(quad) {
            each(at, quad);
        }
    }
    end
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::super::super::index::{GROUPS, HALF_GROUPS, POSITIONS, Plan};
    use super::super::candidate_buffer::{CHUNK, CandidateBuffer};
    use std::arch::x86_64::*;
    use std::ops::Range;

    /// Reads four bytes.
    ///
    /// # Safety
    /// They must lie inside one allocation.
    #[inline(always)]
    unsafe fn quad(at: *const u8) -> u32 {
        // SAFETY: the caller's promise; no alignment is needed.
        u32::from_le(unsafe { at.cast::<u32>().read_unaligned() })
    }

    /// See [`super::Sieve::candidates`]; returns where it stopped.
    ///
    /// # Safety
    /// The processor must have AVX2, BMI and POPCNT.
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    #[expect(
        clippy::needless_range_loop,
        reason = "adapters of iterators are not always inlined where other instructions are allowed"
    )]
    pub(super) unsafe fn avx2(
        plan: &Plan,
        text: &[u8],
        windows: Range<usize>,
        each: &mut impl FnMut(usize, u32),
    ) -> usize {
        const STEP: usize = 32;
        let tables = plan.buckets.halves.map(|group| {
            group.map(|halves| {
                halves.map(|half| {
                    // SAFETY: each table has 16 bytes.
                    unsafe { _mm256_broadcastsi128_si256(_mm_loadu_si128(half.as_ptr().cast())) }
                })
            })
        });
        let low = _mm256_set1_epi8(15);
        let mut candidates = CandidateBuffer::new();
        let mut at = windows.start;
        while at + STEP + POSITIONS - 1 <= text.len() && at + STEP <= windows.end {
            let chunk = at;
            let end = windows.end.min(text.len() + 1 - POSITIONS).min(chunk + CHUNK);
            while at + STEP <= end {
                // SAFETY: the last load ends at `at + STEP + POSITIONS - 1`, which is inside the text.
                let place = unsafe { text.as_ptr().add(at) };
                let mut named = [_mm256_set1_epi8(-1); HALF_GROUPS];
                for position in 0..POSITIONS {
                    // SAFETY: as above.
                    let bytes = unsafe { _mm256_loadu_si256(place.add(position).cast()) };
                    let (lows, highs) =
                        (_mm256_and_si256(bytes, low), _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low));
                    for group in 0..HALF_GROUPS {
                        let [by_low, by_high] = tables[group][position];
                        let both =
                            _mm256_and_si256(_mm256_shuffle_epi8(by_low, lows), _mm256_shuffle_epi8(by_high, highs));
                        named[group] = _mm256_and_si256(named[group], both);
                    }
                }
                let mut any = named[0];
                for other in &named[1..] {
                    any = _mm256_or_si256(any, *other);
                }
                let none = _mm256_movemask_epi8(_mm256_cmpeq_epi8(any, _mm256_setzero_si256()));
                candidates.add::<4>((at - chunk) as u32, u64::from(!none.cast_unsigned()));
                at += STEP;
            }
            // SAFETY: a place that was marked has four bytes inside the text.
            let quad = |place: u32| unsafe { quad(text.as_ptr().add(chunk + place as usize)) };
            for place in candidates.keep(|place| plan.table.may_be_window(quad(place))) {
                each(chunk + *place as usize, quad(*place));
            }
        }
        at
    }

    /// See [`super::Sieve::candidates`]; returns where it stopped. The tables have 128 entries: a byte above 0x7F is looked up as
    /// if its top bit were clear, and dismissed by the sieves behind.
    ///
    /// # Safety
    /// The processor must have AVX-512 BW and VBMI, BMI and POPCNT.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi,bmi1,bmi2,popcnt")]
    #[expect(
        clippy::needless_range_loop,
        reason = "adapters of iterators are not always inlined where other instructions are allowed"
    )]
    pub(super) unsafe fn vbmi(
        plan: &Plan,
        text: &[u8],
        windows: Range<usize>,
        each: &mut impl FnMut(usize, u32),
    ) -> usize {
        const STEP: usize = 64;
        let tables = std::array::from_fn::<[[__m512i; 2]; POSITIONS], GROUPS, _>(|group| {
            std::array::from_fn(|position| {
                let table = plan.buckets.ascii[group][position].as_ptr();
                // SAFETY: the table has twice 64 bytes.
                unsafe { [_mm512_loadu_si512(table.cast()), _mm512_loadu_si512(table.add(64).cast())] }
            })
        });
        let mut candidates = CandidateBuffer::new();
        let mut at = windows.start;
        while at + STEP + POSITIONS - 1 <= text.len() && at + STEP <= windows.end {
            let chunk = at;
            let end = windows.end.min(text.len() + 1 - POSITIONS).min(chunk + CHUNK);
            while at + STEP <= end {
                // SAFETY: the last load ends at `at + STEP + POSITIONS - 1`, which is inside the text.
                let place = unsafe { text.as_ptr().add(at) };
                let mut named = [_mm512_set1_epi8(-1); GROUPS];
                for position in 0..POSITIONS {
                    // SAFETY: as above.
                    let bytes = unsafe { _mm512_loadu_si512(place.add(position).cast()) };
                    for group in 0..GROUPS {
                        let [first, second] = tables[group][position];
                        named[group] = _mm512_and_si512(named[group], _mm512_permutex2var_epi8(first, bytes, second));
                    }
                }
                let mut any = named[0];
                for other in &named[1..] {
                    any = _mm512_or_si512(any, *other);
                }
                candidates.add::<4>((at - chunk) as u32, _mm512_test_epi8_mask(any, any));
                at += STEP;
            }
            // SAFETY: a place that was marked has four bytes inside the text.
            let quad = |place: u32| unsafe { quad(text.as_ptr().add(chunk + place as usize)) };
            for place in candidates.keep(|place| plan.table.may_be_window(quad(place))) {
                each(chunk + *place as usize, quad(*place));
            }
        }
        at
    }
}
