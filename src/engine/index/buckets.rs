//! The first sieve's tables: windows are dealt into buckets, and for each position and byte a table says which buckets hold such a window.

use super::bucket_assignment::{ByBytes, ByHalves, Members, deal};
use super::frequent::Frequent;
use super::literal::Literal;
use std::collections::BTreeSet;

/// Bytes that the first sieve looks at: a window, and the byte behind it. That one costs a quarter more of shuffles, and three in four of the
/// places that a window alone lets through are dismissed by it.
pub const POSITIONS: usize = 5;
/// Groups of eight buckets, the bits of a byte, for tables by bytes. Two groups cost twice the shuffles, and let through a third of the places.
pub const GROUPS: usize = 2;
/// The same for tables by halves of bytes, which let more places through: so a third one pays (a fourth was no faster).
pub const HALF_GROUPS: usize = 3;

/// About how often each byte stands in source code, in millionths; measured over 700 MB of sources in ten languages and rounded.
/// Bytes above 0x7F share one value. Only the speed depends on it.
const FREQUENCY: [u32; 128] = [
    11_000, 890, 780, 520, 630, 360, 460, 280, 520, 20_000, 27_000, 230, 270, 250, 300, 400, 480, 290, 260, 240, 310,
    360, 250, 230, 280, 250, 220, 210, 240, 220, 220, 230, 140_000, 950, 8200, 2000, 850, 740, 1000, 1200, 10_000,
    10_000, 5600, 970, 13_000, 4300, 12_000, 8700, 14_000, 5900, 4600, 3300, 3200, 2700, 3000, 1900, 2600, 2300, 7200,
    2600, 1400, 5400, 1500, 370, 1000, 7100, 2800, 6200, 4000, 7600, 3100, 2200, 2100, 6000, 760, 1400, 5100, 3600,
    5200, 5400, 4900, 940, 5800, 9200, 7000, 2600, 2300, 1400, 1900, 1300, 650, 1900, 2100, 1900, 270, 17_000, 1100,
    32_000, 7700, 21_000, 18_000, 60_000, 14_000, 10_000, 11_000, 34_000, 1300, 5200, 20_000, 12_000, 35_000, 31_000,
    15_000, 1500, 36_000, 33_000, 46_000, 16_000, 5900, 4400, 9000, 7000, 1300, 3900, 940, 3900, 230, 210,
];

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

/// What part of all bytes these are.
pub(super) fn share(bytes: &[u8]) -> f64 {
    let each = bytes.iter().map(|byte| FREQUENCY.get(usize::from(*byte)).copied().unwrap_or(245));
    f64::from(each.sum::<u32>()) / 1e6
}
