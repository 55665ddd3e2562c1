//! The stream: a scan whose input is copied, and written as far as it is decided.

use super::held::Held;
use super::json_line;
use super::label::Style;
use super::label::{Label, Numbers};
use super::spans::{Span, Unit, join};
use super::values::Known;
use crate::content::{TextView, recognise};
use crate::engine::{Engine, Event, Scratch, Sighting, StreamError, Verdict, scan, scan_settling};
use crate::model::Confidence;
use std::cell::RefCell;
use std::io::{self, ErrorKind, Read, Write};
use std::ops::ControlFlow;

/// So many bytes are taken in at once, beside what rules reach.
const STEP: usize = 256 << 10;
/// A longer line, in bytes, is not treated as JSON.
const MAX_JSON_LINE: usize = 8 << 20;
/// While the input pauses, a private key whose end has not come is held until so many bytes wait.
const MAX_OPEN_KEY: usize = 64 << 10;
/// So many bytes tell what the input is.
const HEAD: usize = 4 << 10;

/// How a stream is redacted.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How secrets are named.
    pub style: Style,
    /// Whether lines of JSON stay JSON.
    pub json_lines: bool,
    /// Matches of less confidence are left.
    pub confidence: Confidence,
    /// Bytes taken in at once, beside what rules reach; the result does not depend on it.
    pub step: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { style: Style::Masked, json_lines: false, confidence: Confidence::Medium, step: STEP }
    }
}

/// What came of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redacted {
    /// Places that were replaced.
    pub replaced: u64,
    /// Secrets that were recognised when a part of them had been written: their lines came with a pause between them.
    pub late: u64,
    /// What the input is when its bytes are another form of what it holds, such as `gzip`: what is inside was not seen.
    pub container: Option<&'static str>,
}

/// Why a stream was not redacted to its end.
#[derive(Debug, thiserror::Error)]
pub enum RedactError {
    /// The input cannot be read on. What was read is written.
    #[error("cannot be read on after {} bytes: {}", .0.after, .0.error)]
    Input(StreamError),
    /// The output takes no more.
    #[error("{0}")]
    Output(io::Error),
}

/// Copies `input` to `out`, with its secrets and the known values replaced. All other bytes are untouched.
///
/// An input that answers with [`ErrorKind::Interrupted`] pauses: complete lines are then decided by what is there, and `out` is flushed.
/// Without pauses the result is that of a scan of the whole input.
///
/// # Errors
/// Fails when the input cannot be read or the output cannot be written.
pub fn redact(
    engine: &Engine,
    input: &mut dyn Read,
    out: &mut dyn Write,
    known: &Known,
    options: Options,
) -> Result<Redacted, RedactError> {
    let state = RefCell::new(State {
        engine,
        known,
        options,
        out,
        scratch: Scratch::default(),
        head: Vec::new(),
        held: Held::default(),
        spans: Vec::new(),
        numbers: Numbers::default(),
        searched: 0,
        done: Vec::new(),
        has_news: false,
        is_plain: true,
        failure: None,
        count: Redacted { replaced: 0, late: 0, container: None },
    });
    let mut copying = Copying { input, state: &state };
    let result = scan_settling(engine, &mut copying, options.step, &mut Scratch::default(), |event| {
        let mut state = state.borrow_mut();
        match event {
            Event::Sighting(one) => state.sighting(&one),
            Event::Settled(at) => {
                state.done.retain(|(_, end)| *end > at);
                state.decide(at, Known::lookahead);
            }
        }
        if state.failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let mut state = state.into_inner();
    if state.failure.is_none() {
        state.finish();
    }
    match (state.failure, result) {
        (Some(error), _) => Err(RedactError::Output(error)),
        (None, Err(error)) => Err(RedactError::Input(error)),
        (None, Ok(_)) => Ok(state.count),
    }
}

/// The input, of which a copy is kept.
struct Copying<'r, 's, 'e> {
    input: &'r mut dyn Read,
    state: &'s RefCell<State<'e>>,
}

impl Read for Copying<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let answer = self.input.read(buffer);
        let mut state = self.state.borrow_mut();
        match &answer {
            Ok(count) => {
                let missing = HEAD - state.head.len();
                state.head.extend_from_slice(&buffer[..missing.min(*count)]);
                state.held.push(&buffer[..*count]);
                state.has_news = true;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => state.pause(),
            Err(_) => {}
        }
        if state.failure.is_some() { Err(ErrorKind::BrokenPipe.into()) } else { answer }
    }
}

struct State<'e> {
    engine: &'e Engine,
    known: &'e Known,
    options: Options,
    out: &'e mut dyn Write,
    scratch: Scratch,
    /// The input's first bytes.
    head: Vec<u8>,
    held: Held,
    /// Places that are not written yet.
    spans: Vec<Span>,
    numbers: Numbers,
    /// Offset up to which known values were looked for.
    searched: u64,
    /// Places that were replaced before the scan came to them.
    done: Vec<(u64, u64)>,
    /// Whether something came since the last pause.
    has_news: bool,
    /// Whether the input is text as it stands, as far as pauses looked.
    is_plain: bool,
    failure: Option<io::Error>,
    count: Redacted,
}

impl State<'_> {
    /// The place of a match, if it counts.
    fn span(&self, one: &Sighting<'_>, base: u64) -> Option<Span> {
        let counts = one.found.verdict == Verdict::Kept && one.found.confidence >= self.options.confidence;
        let rule = self.engine.rule(one.found);
        let (start, end) = (base + one.location.outer.start, base + one.location.outer.end);
        if !counts {
            return None;
        }
        let is_plain = one.location.outer.len() == one.location.view.len();
        let unit = if is_plain { Unit::Byte } else { Unit::of_wide(self.held.slice(start, end)) };
        Some(Span { start, end, label: Label::of(self.options.style, (&rule.id, &rule.family), one.secret), unit })
    }

    fn sighting(&mut self, one: &Sighting<'_>) {
        let Some(mut span) = self.span(one, 0) else { return };
        let written = self.held.written();
        if span.start < written {
            let is_done = |end: u64| self.done.iter().any(|done| done.0 <= span.start && end <= done.1);
            if is_done(span.end) {
                return;
            }
            self.count.late += u64::from(!is_done(written.min(span.end)));
            span.start = written;
        }
        if span.start < span.end {
            self.spans.push(span);
        }
    }

    /// Writes what is decided when all matches that begin before `bound` are known. Known values are looked for where as many bytes follow
    /// as `lookahead` says.
    fn decide(&mut self, bound: u64, lookahead: impl FnOnce(&Known) -> usize) {
        let end = self.held.end();
        let mut bound = bound.min(end.saturating_sub(lookahead(self.known) as u64));
        if bound <= self.held.written() {
            return;
        }
        self.find_values(bound);
        if self.options.json_lines {
            let open = self.held.slice(self.held.written(), bound);
            match memchr::memrchr(b'\n', open) {
                Some(at) => bound = self.held.written() + at as u64 + 1,
                None if open.len() < MAX_JSON_LINE => return,
                None => {}
            }
        } else if let Some(open) = self.spans.iter().find(|span| span.start < bound && bound < span.end) {
            bound = open.start;
        }
        self.write(bound);
    }

    fn find_values(&mut self, bound: u64) {
        if self.searched < bound {
            let (bytes, count) = (self.held.slice(self.searched, self.held.end()), (bound - self.searched) as usize);
            self.known.find(self.options.style, bytes, self.searched, count, &mut self.spans);
            self.searched = bound;
        }
        join(&mut self.spans);
    }

    fn finish(&mut self) {
        self.count.container = recognise(&self.head, None).map(|found| found.name());
        let end = self.held.end();
        self.find_values(end);
        self.write(end);
        if let Err(error) = self.out.flush() {
            self.failure.get_or_insert(error);
        }
    }

    /// Writes all before `bound`.
    fn write(&mut self, bound: u64) {
        let start = self.held.written();
        let first_open = self.spans.partition_point(|span| span.start < bound);
        let spans = &self.spans[..first_open];
        let region = self.held.slice(start, bound);
        let mut out = Vec::with_capacity(region.len());
        if self.options.json_lines {
            let mut at = start;
            for line in region.split_inclusive(|byte| *byte == b'\n') {
                let end = at + line.len() as u64;
                let spans: Vec<Span> = spans.iter().filter(|span| span.start < end && at < span.end).cloned().collect();
                if spans.is_empty() {
                    out.extend_from_slice(line);
                } else if let Some(replaced) = json_line::replace(line, at, &spans, &mut self.numbers) {
                    out.extend(replaced);
                } else {
                    plain(line, at, &spans, &mut self.numbers, &mut out);
                }
                at = end;
            }
        } else {
            plain(region, start, spans, &mut self.numbers, &mut out);
        }
        self.count.replaced += spans.iter().filter(|span| span.start >= start).count() as u64;
        self.done.extend(spans.iter().map(|span| (span.start, span.end)));
        self.spans.retain(|span| span.end > bound);
        self.held.write_to(bound);
        if let Err(error) = self.out.write_all(&out) {
            self.failure.get_or_insert(error);
        }
    }

    /// Decides complete lines by what is there.
    fn pause(&mut self) {
        if !std::mem::take(&mut self.has_news) || self.failure.is_some() {
            return;
        }
        let (written, context) = (self.held.written(), self.held.context());
        let Some(last) = memchr::memrchr(b'\n', self.held.unwritten()) else { return };
        let mut bound = written + last as u64 + 1;
        let text = self.held.slice(context, bound).to_vec();
        // What is not text as it stands waits for the scan, which decodes it.
        self.is_plain &= (written > 0 || TextView::plain_beginning(&text).is_some()) && !TextView::has_run(&text);
        if !self.is_plain {
            return;
        }
        if let Some(at) = open_key(self.held.slice(written, bound)) {
            bound = written + at as u64;
        }
        let (mut scratch, mut spans) = (std::mem::take(&mut self.scratch), Vec::new());
        // Reading from memory does not fail.
        let _ = scan(self.engine, &mut text.as_slice(), text.len(), &mut scratch, |one| {
            spans.extend(self.span(&one, context).filter(|span| written < span.end && span.start < bound));
            ControlFlow::Continue(())
        });
        self.scratch = scratch;
        self.spans.extend(spans.into_iter().map(|span| Span { start: span.start.max(written), ..span }));
        self.decide(bound, |known| if known.has_lines() { known.lookahead() } else { 0 });
        if let Err(error) = self.out.flush() {
            self.failure.get_or_insert(error);
        }
    }
}

/// Where the line begins on which a private key begins whose end is not there.
fn open_key(text: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(text, b"-----BEGIN ")?;
    let is_open = memchr::memmem::find(&text[at..], b"-----END ").is_none() && text.len() < MAX_OPEN_KEY;
    is_open.then(|| memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1))
}

/// Bytes with their secrets replaced; the first one is the input's byte `base`.
fn plain(bytes: &[u8], base: u64, spans: &[Span], numbers: &mut Numbers, out: &mut Vec<u8>) {
    let index = |at: u64| usize::try_from(at.saturating_sub(base)).unwrap_or(usize::MAX).min(bytes.len());
    let mut at = 0;
    for span in spans {
        let (start, end) = (index(span.start), index(span.end));
        out.extend_from_slice(&bytes[at..start.max(at)]);
        if end > at {
            out.extend(span.unit.encode(&numbers.text(&span.label)));
        }
        at = end.max(at);
    }
    out.extend_from_slice(&bytes[at..]);
}
