//! Which four bytes of a literal stand for it.
//!
//! A rare window lets few places through, and every further distinct one lets through more, however rare: so literals share windows
//! where they can. `acme_secret` and `acme-secret` can share `secr` with the `secret` that is looked for anyway, or `acme` with each other.
//! What costs least for each literal that it serves is taken first, until all are served.
//!
//! One byte repeated is no window where there is another: a file that is filled up with that byte would be let through as a whole.

use super::byte_shares::{POSITIONS, WINDOW, share};
use super::frequent::Frequent;
use super::literal::Literal;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// What a distinct window costs beside the places that have its bytes: about what it adds to what a bucket lets through, in parts of all
/// places. Ten times as much and a tenth were both slower.
const DISTINCT: f64 = 1e-6;

/// What a place costs that only the first sieve lets through, beside one that the second lets through too.
const SIEVE: f64 = 0.06;

/// Where in each literal its window begins.
pub(super) fn choose(literals: &[Literal<'_>], frequent: &Frequent) -> Vec<usize> {
    let mut offsets = vec![0; literals.len()];
    // In order, so that the same literals always have the same windows.
    let mut holders: BTreeMap<&[u8], Vec<(usize, usize)>> = BTreeMap::new();
    for (index, literal) in literals.iter().enumerate() {
        let all = || literal.bytes.windows(WINDOW).enumerate();
        // Behind its window a literal should go on for the first sieve's sake.
        let good =
            |(offset, window): &(usize, &[u8])| offset + POSITIONS <= literal.bytes.len() && !is_repeated(window);
        let is_any_good = all().any(|one| good(&one));
        for (offset, window) in all().filter(|one| !is_any_good || good(one)) {
            holders.entry(window).or_default().push((index, offset));
        }
    }
    let cost = |window: &[u8]| {
        if is_repeated(window) {
            return 1.0;
        }
        // What the bytes alone say is what the first sieve sees of it.
        let by_bytes = window.iter().map(|byte| share(&[*byte, byte.to_ascii_uppercase()])).product::<f64>();
        DISTINCT + SIEVE * by_bytes + frequent.of(window).unwrap_or(by_bytes)
    };
    let mut served = vec![false; literals.len()];
    // A window serves fewer literals as others are chosen: its price only rises, so one that is still the cheapest when looked at again is.
    let price = |cost: f64, count: usize| Reverse((cost / count as f64).to_bits());
    let mut heap: BinaryHeap<_> =
        holders.iter().map(|(window, holders)| (price(cost(window), holders.len()), Reverse(*window))).collect();
    while let Some((asked, Reverse(window))) = heap.pop() {
        let left = || holders[window].iter().filter(|(index, _)| !served[*index]);
        let count = left().count();
        if count == 0 {
            continue;
        }
        let now = price(cost(window), count);
        if now != asked {
            heap.push((now, Reverse(window)));
            continue;
        }
        for (index, offset) in holders[window].iter().rev() {
            if !served[*index] {
                offsets[*index] = *offset;
            }
        }
        holders[window].iter().for_each(|(index, _)| served[*index] = true);
    }
    offsets
}

/// Whether a window is one byte repeated, in whatever case.
fn is_repeated(window: &[u8]) -> bool {
    window.iter().all(|byte| byte.eq_ignore_ascii_case(&window[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_is_one_repeated_byte_where_there_is_another() {
        let literals = ["aaaab", "xaaaa", "aaaa"].map(|text| Literal { bytes: text.as_bytes(), ignore_case: true });
        assert_eq!(choose(&literals, &Frequent::new()), [1, 0, 0]);
    }
}
