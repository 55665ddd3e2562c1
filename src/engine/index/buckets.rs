//! The first sieve's tables: windows are dealt into buckets, and for each position and byte a table says which buckets hold such a window.

use super::literal::Literal;
use super::windows::WINDOW;
use std::collections::BTreeSet;

/// Groups of eight buckets: the bits of a byte. Two groups cost twice the shuffles, and let through a third of the places; four were no
/// faster.
pub const GROUPS: usize = 2;
/// Buckets that windows are dealt into.
const BUCKETS: usize = 8 * GROUPS;
/// How often each window is dealt: anew each time, now that the others are known.
const PASSES: usize = 2;

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

/// Which buckets hold a window with a given byte at a given position.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// For each position in a window and each byte.
    pub exact: [[u32; 256]; WINDOW],
    /// The same by a byte's low and by its high half: for sixteen-entry shuffles.
    pub halves: [[[[u8; 16]; 2]; WINDOW]; GROUPS],
    /// The same for the low seven bits of a byte: for 128-entry shuffles.
    pub ascii: [[[u8; 128]; WINDOW]; GROUPS],
}

/// For each position of a window: the bytes that may stand there.
type Members = [Vec<u8>; WINDOW];

fn members(literal: &Literal<'_>, offset: usize) -> Members {
    std::array::from_fn(|position| match literal.bytes.get(offset + position) {
        None => (0..=255).collect(),
        Some(byte) if literal.ignore_case && byte.is_ascii_alphabetic() => vec![*byte, byte.to_ascii_uppercase()],
        Some(byte) => vec![*byte],
    })
}

impl Buckets {
    /// Deals the windows of literals, which begin at `offsets`, into buckets: each into the one whose chance of letting a random place
    /// through grows least, and then once more, now that all of them are known.
    pub(super) fn of(literals: &[Literal<'_>], offsets: &[usize]) -> Buckets {
        // Literals share windows.
        let distinct: BTreeSet<Members> =
            std::iter::zip(literals, offsets).map(|(literal, offset)| members(literal, *offset)).collect();
        let sets: Vec<Members> = distinct.into_iter().collect();
        let table = Shares::new();
        let windows: Vec<Halves> = sets
            .iter()
            .map(|set| {
                std::array::from_fn(|position| {
                    set[position]
                        .iter()
                        .fold([0, 0], |[low, high], byte| [low | 1 << (byte & 15), high | 1 << (byte >> 4)])
                })
            })
            .collect();
        let weigh = |set: &Members| set.iter().map(|bytes| share(bytes)).product::<f64>();
        let mut order: Vec<usize> = (0..sets.len()).collect();
        order.sort_by(|a, b| weigh(&sets[*b]).total_cmp(&weigh(&sets[*a])).then(a.cmp(b)));
        let mut buckets = vec![Bucket::new(); BUCKETS];
        let mut home = vec![usize::MAX; sets.len()];
        for _pass in 0..PASSES {
            for &index in &order {
                if let Some(bucket) = buckets.get_mut(home[index]) {
                    bucket.count(&windows[index], &table, |count| count - 1);
                }
                let growths = buckets.iter().map(|bucket| bucket.growth(&windows[index], &table));
                let best = growths.zip(0..).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, bucket)| bucket);
                buckets[best].count(&windows[index], &table, |count| count + 1);
                home[index] = best;
            }
        }
        let mut tables = Buckets {
            exact: [[0; 256]; WINDOW],
            halves: [[[[0; 16]; 2]; WINDOW]; GROUPS],
            ascii: [[[0; 128]; WINDOW]; GROUPS],
        };
        for (set, bucket) in std::iter::zip(&sets, &home) {
            for (position, bytes) in set.iter().enumerate() {
                for byte in bytes.iter().map(|byte| usize::from(*byte)) {
                    tables.exact[position][byte] |= 1 << bucket;
                    let (group, bit) = (bucket / 8, 1 << (bucket % 8));
                    tables.halves[group][position][0][byte & 15] |= bit;
                    tables.halves[group][position][1][byte >> 4] |= bit;
                    tables.ascii[group][position][byte & 127] |= bit;
                }
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

/// What part of all bytes have one of some low halves and one of some high ones. Dealing asks this some hundred thousand times:
/// so for each high half the sums over the low halves are ready, for each set of the lower and of the upper eight.
struct Shares([[[f32; 256]; 2]; 16]);

impl Shares {
    fn new() -> Box<Shares> {
        let mut sums = Box::new(Shares([[[0.0; 256]; 2]; 16]));
        for (high, sides) in sums.0.iter_mut().enumerate() {
            for (side, sums) in sides.iter_mut().enumerate() {
                for set in 1..256_usize {
                    let low = side * 8 + set.trailing_zeros() as usize;
                    sums[set] = sums[set & (set - 1)] + share(&[(high * 16 + low) as u8]) as f32;
                }
            }
        }
        sums
    }

    fn of(&self, low: u16, high: u16) -> f32 {
        let [lower, upper] = low.to_le_bytes().map(usize::from);
        bits(high).map(|row| self.0[row][0][lower] + self.0[row][1][upper]).sum()
    }
}

/// A bucket while windows are dealt: how many of its windows have each half of a byte at each position.
///
/// Halves, because that is what the shuffles of 16 entries see: a bucket with `a1` and `b2` lets `a2` and `b1` through as well, so
/// windows must be dealt to buckets where they add few halves.
#[derive(Clone)]
struct Bucket {
    counts: [[[u16; 16]; 2]; WINDOW],
    halves: Halves,
    shares: [f32; WINDOW],
}

/// For each position of a window: the low halves and the high halves that may stand there, as bits.
type Halves = [[u16; 2]; WINDOW];

impl Bucket {
    fn new() -> Bucket {
        Bucket { counts: [[[0; 16]; 2]; WINDOW], halves: [[0; 2]; WINDOW], shares: [0.0; WINDOW] }
    }

    /// By how much the chance that a random place passes this bucket grows with another window.
    fn growth(&self, window: &Halves, table: &Shares) -> f32 {
        let mut with = 1.0;
        for (position, [more_low, more_high]) in window.iter().enumerate() {
            let [low, high] = self.halves[position];
            let (new_low, new_high) = (more_low & !low, more_high & !high);
            // What is new: new low halves under the old high ones, and all low halves under the new high ones.
            with *= self.shares[position] + table.of(new_low, high) + table.of(low | new_low, new_high);
        }
        with - self.shares.iter().product::<f32>()
    }

    fn count(&mut self, window: &Halves, table: &Shares, change: impl Fn(u16) -> u16) {
        for (position, halves) in window.iter().enumerate() {
            for (side, held) in halves.iter().enumerate() {
                for half in bits(*held) {
                    let count = &mut self.counts[position][side][half];
                    *count = change(*count);
                    let bit = 1 << half;
                    let held = &mut self.halves[position][side];
                    *held = if *count > 0 { *held | bit } else { *held & !bit };
                }
            }
            let [low, high] = self.halves[position];
            self.shares[position] = table.of(low, high);
        }
    }
}

/// The numbers of the bits that are set.
fn bits(mut mask: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (bit < 16).then_some(bit)
    })
}
