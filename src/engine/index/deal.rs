//! Into which bucket each window goes: where the chance that a random place is let through grows least.

use super::buckets::share;
use super::windows::WINDOW;
use std::rc::Rc;

/// How often each window is dealt: anew each time, now that the others are known.
const PASSES: usize = 2;

/// For each position of a window: the bytes that may stand there.
pub(super) type Members = [Vec<u8>; WINDOW];

/// A bucket while windows are dealt.
pub(super) trait Bucket: Clone {
    /// What it needs to know of a window.
    type Window;

    fn window(&self, members: &Members) -> Self::Window;

    /// By how much the chance that a random place passes this bucket grows with another window.
    fn growth(&self, window: &Self::Window) -> f32;

    /// Puts a window in, or takes it out: changes how often each of its bytes is held.
    fn count(&mut self, window: &Self::Window, change: impl Fn(u16) -> u16);
}

/// Deals windows into so many buckets: each into the best one, and then once more, now that all of them are known.
pub(super) fn deal<B: Bucket>(sets: &[Members], empty: &B, count: usize) -> Vec<usize> {
    let mut buckets = vec![empty.clone(); count];
    let windows: Vec<B::Window> = sets.iter().map(|set| empty.window(set)).collect();
    let mut home = vec![usize::MAX; sets.len()];
    for _pass in 0..PASSES {
        for (window, home) in std::iter::zip(&windows, &mut home) {
            if let Some(bucket) = buckets.get_mut(*home) {
                bucket.count(window, |count| count - 1);
            }
            let growths = buckets.iter().map(|bucket| bucket.growth(window));
            *home = growths.zip(0..).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, bucket)| bucket);
            buckets[*home].count(window, |count| count + 1);
        }
    }
    home
}

/// A bucket for tables that know every byte.
#[derive(Clone)]
pub(super) struct ByBytes {
    counts: [[u16; 256]; WINDOW],
    shares: [f32; WINDOW],
}

impl ByBytes {
    pub(super) fn new() -> ByBytes {
        ByBytes { counts: [[0; 256]; WINDOW], shares: [0.0; WINDOW] }
    }
}

impl Bucket for ByBytes {
    type Window = Members;

    fn window(&self, members: &Members) -> Members {
        members.clone()
    }

    fn growth(&self, window: &Members) -> f32 {
        let mut with = 1.0;
        for (position, bytes) in window.iter().enumerate() {
            let counts = &self.counts[position];
            let new = bytes.iter().filter(|byte| counts[usize::from(**byte)] == 0);
            with *= self.shares[position] + new.map(|byte| share(&[*byte]) as f32).sum::<f32>();
        }
        with - self.shares.iter().product::<f32>()
    }

    fn count(&mut self, window: &Members, change: impl Fn(u16) -> u16) {
        for (position, bytes) in window.iter().enumerate() {
            for byte in bytes {
                let count = &mut self.counts[position][usize::from(*byte)];
                let before = *count;
                *count = change(before);
                match (before, *count) {
                    (0, 1..) => self.shares[position] += share(&[*byte]) as f32,
                    (1.., 0) => self.shares[position] -= share(&[*byte]) as f32,
                    _ => {}
                }
            }
        }
    }
}

/// A bucket for tables that know the halves of bytes, which is what shuffles of 16 entries see: with `a1` and `b2` it lets `a2` and `b1` through
/// as well, so windows must be dealt to buckets where they add few halves.
#[derive(Clone)]
pub(super) struct ByHalves {
    counts: [[[u16; 16]; 2]; WINDOW],
    halves: Halves,
    shares: [f32; WINDOW],
    table: Rc<Shares>,
}

/// For each position of a window: the low halves and the high halves that may stand there, as bits.
type Halves = [[u16; 2]; WINDOW];

impl ByHalves {
    pub(super) fn new() -> ByHalves {
        ByHalves {
            counts: [[[0; 16]; 2]; WINDOW],
            halves: [[0; 2]; WINDOW],
            shares: [0.0; WINDOW],
            table: Rc::new(Shares::new()),
        }
    }
}

impl Bucket for ByHalves {
    type Window = Halves;

    fn window(&self, members: &Members) -> Halves {
        std::array::from_fn(|position| {
            let halves = members[position].iter().map(|byte| [1 << (byte & 15), 1 << (byte >> 4)]);
            halves.fold([0, 0], |[low, high], byte| [low | byte[0], high | byte[1]])
        })
    }

    fn growth(&self, window: &Halves) -> f32 {
        let mut with = 1.0;
        for (position, [more_low, more_high]) in window.iter().enumerate() {
            let [low, high] = self.halves[position];
            let (new_low, new_high) = (more_low & !low, more_high & !high);
            // What is new: new low halves under the old high ones, and all low halves under the new high ones.
            with *= self.shares[position] + self.table.of(new_low, high) + self.table.of(low | new_low, new_high);
        }
        with - self.shares.iter().product::<f32>()
    }

    fn count(&mut self, window: &Halves, change: impl Fn(u16) -> u16) {
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
            self.shares[position] = self.table.of(low, high);
        }
    }
}

/// What part of all bytes have one of some low halves and one of some high ones. Dealing asks this some hundred thousand times:
/// so for each high half the sums over the low halves are ready, for each set of the lower and of the upper eight.
struct Shares([[[f32; 256]; 2]; 16]);

impl Shares {
    fn new() -> Shares {
        let mut sums = Shares([[[0.0; 256]; 2]; 16]);
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

/// The numbers of the bits that are set.
fn bits(mut mask: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (bit < 16).then_some(bit)
    })
}
