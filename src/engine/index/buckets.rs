//! The first sieve's tables: windows are dealt into buckets, and for each position and byte a table says which buckets hold such a window.

use super::bucket_assignment::{ByBytes, ByHalves, Members, deal};
use super::byte_shares::{POSITIONS, share};
use super::frequent::Frequent;
use super::literal::Literal;
use std::collections::BTreeSet;

/// Groups of eight buckets, the bits of a byte, for tables by bytes. More groups let fewer places through, and
/// each costs five shuffles for 64 places (docs/decisions.md has the figures).
pub const GROUPS: usize = 3;
/// The same for tables by halves of bytes, which let more places through: so a third one pays (a fourth was no faster).
pub const HALF_GROUPS: usize = 3;

/// Which buckets hold a window with a given byte at a given position; behind a window that ends its literal any byte may stand.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// For each position in a window and each byte: for plain look-ups.
    pub exact: [[u32; 256]; POSITIONS],
    /// By a byte's low and by its high half: for sixteen-entry shuffles. The buckets are others.
    pub halves: [[[[u8; 16]; 2]; POSITIONS]; HALF_GROUPS],
    /// The same as `exact` for the low seven bits of a byte: for 128-entry shuffles.
    pub ascii: [[[u8; 128]; POSITIONS]; GROUPS],
}

fn members(literal: &Literal<'_>, offset: usize) -> Members {
    std::array::from_fn(|position| match literal.bytes.get(offset + position) {
        None => (0..=255).collect(),
        Some(byte) if literal.ignore_case && byte.is_ascii_alphabetic() => vec![*byte, byte.to_ascii_uppercase()],
        Some(byte) => vec![*byte],
    })
}

impl Buckets {
    /// Deals the windows of literals, which begin at `offsets`, into buckets: twice, for the tables by bytes and for those by halves of bytes,
    /// since what is alike to the one is not to the other.
    pub(super) fn of(literals: &[Literal<'_>], offsets: &[usize], frequent: Option<&Frequent>) -> Buckets {
        // Literals share windows.
        let distinct: BTreeSet<Members> =
            std::iter::zip(literals, offsets).map(|(literal, offset)| members(literal, *offset)).collect();
        let mut sets: Vec<Members> = distinct.into_iter().collect();
        // The commonest first: where they are decides most.
        let weigh = |set: &Members| set.iter().map(|bytes| share(bytes)).product::<f64>();
        sets.sort_by(|a, b| weigh(b).total_cmp(&weigh(a)));
        let mut tables = Buckets {
            exact: [[0; 256]; POSITIONS],
            halves: [[[[0; 16]; 2]; POSITIONS]; HALF_GROUPS],
            ascii: [[[0; 128]; POSITIONS]; GROUPS],
        };
        let (by_bytes, by_halves) =
            (deal(&sets, &ByBytes::new(frequent), 8 * GROUPS), deal(&sets, &ByHalves::new(), 8 * HALF_GROUPS));
        for (set, (by_bytes, by_halves)) in std::iter::zip(&sets, std::iter::zip(by_bytes, by_halves)) {
            for (position, byte) in set
                .iter()
                .enumerate()
                .flat_map(|(position, bytes)| bytes.iter().map(move |byte| (position, usize::from(*byte))))
            {
                tables.exact[position][byte] |= 1 << by_bytes;
                tables.ascii[by_bytes / 8][position][byte & 127] |= 1 << (by_bytes % 8);
                let halves = &mut tables.halves[by_halves / 8][position];
                halves[0][byte & 15] |= 1 << (by_halves % 8);
                halves[1][byte >> 4] |= 1 << (by_halves % 8);
            }
        }
        tables
    }
}
