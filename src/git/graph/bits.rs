//! A handful of marks as a bit set, so that one pass over history serves all of them.

/// So many marks are followed at a time.
pub(super) const MARKS: u32 = 256;

/// A set of up to [`MARKS`] marks.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bits([u64; (MARKS / 64) as usize]);

impl Bits {
    pub(super) fn insert(&mut self, mark: u32) {
        self.0[(mark / 64) as usize] |= 1 << (mark % 64);
    }

    pub(super) fn contains(self, mark: u32) -> bool {
        self.0[(mark / 64) as usize] >> (mark % 64) & 1 != 0
    }

    pub(super) fn union(self, other: Bits) -> Bits {
        Bits(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// What is in both.
    pub(super) fn and(self, other: Bits) -> Bits {
        Bits(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    /// What is in `self` and not in `other`.
    pub(super) fn minus(self, other: Bits) -> Bits {
        Bits(std::array::from_fn(|i| self.0[i] & !other.0[i]))
    }

    /// The marks in the set, in order.
    pub(super) fn iter(self) -> impl Iterator<Item = u32> {
        (0..).zip(self.0).flat_map(|(i, mut word)| {
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros();
                word &= word.wrapping_sub(1);
                (bit < 64).then_some(i * 64 + bit)
            })
        })
    }
}
