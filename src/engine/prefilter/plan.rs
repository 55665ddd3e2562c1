//! What the sieves look for: the chosen windows, their buckets, and the tables made from them.

use super::{Hit, Literal};

/// Bytes in a window.
pub(super) const WINDOW: usize = 4;
/// Groups of eight buckets: the bits of a byte. Two groups cost twice the shuffles, and let through a third of the places; four were no
/// faster.
pub(super) const GROUPS: usize = 2;
/// Buckets that windows are dealt into.
const BUCKETS: usize = 8 * GROUPS;
/// How often each window is dealt: anew each time, now that the others are known.
const PASSES: usize = 2;
/// Bits of a hash that index the bitmap.
const BITMAP_BITS: u32 = 17;
/// Bits of a hash that index the confirmation table.
const SLOT_BITS: u32 = 12;

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

/// A literal and the window that stands for it.
#[derive(Debug)]
struct Chosen {
    bytes: Box<[u8]>,
    ignore_case: bool,
    /// Where in the literal its window begins.
    offset: usize,
}

/// Tables for all literals.
#[derive(Debug)]
pub(super) struct Plan {
    literals: Vec<Chosen>,
    /// For each position in a window and each byte: the buckets that hold such a window.
    exact: Box<[[u32; 256]; WINDOW]>,
    /// The same by a byte's low and by its high half: for sixteen-entry shuffles.
    pub(super) halves: [[[[u8; 16]; 2]; WINDOW]; GROUPS],
    /// The same for the low seven bits of a byte: for 128-entry shuffles.
    pub(super) ascii: [[[u8; 128]; WINDOW]; GROUPS],
    bitmap: Box<[u64; 1 << (BITMAP_BITS - 6)]>,
    /// Literals by the slot of their window's hash: those of slot `s` are `slots[starts[s]..starts[s + 1]]`.
    starts: Box<[u16]>,
    slots: Vec<u16>,
    /// The same for literals of three bytes, whose windows' last byte may be anything: by the hash of three.
    short_starts: Box<[u16]>,
    short_slots: Vec<u16>,
    farthest: usize,
}

/// Four bytes at once, in memory order, with bit 5 set in each: letters lose their case.
fn fold(quad: u32) -> u32 {
    quad | 0x2020_2020
}

fn hash(quad: u32) -> u32 {
    fold(quad).wrapping_mul(0x9E37_79B1)
}

/// The bit of four bytes in the bitmap.
fn bit(quad: u32) -> u32 {
    hash(quad) >> (32 - BITMAP_BITS)
}

/// The slot of four bytes in the confirmation table.
fn slot(quad: u32) -> usize {
    (hash(quad) >> (32 - SLOT_BITS)) as usize
}

/// The first three of four bytes.
const THREE: u32 = 0x00FF_FFFF;

impl Plan {
    pub(super) fn new(literals: &[Literal<'_>]) -> Plan {
        let mut plan = Plan::with_windows(literals, rarest_window);
        plan.deal();
        plan
    }

    /// A plan whose windows are the literals' heads, for places that are known: without the tables of the first sieve.
    pub(super) fn of_heads(literals: &[Literal<'_>]) -> Plan {
        Plan::with_windows(literals, |_| 0)
    }

    fn with_windows(literals: &[Literal<'_>], window: impl Fn(&Literal<'_>) -> usize) -> Plan {
        assert!(literals.len() < usize::from(u16::MAX), "too many keywords: {}", literals.len());
        let chosen = |literal: &Literal<'_>| Chosen {
            bytes: literal.bytes.into(),
            ignore_case: literal.ignore_case,
            offset: window(literal),
        };
        let literals: Vec<Chosen> = literals.iter().map(chosen).collect();
        let mut plan = Plan {
            exact: Box::new([[0; 256]; WINDOW]),
            halves: [[[[0; 16]; 2]; WINDOW]; GROUPS],
            ascii: [[[0; 128]; WINDOW]; GROUPS],
            bitmap: Box::new([0; 1 << (BITMAP_BITS - 6)]),
            starts: vec![0; (1 << SLOT_BITS) + 1].into(),
            slots: Vec::new(),
            short_starts: vec![0; (1 << SLOT_BITS) + 1].into(),
            short_slots: Vec::new(),
            farthest: literals.iter().map(|chosen| chosen.offset).max().unwrap_or(0),
            literals,
        };
        plan.index();
        plan
    }

    pub(super) fn is_empty(&self) -> bool {
        self.literals.is_empty()
    }

    /// How far behind a literal's beginning its window may begin.
    pub(super) fn farthest(&self) -> usize {
        self.farthest
    }

    /// For each position: the buckets of every byte.
    pub(super) fn exact(&self) -> &[[u32; 256]; WINDOW] {
        &self.exact
    }

    /// The second sieve. `quad` is the four bytes in memory order.
    #[inline(always)]
    pub(super) fn may_be_window(&self, quad: u32) -> bool {
        let bit = bit(quad);
        self.bitmap[(bit >> 6) as usize] >> (bit & 63) & 1 != 0
    }

    /// The third sieve: calls `on_hit` for each literal whose window is at `at`.
    #[inline]
    pub(super) fn confirm(&self, text: &[u8], at: usize, quad: u32, mut on_hit: impl FnMut(Hit)) {
        let of = |starts: &[u16], slot: usize| usize::from(starts[slot])..usize::from(starts[slot + 1]);
        let whole = &self.slots[of(&self.starts, slot(quad))];
        let short = &self.short_slots[of(&self.short_starts, slot(quad & THREE))];
        for index in whole.iter().chain(short) {
            let literal = &self.literals[usize::from(*index)];
            let Some(start) = at.checked_sub(literal.offset) else { continue };
            let Some(found) = text.get(start..start + literal.bytes.len()) else { continue };
            // Of several literals that share a window the ends tell most apart, before the rest is looked at.
            let ends = |bytes: &[u8]| (bytes[0] | 0x20, bytes[bytes.len() - 1] | 0x20);
            let is_same = || {
                if literal.ignore_case { found.eq_ignore_ascii_case(&literal.bytes) } else { *found == *literal.bytes }
            };
            if ends(found) == ends(&literal.bytes) && is_same() {
                on_hit(Hit { start, keyword: u32::from(*index) });
            }
        }
    }

    /// Deals the windows into buckets, each into the one whose chance of letting a random place through grows least, and then once
    /// more, now that all of them are known.
    fn deal(&mut self) {
        let sets: Vec<[Vec<u8>; WINDOW]> = self.literals.iter().map(Chosen::members).collect();
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
        let weigh = |set: &[Vec<u8>; WINDOW]| set.iter().map(|bytes| share(bytes)).product::<f64>();
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
        for (set, bucket) in std::iter::zip(&sets, &home) {
            for (position, bytes) in set.iter().enumerate() {
                for byte in bytes.iter().map(|byte| usize::from(*byte)) {
                    self.exact[position][byte] |= 1 << bucket;
                    let (group, bit) = (bucket / 8, 1 << (bucket % 8));
                    self.halves[group][position][0][byte & 15] |= bit;
                    self.halves[group][position][1][byte >> 4] |= bit;
                    self.ascii[group][position][byte & 127] |= bit;
                }
            }
        }
    }

    /// Fills the bitmap and the confirmation table.
    fn index(&mut self) {
        let (mut whole, mut short) = (Vec::new(), Vec::new());
        for (index, literal) in (0_u16..).zip(&self.literals) {
            let window = &literal.bytes[literal.offset..];
            let last = window.get(3).copied().unwrap_or(0);
            let quad = u32::from_le_bytes([window[0], window[1], window[2], last]);
            let mut mark = |quad: u32| self.bitmap[(bit(quad) >> 6) as usize] |= 1 << (bit(quad) & 63);
            if window.len() < WINDOW {
                // The last byte may be anything, and there are so few of these that all it could be are marked.
                (0..=255_u32).for_each(|last| mark(quad & THREE | last << 24));
                short.push((slot(quad & THREE), index));
            } else {
                mark(quad);
                whole.push((slot(quad), index));
            }
        }
        (self.starts, self.slots) = by_slot(whole);
        (self.short_starts, self.short_slots) = by_slot(short);
    }
}

/// Sorts literals by their slots: those of slot `s` are `slots[starts[s]..starts[s + 1]]`.
fn by_slot(mut pairs: Vec<(usize, u16)>) -> (Box<[u16]>, Vec<u16>) {
    pairs.sort_unstable();
    let mut starts = vec![0_u16; (1 << SLOT_BITS) + 1];
    for (slot, _) in &pairs {
        starts[slot + 1] += 1;
    }
    for slot in 0..1 << SLOT_BITS {
        starts[slot + 1] += starts[slot];
    }
    (starts.into(), pairs.into_iter().map(|(_, index)| index).collect())
}

impl Chosen {
    /// For each position of the window: the bytes that may stand there.
    fn members(&self) -> [Vec<u8>; WINDOW] {
        std::array::from_fn(|position| match self.bytes.get(self.offset + position) {
            None => (0..=255).collect(),
            Some(byte) if self.ignore_case && byte.is_ascii_alphabetic() => vec![*byte, byte.to_ascii_uppercase()],
            Some(byte) => vec![*byte],
        })
    }
}

/// Where in a literal its rarest window begins.
fn rarest_window(literal: &Literal<'_>) -> usize {
    let rarity = |at: usize| -> f64 {
        literal.bytes[at..].iter().take(WINDOW).map(|byte| share(&[*byte, byte.to_ascii_uppercase()]).ln()).sum()
    };
    let last = literal.bytes.len().saturating_sub(WINDOW);
    (0..=last).min_by(|a, b| rarity(*a).total_cmp(&rarity(*b))).unwrap_or(0)
}

/// What part of all bytes these are.
fn share(bytes: &[u8]) -> f64 {
    let each = bytes.iter().map(|byte| FREQUENCY.get(usize::from(*byte)).copied().unwrap_or(245));
    f64::from(each.sum::<u32>()) / 1e6
}

/// What part of all bytes have one of some low halves and one of some high ones. Dealing asks this some hundred thousand times, at every
/// start: so for each high half the sums over the low halves are ready, for each set of the lower and of the upper eight.
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
