//! Input of any size, in bounded memory.
//!
//! The input passes through one buffer. A keyword is judged when everything its rules may look at is in the buffer, so every match
//! is the one that a look at the whole input would give; a property test holds that for any size of buffer.

use super::found::{Match, Reason, Verdict};
use super::lines::Lines;
use super::matching::{Engine, Scratch};
use super::overlap::{losers, sort};
use super::surroundings::{BEFORE, LINE, Surroundings};
use crate::content::{Encoding, Utf16Reader};
use crate::model::Location;
use std::io::{self, ErrorKind, Read};
use std::ops::ControlFlow;

/// A match with its location and its bytes. Its places are offsets in the whole input.
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

/// How many bytes are read first: most files are no larger, and the buffer grows only for those that are.
const FIRST: usize = 64 << 10;

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
    each: impl FnMut(Sighting<'_>) -> ControlFlow<()>,
) -> Result<u64, StreamError> {
    // The buffer is filled once before the text's encoding is known; plain text, which nearly all is, stays where it is.
    let mut filled = 0;
    let begun = fill(input, &mut scratch.buffer, &mut filled, FIRST);
    let head = &scratch.buffer[..filled];
    let encoding = Encoding::of(head);
    let mark = encoding.mark_length(head);
    match encoding {
        Encoding::Plain => read_on(engine, begun, filled, input, step, scratch, each),
        Encoding::Utf8Marked => {
            scratch.buffer.copy_within(mark..filled, 0);
            let read = read_on(engine, begun, filled - mark, input, step, scratch, each);
            read.map(|count| count + mark as u64)
        }
        Encoding::Utf16Little | Encoding::Utf16Big => {
            let head = head[mark..].to_vec();
            if let (_, Err(error)) = begun {
                return Err(StreamError { after: filled as u64, error });
            }
            let mut counted = Counted { input, count: filled as u64 };
            let mut decoded = Utf16Reader::new(encoding, &head, &mut counted);
            let read = read_on(engine, (false, Ok(())), 0, &mut decoded, step, scratch, each);
            // Bytes are those of the input, not of its decoding.
            match read {
                Ok(_) => Ok(counted.count),
                Err(StreamError { error, .. }) => Err(StreamError { after: counted.count, error }),
            }
        }
    }
}

/// Counts what is read.
struct Counted<'a> {
    input: &'a mut dyn Read,
    count: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

/// Scans UTF-8, of which the first `filled` bytes are in the buffer; `begun` is what reading them came to.
fn read_on(
    engine: &Engine,
    begun: (bool, io::Result<()>),
    mut filled: usize,
    input: &mut dyn Read,
    step: usize,
    scratch: &mut Scratch,
    mut each: impl FnMut(Sighting<'_>) -> ControlFlow<()>,
) -> Result<u64, StreamError> {
    let mut buffer = std::mem::take(&mut scratch.buffer);
    let mut matches = std::mem::take(&mut scratch.matches);
    let mut pending: Vec<Pending> = Vec::new();
    let mut lines = Lines::default();
    // Offset of the buffer's first byte; up to where in the buffer keywords were judged.
    let (mut base, mut judged) = (0, 0);
    let mut begun = Some(begun).filter(|(ended, _)| *ended);
    // The surroundings of whatever is judged are in the buffer too.
    let (before, after) = (engine.reach().before + BEFORE, engine.reach().after + LINE);
    let capacity = step.max(1) + before + after;
    let mut result = Ok(());
    loop {
        let (ended, outcome) = begun.take().unwrap_or_else(|| fill(input, &mut buffer, &mut filled, capacity));
        if let Err(error) = outcome {
            result = Err(StreamError { after: (base + filled) as u64, error });
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
                let location = cursor.locate(text, base, &found.secret);
                let secret = text[found.secret.clone()].to_vec();
                let is_kept = found.verdict == Verdict::Kept;
                let around = if is_kept { Surroundings::of(text, &found.secret) } else { Surroundings::default() };
                found.anchor += base;
                found.secret = found.secret.start + base..found.secret.end + base;
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
        let leaving = judged.saturating_sub(before);
        lines.advance(&buffer[..leaving]);
        buffer.copy_within(leaving..filled, 0);
        (base, filled, judged) = (base + leaving, filled - leaving, judged - leaving);
    }
    scratch.buffer = buffer;
    scratch.matches = matches;
    result.map(|()| (base + filled) as u64)
}

/// Reads until `capacity` bytes are in the buffer or the input ends; an input that fails has ended.
fn fill(input: &mut dyn Read, buffer: &mut Vec<u8>, filled: &mut usize, capacity: usize) -> (bool, io::Result<()>) {
    loop {
        if *filled >= capacity {
            return (false, Ok(()));
        }
        if buffer.len() == *filled || buffer.len() < FIRST {
            buffer.resize((buffer.len() * 2).clamp(FIRST.min(capacity), capacity), 0);
        }
        let end = buffer.len().min(capacity);
        match input.read(&mut buffer[*filled..end]) {
            Ok(0) => return (true, Ok(())),
            Ok(count) => *filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return (true, Err(error)),
        }
    }
}

/// Resolves overlaps, then passes on what ends before `settled`.
fn settle(
    engine: &Engine,
    pending: &mut Vec<Pending>,
    settled: usize,
    each: &mut impl FnMut(Sighting<'_>) -> ControlFlow<()>,
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
        each(Sighting { found: &one.found, location: one.location, secret: &one.secret, around: &one.around })
    })
}

impl AsRef<Match> for Pending {
    fn as_ref(&self) -> &Match {
        &self.found
    }
}
