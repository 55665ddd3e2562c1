//! Resolves overlaps: where several rules match the same bytes, the most specific one is reported.

use super::found::{Match, Reason, Verdict};
use super::matching::{Engine, PROVIDER};
use crate::model::Secret;
use crate::rules::Form;
use std::cmp::Reverse;

/// Sorts matches by place, drops what was found twice, and rejects every match that loses to another one over the
/// same bytes.
pub fn resolve(engine: &Engine, all: &mut Vec<Match>) {
    sort(all);
    for (winner, found) in std::iter::zip(losers(engine, all), all) {
        if let Some(rule) = winner {
            found.verdict = Verdict::Rejected(Reason::Overlap(rule));
        }
    }
}

/// Leaves of some matches only those that are kept and lose to no other, sorted by place.
pub fn keep_winners<T: AsRef<Match>>(engine: &Engine, all: &mut Vec<T>) {
    sort(all);
    let mut losers = losers(engine, all).into_iter();
    all.retain(|one| losers.next().flatten().is_none() && one.as_ref().verdict == Verdict::Kept);
}

/// Sorts matches by place and drops what was found twice, from two keywords.
pub(super) fn sort<T: AsRef<Match>>(all: &mut Vec<T>) {
    all.sort_by(|a, b| {
        let key = |found: &'_ Match| (found.secret.start, found.secret.end, found.rule);
        let (a, b) = (a.as_ref(), b.as_ref());
        let values = || value(a).cmp(&value(b));
        let verdicts = || (a.verdict != Verdict::Kept).cmp(&(b.verdict != Verdict::Kept));
        // What is known of the same secret may depend on the keyword that led to it, and on how far it was decoded.
        let depth = |found: &Match| found.decoded.as_ref().map_or(0, |decoded| decoded.steps.len());
        let sure = || b.confidence.cmp(&a.confidence).then_with(|| depth(a).cmp(&depth(b)));
        key(a).cmp(&key(b)).then_with(values).then_with(verdicts).then_with(sure).then_with(|| b.proof.cmp(&a.proof))
    });
    all.dedup_by(|a, b| {
        let (a, b) = (a.as_ref(), b.as_ref());
        a.rule == b.rule && a.secret == b.secret && value(a) == value(b)
    });
}

/// What a match was decoded to.
fn value(found: &Match) -> Option<&Secret> {
    found.decoded.as_ref().map(|decoded| &decoded.value)
}

/// For each of the sorted matches: the rule that it loses to, if it was kept and its secret shares bytes with that of a kept match of
/// higher rank; of several, the one of the highest.
///
/// A loser loses even when its winner loses to a third one. So the fate of a match depends on the matches that it touches and on
/// nothing beyond them: this is as local as the matches are.
pub(super) fn losers<T: AsRef<Match>>(engine: &Engine, all: &[T]) -> Vec<Option<u32>> {
    let is_kept = |found: &&T| found.as_ref().verdict == Verdict::Kept;
    let mut winners: Vec<Option<&Match>> = vec![None; all.len()];
    for (index, one) in all.iter().enumerate().filter(|(_, one)| is_kept(one)) {
        let touching =
            all[index + 1..].iter().take_while(|other| other.as_ref().secret.start < one.as_ref().secret.end);
        for (offset, other) in touching.enumerate().filter(|(_, other)| is_kept(other)) {
            let (one, other) = (one.as_ref(), other.as_ref());
            // One encoded span may hold several secrets.
            if value(one).is_some() && value(other).is_some() && value(one) != value(other) {
                continue;
            }
            let first_wins = rank(engine, one) > rank(engine, other);
            let (loser, winner) = if first_wins { (index + 1 + offset, one) } else { (index, other) };
            let best = &mut winners[loser];
            if best.is_none_or(|best| rank(engine, winner) > rank(engine, best)) {
                *best = Some(winner);
            }
        }
    }
    winners.into_iter().map(|winner| winner.map(|found| found.rule)).collect()
}

/// The higher, the more specific: of what stands there rather than decoded, of a provider, surer, of a structure rather than of a name, then
/// the longer secret, with its provider's name before it, the longer keyword, the smaller id.
fn rank(engine: &Engine, found: &Match) -> impl Ord {
    let specificity = engine.specificity(found.rule);
    // A rule that knows the encoded text itself, such as a web token, knows it best; a name knows nothing of its value, nor does a
    // rule for values that are encoded whatever they are.
    let standing = match found.decoded {
        Some(_) => 1,
        None if engine.rule(found).encoded => 0,
        None => specificity.min(1) * 2,
    };
    (
        standing,
        specificity == PROVIDER,
        found.confidence,
        specificity,
        found.secret.len(),
        matches!(engine.rule(found).form, Form::Near { .. }),
        engine.rule(found).keywords.iter().map(|keyword| keyword.text.len()).max(),
        Reverse(found.rule),
        Reverse(found.secret.start),
    )
}
