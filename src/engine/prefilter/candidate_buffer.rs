//! Places that the first sieve let through, gathered and thinned out without a branch for each.
//!
//! One place in seventy gets through, at random as far as the processor can tell: asking of each place "is it one?" is guessed wrong so often
//! that the guesses cost more than the answers. So the sieve's bits become a list of places by writing always and counting on only
//! where a bit is set, four places at a time; and the second sieve keeps the places that pass in the same way.

use std::mem::MaybeUninit;

/// Bytes of text whose places are gathered before they are thinned out.
pub(super) const CHUNK: usize = 2048;

/// Offsets in a chunk of text.
pub(super) struct CandidateBuffer {
    /// The first `count` are written; to fill the rest with zeros would cost more than many a text.
    places: [MaybeUninit<u32>; CHUNK + 64],
    count: usize,
}

impl CandidateBuffer {
    pub(super) fn new() -> CandidateBuffer {
        CandidateBuffer { places: [const { MaybeUninit::uninit() }; CHUNK + 64], count: 0 }
    }

    /// Adds the places of the bits that are set, bit 0 being `offset`. At most [`CHUNK`] places are added between two calls of
    /// [`CandidateBuffer::keep`]. `AT_ONCE` places are written without asking how many there are: most calls should have no more.
    #[inline(always)]
    pub(super) fn add<const AT_ONCE: usize>(&mut self, offset: u32, mut bits: u64) {
        let count = bits.count_ones() as usize;
        let mut written = 0;
        loop {
            // What is written beyond the count is written over next time.
            for place in &mut self.places[self.count + written..][..AT_ONCE] {
                place.write(offset + bits.trailing_zeros());
                bits &= bits.wrapping_sub(1);
            }
            written += AT_ONCE;
            if written >= count {
                break;
            }
        }
        self.count += count;
    }

    /// Empties the list, and returns those of its places that pass.
    #[inline(always)]
    pub(super) fn keep(&mut self, passes: impl Fn(u32) -> bool) -> &[u32] {
        let mut kept = 0;
        for at in 0..std::mem::take(&mut self.count) {
            // SAFETY: `at` is below the count.
            let place = unsafe { self.places[at].assume_init() };
            self.places[kept].write(place);
            kept += usize::from(passes(place));
        }
        // SAFETY: all of them have just been written, and `MaybeUninit<u32>` is laid out as `u32`.
        unsafe { std::slice::from_raw_parts(self.places.as_ptr().cast(), kept) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bits_become_places_and_those_that_pass_are_kept() {
        let mut candidates = CandidateBuffer::new();
        for bits in [0, 1, 0b1010_1010_1110, u64::MAX, 1 << 63] {
            let expected: Vec<u32> = (0..64)
                .filter(|bit| bits >> bit & 1 != 0)
                .map(|bit| 100 + bit)
                .filter(|place| place % 3 == 0)
                .collect();
            candidates.add::<4>(100, bits);
            assert_eq!(candidates.keep(|place| place % 3 == 0), expected);
        }
        (0..CHUNK / 64).for_each(|block| candidates.add::<2>(block as u32 * 64, u64::MAX));
        assert_eq!(candidates.keep(|_| true).len(), CHUNK);
        assert!(candidates.keep(|_| true).is_empty());
    }
}
