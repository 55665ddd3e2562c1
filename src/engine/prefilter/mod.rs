//! Finds keywords in a single pass over every byte.
//!
//! Hundreds of literals are looked for at once, and almost every byte must be dismissed for a fraction of a cycle. Three sieves,
//! each finer and dearer than the one before, each seeing only what the last let through:
//!
//! 1. **Shuffle.** Every keyword has a *window* of four bytes that stands for it, a rare one, or one that it shares with others. Windows
//!    are dealt, each with the byte behind it, into sixteen buckets. For each of the five positions a table says which buckets hold one with
//!    a given byte there; a place is a candidate when some bucket is named by all five bytes. Vector shuffles look up 32 (AVX2) or 64 (AVX-512 VBMI) places
//!    at once. This is the idea of Teddy, in Hyperscan and in the `aho-corasick` crate, with windows inside the keywords instead of
//!    their heads.
//! 2. **Bitmap.** The four bytes of a candidate are hashed into a bitmap of 16 KiB, which stays in the first-level cache.
//! 3. **Confirmation.** The keywords whose window has that hash are compared in full.
//!
//! What makes it fast is the choice of windows and buckets (`engine::index`): common words such as `token` meet a bucket only with their
//! rarest bytes; and that the first two sieves run over some thousand bytes before the third begins, without a branch that could be
//! guessed wrong (`candidates`).
//! The scalar sieve is the naive twin of the vector ones; a property test holds all of them to a plain search.

mod candidate_buffer;
mod classes;
mod runs;
mod sieve;

use super::index::{Care, Plan, Table};
pub use super::index::{Hit, Literal};
pub use runs::runs;
pub use sieve::Sieve;
use std::ops::Range;

/// Finds all occurrences of many literals.
#[derive(Debug)]
pub struct Prefilter {
    plan: Box<Plan>,
    sieve: Sieve,
}

impl Prefilter {
    /// A prefilter for these literals, with the best sieve that this processor has.
    #[must_use]
    pub fn new(literals: &[Literal<'_>]) -> Prefilter {
        Prefilter { plan: Box::new(Plan::new(literals, Care::Quick)), sieve: Sieve::best() }
    }

    /// Calls `on_hit` for every occurrence that begins in `range`, in no particular order; `text` may reach beyond the range, and
    /// an occurrence may too.
    #[inline]
    pub fn scan(&self, text: &[u8], range: Range<usize>, on_hit: impl FnMut(Hit)) {
        self.scan_with(self.sieve, text, range, on_hit);
    }

    /// The sieves that this processor can run, slowest first. All find the same.
    #[must_use]
    pub fn sieves() -> Vec<Sieve> {
        Sieve::available()
    }

    /// The same as [`Prefilter::scan`], by a sieve of one's choice out of [`Prefilter::sieves`]: for tests and benches.
    #[inline]
    pub fn scan_with(&self, sieve: Sieve, text: &[u8], range: Range<usize>, on_hit: impl FnMut(Hit)) {
        find(&self.plan, sieve, text, range, on_hit);
    }
}

/// Calls `on_hit` for every occurrence of a plan's literals: see [`Prefilter::scan`].
#[inline]
pub(super) fn find(plan: &Plan, sieve: Sieve, text: &[u8], range: Range<usize>, mut on_hit: impl FnMut(Hit)) {
    let range = range.start..range.end.min(text.len());
    if range.is_empty() || plan.is_empty() {
        return;
    }
    let windows = range.start..(range.end + plan.farthest).min(text.len());
    sieve.candidates(plan, text, windows, |at, quad| {
        plan.table.confirm(text, at, quad, |hit| {
            if range.contains(&hit.start) {
                on_hit(hit);
            }
        });
    });
}

/// Whether a literal of the table may stand at `at`, which has four bytes behind it.
#[inline(always)]
pub(super) fn may_be_head(table: &Table, text: &[u8], at: usize) -> bool {
    table.may_be_window(u32::from_le_bytes([text[at], text[at + 1], text[at + 2], text[at + 3]]))
}

/// Calls `on_hit` for every literal of the table that stands at `at`. The windows of the table must be the literals' heads.
#[inline]
pub(super) fn heads(table: &Table, text: &[u8], at: usize, on_hit: impl FnMut(Hit)) {
    let Some(head) = text.get(at..at + 4) else { return };
    let quad = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
    if table.may_be_window(quad) {
        table.confirm(text, at, quad, on_hit);
    }
}
