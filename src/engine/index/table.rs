//! The last two sieves: a bitmap of all windows, and behind it the literals themselves, by the hash of their windows.

use super::byte_shares::WINDOW;
use super::frequent::Frequent;
use super::literal::{Hit, Literal};
use std::borrow::Cow;

/// Bits of a hash that index the bitmap.
const BITMAP_BITS: u32 = 17;
/// How many ways to hash are tried: one in two hundred bits is set, and four bytes that stand everywhere should not have one of them by chance.
const TRIED: usize = 32;
/// Bits of a hash that index the slots.
const SLOT_BITS: u32 = 12;
/// Words of the bitmap.
pub(super) const BITMAP: usize = 1 << (BITMAP_BITS - 6);
/// Borders between slots.
pub(super) const STARTS: usize = (1 << SLOT_BITS) + 1;
/// So many bytes of a literal are compared at once.
const HEAD: usize = 8;

/// A literal, laid out to be compared.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its first eight bytes, as a little-endian number; zeros behind its end.
    pub head: u64,
    /// The bits of those bytes that a text's byte is given before it is compared, so that letters lose their case.
    pub fold: u64,
    /// Where in all literals' bytes its ninth byte stands.
    pub rest: u32,
    /// Its length, in bytes.
    pub length: u16,
    /// Where in it its window begins.
    pub offset: u16,
    /// Which keyword it is.
    pub keyword: u16,
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
}

/// Literals by their windows.
#[derive(Clone, Debug)]
pub struct Table {
    /// How windows are hashed.
    pub hash: Hash,
    /// Which hashes some window has.
    pub bitmap: [u64; BITMAP],
    /// Those of slot `s` are `entries[starts[s]..starts[s + 1]]`. The slot of a window is that of its first three bytes: there are literals that
    /// have no more.
    pub starts: [u16; STARTS],
    /// Sorted by slot.
    pub entries: Cow<'static, [Entry]>,
    /// What stands in literals behind their first eight bytes.
    pub rests: Cow<'static, [u8]>,
}

/// Four bytes at once, in memory order, with bit 5 set in each: letters lose their case.
fn fold(quad: u32) -> u32 {
    quad | 0x2020_2020
}

/// How four bytes are hashed: by a multiplication, of which the upper bits count.
#[derive(Clone, Copy, Debug)]
pub struct Hash(pub u32);

impl Hash {
    /// Some to choose from: multiples of the golden ratio, made odd.
    fn all() -> impl Iterator<Item = Hash> {
        (1_u32..).map(|number| Hash(number.wrapping_mul(0x9E37_79B9) | 1))
    }

    fn of(self, quad: u32) -> u32 {
        fold(quad).wrapping_mul(self.0)
    }

    /// The bit of four bytes in the bitmap.
    fn bit(self, quad: u32) -> usize {
        (self.of(quad) >> (32 - BITMAP_BITS)) as usize
    }

    /// The slot of four bytes, by the first three of them.
    fn slot(self, quad: u32) -> usize {
        (self.of(quad & THREE) >> (32 - SLOT_BITS)) as usize
    }
}

/// The first three of four bytes.
const THREE: u32 = 0x00FF_FFFF;

/// The hash that has the fewest places of source code collide with some windows, of which each is told whether it has just three bytes; and
/// the bitmap of the windows under it. Of places of which nothing is known any hash will do.
fn hashed(quads: &[(u32, bool)], frequent: Option<&Frequent>) -> (Hash, [u64; BITMAP]) {
    let tried = if frequent.is_some() { TRIED } else { 1 };
    let frequent: Vec<(u32, f64)> = frequent.into_iter().flat_map(Frequent::all).collect();
    let chances = |hash: Hash| {
        let mut bitmap = [0_u64; BITMAP];
        let mut mark = |quad: u32| bitmap[hash.bit(quad) >> 6] |= 1 << (hash.bit(quad) & 63);
        for (quad, is_short) in quads {
            // The last byte may be anything, and there are so few of these that all it could be are marked.
            if *is_short { (0..=255).for_each(|last| mark(quad & THREE | last << 24)) } else { mark(*quad) }
        }
        let passes = |quad: u32| bitmap[hash.bit(quad) >> 6] >> (hash.bit(quad) & 63) & 1 != 0;
        let chance: f64 = frequent.iter().filter(|(quad, _)| passes(*quad)).map(|(_, chance)| chance).sum();
        (chance, hash, bitmap)
    };
    let best = Hash::all().take(tried).map(chances).min_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or((Hash(1), [0; BITMAP]), |(_, hash, bitmap)| (hash, bitmap))
}

impl Table {
    /// A table of literals whose windows begin at `offsets`; `frequent` is what stands in the text that is looked through, if it is all of it.
    ///
    /// # Panics
    /// When a literal is shorter than three bytes, or there are more than 65,535.
    pub(super) fn of(literals: &[Literal<'_>], offsets: &[usize], frequent: Option<&Frequent>) -> Table {
        assert!(literals.len() <= usize::from(u16::MAX), "too many keywords: {}", literals.len());
        let quads: Vec<(u32, bool)> = std::iter::zip(literals, offsets)
            .map(|(literal, offset)| {
                let window = &literal.bytes[*offset..];
                let last = window.get(3).copied().unwrap_or(0);
                (u32::from_le_bytes([window[0], window[1], window[2], last]), window.len() < WINDOW)
            })
            .collect();
        let (hash, bitmap) = hashed(&quads, frequent);
        let (mut pairs, mut rests) = (Vec::new(), Vec::new());
        for ((literal, offset), ((quad, _), keyword)) in std::iter::zip(literals, offsets).zip(quads.iter().zip(0..)) {
            pairs.push((hash.slot(*quad), Entry::of(literal, *offset, keyword, &mut rests)));
        }
        let (starts, entries) = by_slot(pairs);
        Table { hash, bitmap, starts, entries, rests: rests.into() }
    }

    /// Whether four bytes, in memory order, may be a window.
    #[inline(always)]
    #[must_use]
    pub fn may_be_window(&self, quad: u32) -> bool {
        let bit = self.hash.bit(quad);
        self.bitmap[bit >> 6] >> (bit & 63) & 1 != 0
    }

    /// Calls `on_hit` for each literal whose window is at `at`, where the bytes `quad` stand.
    #[inline]
    pub fn confirm(&self, text: &[u8], at: usize, quad: u32, mut on_hit: impl FnMut(Hit)) {
        let slot = self.hash.slot(quad);
        for entry in &self.entries[usize::from(self.starts[slot])..usize::from(self.starts[slot + 1])] {
            let Some(start) = at.checked_sub(usize::from(entry.offset)) else { continue };
            if entry.is_at(text, start, &self.rests) {
                on_hit(Hit { start, keyword: u32::from(entry.keyword) });
            }
        }
    }
}

impl Entry {
    fn of(literal: &Literal<'_>, offset: usize, keyword: u16, rests: &mut Vec<u8>) -> Entry {
        let (mut head, mut folds) = ([0; HEAD], [0; HEAD]);
        for (at, byte) in literal.bytes.iter().take(HEAD).enumerate() {
            let folds_case = literal.ignore_case && byte.is_ascii_alphabetic();
            (head[at], folds[at]) = (*byte, if folds_case { 0x20 } else { 0 });
        }
        let rest = rests.len();
        rests.extend(literal.bytes.iter().skip(HEAD));
        let number = |bytes| u64::from_le_bytes(bytes);
        #[expect(clippy::cast_possible_truncation, reason = "keywords are no longer than a rule file's line, and few")]
        Entry {
            head: number(head),
            fold: number(folds),
            rest: rest as u32,
            length: literal.bytes.len() as u16,
            offset: offset as u16,
            keyword,
            ignore_case: literal.ignore_case,
        }
    }

    /// Whether the literal begins at `start`.
    #[inline(always)]
    fn is_at(&self, text: &[u8], start: usize, rests: &[u8]) -> bool {
        let length = usize::from(self.length);
        let Some(found) = text.get(start..start + length) else { return false };
        let eight = match text.get(start..start + HEAD) {
            Some(eight) => eight.try_into().unwrap_or_default(),
            None => {
                let mut eight = [0; HEAD];
                eight[..found.len().min(HEAD)].copy_from_slice(&found[..found.len().min(HEAD)]);
                eight
            }
        };
        // Of a shorter literal the bytes behind its end do not count.
        let counted = u64::MAX >> (8 * HEAD.saturating_sub(length));
        if (u64::from_le_bytes(eight) | self.fold) & counted != self.head {
            return false;
        }
        if length <= HEAD {
            return true;
        }
        let (found, rest) = (&found[HEAD..], &rests[self.rest as usize..][..length - HEAD]);
        if self.ignore_case { found.eq_ignore_ascii_case(rest) } else { found == rest }
    }
}

/// Sorts entries by their slots.
fn by_slot(mut pairs: Vec<(usize, Entry)>) -> ([u16; STARTS], Cow<'static, [Entry]>) {
    pairs.sort_by_key(|(slot, entry)| (*slot, entry.keyword));
    let mut starts = [0_u16; STARTS];
    for (slot, _) in &pairs {
        starts[slot + 1] += 1;
    }
    for slot in 1..STARTS {
        starts[slot] += starts[slot - 1];
    }
    (starts, pairs.into_iter().map(|(_, entry)| entry).collect())
}
