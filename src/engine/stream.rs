//! Input of any size, in bounded memory.
//!
//! The input passes through one buffer. A keyword is judged when everything its rules may look at is in the buffer, so every match
//! is the one that a look at the whole input would give; a property test holds that for any size of buffer.

use super::found::{Match, Reason, Verdict};
use super::lines::Lines;
use super::matching::{Engine, Scratch};
use super::overlap::{losers, sort};
use super::surroundings::{BEFORE, LINE, Surroundings};
use crate::content::TextView;
use crate::model::{Location, Span};
use std::io::{self, Read};
use std::ops::ControlFlow;

/// A match with its location and its bytes. The match's places are offsets in the input's text, those of the location in the input.
#[derive(Debug)]
pub struct Sighting<'a> {
    /// The match.
    pub found: &'a Match,
    /// Where the secret is.
    pub location: Location,
    /// The secret.
    pub secret: &'a [u8],
    /// What stands around it; of a match that was turned down, nothing.
    pub around: &'a Surroundings,
}

/// Why an input was not read to its end.
#[derive(Debug)]
pub struct StreamError {
    /// How many bytes were read before.
    pub after: u64,
    /// The system's words.
    pub error: io::Error,
}

/// A match that waits until nothing can overlap it any more.
struct Pending {
    found: Match,
    location: Location,
    secret: Vec<u8>,
    around: Surroundings,
}

/// Scans an input to its end: calls `each` for all matches, kept and rejected, sorted by place; returns how many bytes there were.
///
/// `step` is how many bytes are taken in at once, beside what the rules reach; the memory that a scan takes is a little more. `each` may
/// break off the scan.
///
/// # Errors
/// Fails when the input cannot be read on. What was found before has been passed to `each`.
pub fn scan(
    engine: &Engine,
    input: &mut dyn Read,
    step: usize,
    scratch: &mut Scratch,
    mut each: impl FnMut(Sighting<'_>) -> ControlFlow<()>,
) -> Result<u64, StreamError> {
    scan_settling(engine, input, step, scratch, |event| match event {
        Event::Sighting(one) => each(one),
        Event::Settled(_) => ControlFlow::Continue(()),
    })
}

/// What [`scan_settling`] says.
#[derive(Debug)]
pub enum Event<'a> {
    /// A match.
    Sighting(Sighting<'a>),
    /// All matches that begin before this byte of the input have been passed on.
    Settled(u64),
}

/// The same as [`scan`], and says how far it is decided.
///
/// # Errors
/// As [`scan`].
pub fn scan_settling(
    engine: &Engine,
    input: &mut dyn Read,
    step: usize,
    scratch: &mut Scratch,
    mut each: impl FnMut(Event<'_>) -> ControlFlow<()>,
) -> Result<u64, StreamError> {
    let mut buffer = std::mem::take(&mut scratch.buffer);
    let mut matches = std::mem::take(&mut scratch.matches);
    let mut pending: Vec<Pending> = Vec::new();
    let mut lines = Lines::default();
    // Offset of the buffer's first byte; up to where in the buffer keywords were judged.
    let (mut base, mut filled, mut judged) = (0, 0, 0);
    let mut view = TextView::new();
    // The surroundings of whatever is judged are in the buffer too.
    let (before, after) = (engine.reach().before + BEFORE, engine.reach().after + LINE);
    let capacity = step.max(1) + before + after;
    let mut result = Ok(());
    loop {
        let (ended, outcome) = view.fill(input, &mut buffer, &mut filled, capacity);
        if let Err(error) = outcome {
            result = Err(StreamError { after: view.bytes_read(), error });
        }
        let text = &buffer[..filled];
        let limit = if ended { filled } else { filled - after.min(filled) };
        matches.clear();
        engine.matches(text, judged..limit, scratch, &mut matches);
        judged = limit.max(judged);
        // Nothing that is judged later can touch what ends before here.
        let settled = if ended { usize::MAX } else { base + judged.saturating_sub(engine.reach().before) };
        if !matches.is_empty() || !pending.is_empty() {
            matches.sort_by_key(|found| found.secret.start);
            let mut cursor = lines;
            pending.extend(matches.drain(..).map(|mut found| {
                let mut location = cursor.locate(text, base, &found.secret);
                let secret = found.value(text).to_vec();
                let is_kept = found.verdict == Verdict::Kept;
                let around = if is_kept { Surroundings::of(text, &found.secret) } else { Surroundings::default() };
                found.anchor += base;
                found.secret = found.secret.start + base..found.secret.end + base;
                location.outer = Span::new(view.outer(found.secret.start), view.outer(found.secret.end));
                Pending { found, location, secret, around }
            }));
            let flow = settle(engine, &mut pending, settled, &mut each);
            if flow.is_break() {
                break;
            }
        }
        if ended {
            break;
        }
        let open = pending.iter().map(|one| one.found.secret.start).min();
        let decided = open.map_or(settled, |open| open.min(settled));
        // Offsets before the buffer are forgotten; what was decided there has been said.
        if decided >= base && each(Event::Settled(view.outer(decided))).is_break() {
            break;
        }
        let leaving = judged.saturating_sub(before);
        lines.advance(&buffer[..leaving]);
        buffer.copy_within(leaving..filled, 0);
        (base, filled, judged) = (base + leaving, filled - leaving, judged - leaving);
        view.forget_before(base);
    }
    scratch.buffer = buffer;
    scratch.matches = matches;
    result.map(|()| view.bytes_read())
}

/// Resolves overlaps, then passes on what ends before `settled`.
fn settle(
    engine: &Engine,
    pending: &mut Vec<Pending>,
    settled: usize,
    each: &mut impl FnMut(Event<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    sort(pending);
    // What stays keeps its first verdict, because it may yet meet a match that has not been found.
    let losers = losers(engine, pending);
    // Only the first ones leave, so that they leave in order: a long match holds up the shorter ones inside it.
    let count = pending.iter().take_while(|one| one.found.secret.end <= settled).count();
    pending.drain(..count).zip(losers).try_for_each(|(mut one, winner)| {
        if let Some(rule) = winner {
            one.found.verdict = Verdict::Rejected(Reason::Overlap(rule));
        }
        let Pending { found, location, secret, around } = &one;
        each(Event::Sighting(Sighting { found, location: *location, secret, around }))
    })
}

impl AsRef<Match> for Pending {
    fn as_ref(&self) -> &Match {
        &self.found
    }
}
