//! Into which bucket each window goes: where the chance that a random place is let through grows least.

use super::byte_shares::{POSITIONS, WINDOW, share};
use super::frequent::Frequent;
use std::rc::Rc;

/// How often each window is dealt: anew each time, now that the others are known.
const PASSES: usize = 3;
/// So many buckets are for windows behind which any byte may stand, at first.
const OPEN: usize = 3;
/// How many bytes there are.
const ANY: usize = 256;
/// How much more a common place that is let through counts than one that chance lets through: the common ones that are known are a part of
/// those that there are.
const WEIGHT: f32 = 3.0;

/// For each position of a window, and behind it: the bytes that may stand there.
pub(super) type Members = [Vec<u8>; POSITIONS];

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

/// Deals windows into so many buckets: each into the best one, and then again, now that all of them are known.
///
/// Windows behind which any byte may stand go into the first few at first: where there is one of those the fifth byte tells nothing.
pub(super) fn deal<B: Bucket>(sets: &[Members], empty: &B, count: usize) -> Vec<usize> {
    let mut buckets = vec![empty.clone(); count];
    let windows: Vec<B::Window> = sets.iter().map(|set| empty.window(set)).collect();
    let mut home = vec![usize::MAX; sets.len()];
    for pass in 0..PASSES {
        for ((window, set), home) in std::iter::zip(&windows, sets).zip(&mut home) {
            if let Some(bucket) = buckets.get_mut(*home) {
                bucket.count(window, |count| count - 1);
            }
            let is_open = set[POSITIONS - 1].len() == ANY;
            let among = match pass {
                0 if is_open => 0..OPEN,
                0 => OPEN..count,
                _ => 0..count,
            };
            let growths = buckets[among.clone()].iter().map(|bucket| bucket.growth(window));
            *home = growths.zip(among).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, bucket)| bucket);
            buckets[*home].count(window, |count| count + 1);
        }
    }
    home
}

/// A bucket for tables that know every byte.
///
/// What chance lets through is what the bytes' frequencies say, as if each stood for itself. They do not, and what code is full of decides as
/// much: so for the commonest four bytes it is known at how many places the bucket has them.
#[derive(Clone)]
pub(super) struct ByBytes {
    counts: [[u16; 256]; POSITIONS],
    shares: [f32; POSITIONS],
    common: Rc<Common>,
    /// At which of its places each of the common four bytes is held, as bits.
    held: Vec<u8>,
}

/// The commonest four bytes, with the part of all places that have them.
struct Common(Vec<([u8; WINDOW], f32)>);

/// What a bucket needs to know of a window.
pub(super) struct Dealt {
    members: Members,
    /// At which of its places each of the common four bytes is one of the window's, as bits.
    held: Vec<u8>,
}

/// All places of four bytes.
const ALL: u8 = (1 << WINDOW) - 1;

impl Common {
    fn held(&self, is_held: impl Fn(usize, u8) -> bool) -> Vec<u8> {
        let bits = |quad: &[u8; WINDOW]| {
            let places = quad.iter().enumerate().filter(|(place, byte)| is_held(*place, **byte));
            places.fold(0, |bits, (place, _)| bits | 1 << place)
        };
        self.0.iter().map(|(quad, _)| bits(quad)).collect()
    }
}

impl ByBytes {
    /// Empty; without `frequent` only chance counts.
    pub(super) fn new(frequent: Option<&Frequent>) -> ByBytes {
        let all = frequent.into_iter().flat_map(Frequent::all);
        let common: Vec<_> = all.map(|(quad, share)| (quad.to_le_bytes(), WEIGHT * share as f32)).collect();
        let held = vec![0; common.len()];
        ByBytes { counts: [[0; 256]; POSITIONS], shares: [0.0; POSITIONS], common: Rc::new(Common(common)), held }
    }

    /// What part of all places are let through that have common bytes, when these are held as well.
    fn lets_through(&self, also: impl Iterator<Item = u8>) -> f32 {
        let all = std::iter::zip(&self.common.0, std::iter::zip(&self.held, also));
        all.filter(|(_, (held, also))| **held | also == ALL).map(|((_, share), _)| share).sum()
    }
}

impl Bucket for ByBytes {
    type Window = Dealt;

    fn window(&self, members: &Members) -> Dealt {
        Dealt { held: self.common.held(|place, byte| members[place].contains(&byte)), members: members.clone() }
    }

    fn growth(&self, window: &Dealt) -> f32 {
        let mut with = self.shares;
        for ((share_of, bytes), counts) in with.iter_mut().zip(&window.members).zip(&self.counts) {
            let new = bytes.iter().filter(|byte| counts[usize::from(**byte)] == 0);
            *share_of += new.map(|byte| share(&[*byte]) as f32).sum::<f32>();
        }
        let common = with[WINDOW] * self.lets_through(window.held.iter().copied())
            - self.shares[WINDOW] * self.lets_through(std::iter::repeat(0));
        with.iter().product::<f32>() - self.shares.iter().product::<f32>() + common
    }

    fn count(&mut self, window: &Dealt, change: impl Fn(u16) -> u16) {
        for (position, bytes) in window.members.iter().enumerate() {
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
        self.held = self.common.held(|place, byte| self.counts[place][usize::from(byte)] > 0);
    }
}

/// A bucket for tables that know the halves of bytes, which is what shuffles of 16 entries see: with `a1` and `b2` it lets `a2` and `b1` through
/// as well, so windows must be dealt to buckets where they add few halves.
#[derive(Clone)]
pub(super) struct ByHalves {
    counts: [[[u16; 16]; 2]; POSITIONS],
    halves: Halves,
    shares: [f32; POSITIONS],
    table: Rc<Shares>,
}

/// For each position of a window: the low halves and the high halves that may stand there, as bits.
type Halves = [[u16; 2]; POSITIONS];

impl ByHalves {
    pub(super) fn new() -> ByHalves {
        ByHalves {
            counts: [[[0; 16]; 2]; POSITIONS],
            halves: [[0; 2]; POSITIONS],
            shares: [0.0; POSITIONS],
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
