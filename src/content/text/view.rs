//! The text of an input: what rules look at.

use super::Offsets;
use super::form::{Beginning, Form, RUN_BYTES, SNIFFED_BYTES, first_run, first_short_run};
use super::transcoder::{Because, Decoded, decode};
use std::borrow::Cow;
use std::io::{self, ErrorKind, Read};

/// An input as UTF-8.
///
/// Plain text, which nearly all is, is read where it is wanted and is not copied. What it is, and where another encoding begins or ends, depends on
/// the input's bytes alone, not on how they arrive; but an input that is read in parts must be read through one view.
#[derive(Debug, Default)]
pub struct TextView {
    mode: Mode,
    /// Read, and not yet in the text.
    raw: Vec<u8>,
    has_ended: bool,
    failure: Option<io::Error>,
    read: u64,
    offsets: Offsets,
}

/// What the bytes are that come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// The beginning of the input.
    #[default]
    Beginning,
    /// Text as it stands.
    Plain {
        /// Whether the input has shown to be of another encoding, so that little tells that it goes on in that.
        is_wide: bool,
    },
    /// Units of two or four bytes.
    Wide(Form, Because),
}

/// So many units show that an input which is known to be wide goes on so.
const SHORT_RUN: usize = 4;
/// So many bytes are read first: most inputs are no longer, and a buffer grows only for those that are.
const FIRST: usize = 64 << 10;
/// So many bytes are decoded at once.
const PORTION: usize = 64 << 10;

impl TextView {
    /// A view of an input of which nothing has been read.
    #[must_use]
    pub fn new() -> TextView {
        TextView::default()
    }

    /// Reads until at least `capacity` bytes of text are in the buffer, of which `filled` are, or the input ends. Returns whether it has ended,
    /// and how: an input that fails has ended, and what was read before is in the buffer.
    pub fn fill(
        &mut self,
        input: &mut dyn Read,
        buffer: &mut Vec<u8>,
        filled: &mut usize,
        capacity: usize,
    ) -> (bool, io::Result<()>) {
        while *filled < capacity {
            match self.mode {
                Mode::Wide(form, because) => self.decode((form, because), input, buffer, filled),
                Mode::Beginning | Mode::Plain { .. } => self.pass(input, buffer, filled, capacity),
            }
            if self.has_ended && self.raw.is_empty() {
                return (true, self.failure.take().map_or(Ok(()), Err));
            }
        }
        (false, Ok(()))
    }

    /// How many bytes of the input have been read.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Where in the input the byte of the text at `at` came from.
    #[must_use]
    pub fn outer(&self, at: usize) -> u64 {
        self.offsets.outer(at)
    }

    /// Forgets what is only needed for offsets of the text before `at`.
    pub fn forget_before(&mut self, at: usize) {
        self.offsets.forget_before(at);
    }

    /// All bytes of an input as text, with what leads from there back to the bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> (Cow<'_, [u8]>, Offsets) {
        if let Some(mark) = TextView::plain_after(bytes) {
            let mut offsets = Offsets::default();
            offsets.skip(mark);
            return (Cow::Borrowed(&bytes[mark..]), offsets);
        }
        let (mut view, mut text, mut filled, mut input) = (TextView::new(), Vec::new(), 0, bytes);
        // Reading from memory does not fail.
        let _ = view.fill(&mut input, &mut text, &mut filled, usize::MAX - RUN_BYTES);
        text.truncate(filled);
        (Cow::Owned(text), view.offsets)
    }

    /// How many bytes a mark takes before an input that is text as it stands behind it; `None` when something of it must be decoded.
    #[must_use]
    pub fn plain_after(bytes: &[u8]) -> Option<usize> {
        TextView::plain_beginning(bytes).filter(|mark| !TextView::has_run(&bytes[*mark..]))
    }

    /// The same by the input's beginning alone: see [`TextView::has_run`].
    #[must_use]
    pub fn plain_beginning(bytes: &[u8]) -> Option<usize> {
        let Beginning { mark, form } = Beginning::of(&bytes[..bytes.len().min(SNIFFED_BYTES)]);
        form.is_none().then_some(mark)
    }

    /// Whether something in the midst of a text must be decoded. A place where that begins is recognized by the bytes from there on, at most
    /// [`TextView::REACH`].
    #[must_use]
    pub fn has_run(bytes: &[u8]) -> bool {
        first_run(bytes, bytes.len()).is_some()
    }

    /// How many bytes show that something must be decoded.
    pub const REACH: usize = RUN_BYTES;

    /// Reads text as it stands into the buffer, up to where another encoding begins.
    fn pass(&mut self, input: &mut dyn Read, buffer: &mut Vec<u8>, filled: &mut usize, capacity: usize) {
        let start = *filled;
        let mut end = start + self.raw.len();
        if buffer.len() < end {
            buffer.resize(end, 0);
        }
        buffer[start..end].copy_from_slice(&self.raw);
        self.raw.clear();
        let is_beginning = self.mode == Mode::Beginning;
        let wanted = if is_beginning { capacity.max(start + SNIFFED_BYTES) } else { capacity };
        self.read_into(input, buffer, &mut end, wanted + RUN_BYTES);
        if is_beginning {
            let head = &buffer[start..end];
            let Beginning { mark, form } = Beginning::of(&head[..head.len().min(SNIFFED_BYTES)]);
            self.offsets.skip(mark);
            if let Some(form) = form {
                self.raw.extend_from_slice(&head[mark..]);
                self.mode = Mode::Wide(form, Because::Beginning);
                return;
            }
            if mark > 0 {
                buffer.copy_within(start + mark..end, start);
                end -= mark;
            }
            self.mode = Mode::Plain { is_wide: false };
        }
        let is_wide = self.mode == Mode::Plain { is_wide: true };
        let bytes = &buffer[start..end];
        let decided = if self.has_ended { bytes.len() } else { bytes.len() - RUN_BYTES.min(bytes.len()) };
        let run = if is_wide { first_short_run(bytes, SHORT_RUN, decided) } else { first_run(bytes, decided) };
        let taken = run.map_or(decided, |(at, _)| at);
        if let Some((_, form)) = run {
            self.mode = Mode::Wide(form, if is_wide { Because::Beginning } else { Because::Run });
        }
        self.raw.extend_from_slice(&bytes[taken..]);
        self.offsets.plain(taken);
        *filled += taken;
    }

    /// Decodes another portion into the buffer.
    fn decode(&mut self, of: (Form, Because), input: &mut dyn Read, buffer: &mut Vec<u8>, filled: &mut usize) {
        let mut raw = std::mem::take(&mut self.raw);
        let mut end = raw.len();
        let wanted = PORTION.max(end + 1);
        self.read_into(input, &mut raw, &mut end, wanted);
        raw.truncate(end);
        buffer.truncate(*filled);
        let Decoded { taken, has_ended } = decode(of, &raw, self.has_ended, buffer, &mut self.offsets);
        *filled = buffer.len();
        if has_ended {
            self.mode = Mode::Plain { is_wide: of.1 == Because::Beginning };
        }
        raw.drain(..taken);
        self.raw = raw;
    }

    /// Reads on until `wanted` bytes are in the buffer, of which `filled` are, or the input ends.
    fn read_into(&mut self, input: &mut dyn Read, buffer: &mut Vec<u8>, filled: &mut usize, wanted: usize) {
        while !self.has_ended && *filled < wanted {
            if buffer.len() == *filled || buffer.len() < FIRST {
                buffer.resize((buffer.len() * 2).clamp(FIRST.min(wanted), wanted), 0);
            }
            let end = buffer.len().min(wanted);
            match input.read(&mut buffer[*filled..end]) {
                Ok(0) => self.has_ended = true,
                Ok(count) => {
                    *filled += count;
                    self.read += count as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.has_ended = true;
                    self.failure = Some(error);
                }
            }
        }
    }
}

/// Reads an input's text.
pub struct TextReader<R> {
    view: TextView,
    input: R,
    text: Vec<u8>,
    filled: usize,
    taken: usize,
}

impl<R: Read> TextReader<R> {
    /// A reader of the text of `input`.
    pub fn new(input: R) -> TextReader<R> {
        TextReader { view: TextView::new(), input, text: Vec::new(), filled: 0, taken: 0 }
    }
}

impl<R: Read> Read for TextReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.filled {
            (self.taken, self.filled) = (0, 0);
            self.view.fill(&mut self.input, &mut self.text, &mut self.filled, PORTION).1?;
        }
        let count = (&self.text[self.taken..self.filled]).read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}
