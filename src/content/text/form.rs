//! Encodings with units of two or four bytes, and how text in them is told from other bytes.
//!
//! ASCII in such an encoding alternates with zero bytes. Such a *run* is what text is recognized by, because plain text has no zero bytes
//! and binary data rarely repeats the pattern. Whether a run begins at a place depends on the bytes from that place on, so that the answer
//! is the same however an input is cut.

/// An encoding that hides ASCII between zero bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Utf16Little,
    Utf16Big,
    Utf32Little,
    Utf32Big,
}

/// What the beginning of an input says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beginning {
    /// How many bytes the byte-order mark takes.
    pub(super) mark: usize,
    /// The encoding behind the mark; `None` when bytes are text as they stand.
    pub(super) form: Option<Form>,
}

/// A run of so many units is text wherever it stands. Shorter ones stand in binaries as tables and names.
pub(super) const RUN: usize = 24;
/// Bytes of the longest run that must be seen to recognize it.
pub(super) const RUN_BYTES: usize = RUN * 4;
/// So many bytes of an input without a mark are looked at to see whether it is a text throughout.
pub(super) const SNIFFED_BYTES: usize = 4096;
/// Fewer units than this say too little.
const LEAST_UNITS: usize = 8;

impl Form {
    pub(super) const ALL: [Form; 4] = [Form::Utf16Little, Form::Utf16Big, Form::Utf32Little, Form::Utf32Big];

    /// Bytes of a unit.
    pub(super) fn width(self) -> usize {
        match self {
            Form::Utf16Little | Form::Utf16Big => 2,
            Form::Utf32Little | Form::Utf32Big => 4,
        }
    }

    /// The value of the unit that `bytes` begins with.
    pub(super) fn unit(self, bytes: &[u8]) -> u32 {
        match self {
            Form::Utf16Little => u32::from(u16::from_le_bytes([bytes[0], bytes[1]])),
            Form::Utf16Big => u32::from(u16::from_be_bytes([bytes[0], bytes[1]])),
            Form::Utf32Little => u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            Form::Utf32Big => u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
        }
    }

    /// Whether a whole unit that is a character of ASCII text begins here.
    pub(super) fn is_ascii_at(self, bytes: &[u8], at: usize) -> bool {
        bytes.get(at..at + self.width()).is_some_and(|unit| is_ascii(self.unit(unit)))
    }

    /// How many units of ASCII text stand here, one after the other; at most `most` are counted.
    pub(super) fn ascii_units(self, bytes: &[u8], at: usize, most: usize) -> usize {
        (0..most).take_while(|count| self.is_ascii_at(bytes, at + count * self.width())).count()
    }

    /// Whether nine units in ten are ASCII and not one is zero. Tables of small numbers fail on the first condition, C strings and padded
    /// records on the second.
    fn is_mostly_ascii(self, head: &[u8]) -> bool {
        let units = head[..head.len().min(SNIFFED_BYTES)].chunks_exact(self.width());
        let total = units.len();
        // Plain text has no zero bytes at all: its first ones spare it the count.
        if total < LEAST_UNITS || !units.clone().take(2).any(|unit| is_ascii(self.unit(unit))) {
            return false;
        }
        let ascii = units.clone().filter(|unit| is_ascii(self.unit(unit))).count();
        ascii * 10 >= total * 9 && units.clone().all(|unit| self.unit(unit) != 0)
    }
}

impl Beginning {
    /// Reads the beginning of an input: all of a short one, at least [`SNIFFED_BYTES`] of a longer one.
    pub(super) fn of(head: &[u8]) -> Beginning {
        let (mark, form) = match head {
            [0xEF, 0xBB, 0xBF, ..] => (3, None),
            [0xFF, 0xFE, 0, 0, ..] => (4, Some(Form::Utf32Little)),
            [0, 0, 0xFE, 0xFF, ..] => (4, Some(Form::Utf32Big)),
            [0xFF, 0xFE, ..] => (2, Some(Form::Utf16Little)),
            [0xFE, 0xFF, ..] => (2, Some(Form::Utf16Big)),
            _ => (0, Form::ALL.into_iter().find(|form| form.is_mostly_ascii(head))),
        };
        Beginning { mark, form }
    }
}

/// Whether a unit is a character of ASCII that stands in texts.
pub(super) fn is_ascii(unit: u32) -> bool {
    matches!(unit, 0x20..=0x7E | 0x09 | 0x0D | 0x0A)
}

/// The first run of at least [`RUN`] units that begins before `limit`, with its encoding. Of a run that two encodings could have, which are
/// of different byte order, the one that begins first.
///
/// A run has zero bytes, which plain text has not: so the first one is looked for, and nothing before it. From there on sixteen bytes in every
/// thirty-two are looked at: a run is longer, so some of them lie inside it.
pub(super) fn first_run(bytes: &[u8], limit: usize) -> Option<(usize, Form)> {
    const STRIDE: usize = 32;
    const BLOCK: usize = 16;
    const { assert!(RUN * 2 >= STRIDE + BLOCK) };
    /// The bytes with an odd offset, in memory order.
    const ODD: u128 = u128::from_le_bytes([0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF]);
    // A run that begins before the limit has a block inside it that ends no later than this.
    let end = bytes.len().min(limit + STRIDE + BLOCK);
    // A block without a zero byte is in no run.
    let first = memchr::memchr(0, &bytes[..end])? / STRIDE * STRIDE;
    bytes[first..end].chunks(STRIDE).enumerate().find_map(|(index, chunk)| {
        let word = u128::from_le_bytes(*chunk.first_chunk::<BLOCK>()?);
        let alternates = (word & ODD == 0) | (word & !ODD == 0);
        (alternates && word != 0).then(|| run_around(bytes, first + index * STRIDE, limit)).flatten()
    })
}

/// The run around the block at `block`.
fn run_around(bytes: &[u8], block: usize, limit: usize) -> Option<(usize, Form)> {
    let runs = Form::ALL.into_iter().flat_map(|form| {
        let width = form.width();
        (block..block + width).filter_map(move |phase| {
            if !form.is_ascii_at(bytes, phase) {
                return None;
            }
            let mut start = phase;
            while start >= width && form.is_ascii_at(bytes, start - width) {
                start -= width;
            }
            (start < limit && form.ascii_units(bytes, start, RUN) == RUN).then_some((start, form))
        })
    });
    let run = runs.min_by_key(|(start, _)| *start)?;
    Some(behind_line_end(bytes, run, RUN, limit))
}

/// A run in the other byte order, where it begins behind the end of a line that this one begins with: the end of a plain line and the zero bytes of
/// the text behind it look like a unit, too.
fn behind_line_end(bytes: &[u8], run: (usize, Form), units: usize, limit: usize) -> (usize, Form) {
    let (start, form) = run;
    let other = match form {
        Form::Utf16Little => Form::Utf16Big,
        Form::Utf32Little => Form::Utf32Big,
        Form::Utf16Big | Form::Utf32Big => return run,
    };
    let is_other = bytes[start] == b'\n' && start + 1 < limit && other.ascii_units(bytes, start + 1, units) == units;
    if is_other { (start + 1, other) } else { run }
}

/// The first place before `limit` where at least `units` units of ASCII text stand, with their encoding: for inputs that are known to have
/// such text, where less is enough.
pub(super) fn first_short_run(bytes: &[u8], units: usize, limit: usize) -> Option<(usize, Form)> {
    let run = (0..limit.min(bytes.len())).find_map(|at| {
        Form::ALL.into_iter().find(|form| form.ascii_units(bytes, at, units) == units).map(|form| (at, form))
    })?;
    Some(behind_line_end(bytes, run, units, limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn encode(text: &str, form: Form) -> Vec<u8> {
        match form {
            Form::Utf16Little => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Form::Utf16Big => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Form::Utf32Little => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            Form::Utf32Big => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        }
    }

    #[test]
    fn tells_encodings_by_their_beginning() {
        let text = "password = \"hello, world\"\r\n";
        assert_eq!(Beginning::of(text.as_bytes()), Beginning { mark: 0, form: None });
        assert_eq!(Beginning::of(b"\xEF\xBB\xBFabc"), Beginning { mark: 3, form: None });
        assert_eq!(Beginning::of(b"\xFF\xFEa\0"), Beginning { mark: 2, form: Some(Form::Utf16Little) });
        assert_eq!(Beginning::of(b"\xFF\xFE\0\0a\0\0\0"), Beginning { mark: 4, form: Some(Form::Utf32Little) });
        assert_eq!(Beginning::of(b""), Beginning { mark: 0, form: None });
        for form in Form::ALL {
            assert_eq!(Beginning::of(&encode(text, form)).form, Some(form));
            let text = "\u{20AC} is the currency; password = 1\r\n";
            assert_eq!(Beginning::of(&encode(text, form)).form, Some(form));
        }
        // An array of small 16-bit numbers, an ELF header: binary, not text.
        assert_eq!(Beginning::of(&[1, 0].repeat(100)).form, None);
        assert_eq!(Beginning::of(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0").form, None);
    }

    #[test]
    fn takes_no_binary_for_text() {
        let strings: Vec<u8> = b"key\0value\0".repeat(50);
        let records: Vec<u8> = [b'a', 0, b'b', 0, b'c', 0, b'd', 0, 0, 0].repeat(50);
        let numbers: Vec<u8> = (0..2000_u16).filter(|at| at % 20 != 7).flat_map(u16::to_le_bytes).collect();
        for bytes in [strings, records, b"a\0b\0".to_vec(), vec![0; 500]] {
            assert_eq!(Beginning::of(&bytes).form, None, "{:?}", &bytes[..bytes.len().min(12)]);
            assert_eq!(first_run(&bytes, bytes.len()), None);
        }
        assert_eq!(Beginning::of(&numbers).form, None);
    }

    proptest! {
        #[test]
        fn a_run_is_found_wherever_it_stands(
            before in prop::collection::vec(1..=255_u8, 0..150),
            text in "[ -~]{20,60}",
            after in prop::collection::vec(1..=255_u8, 0..80),
            at in 0..4_usize,
            limit in 0..300_usize,
        ) {
            let form = Form::ALL[at];
            let bytes = [before.clone(), encode(&text, form), after].concat();
            let naive = first_short_run(&bytes, RUN, limit);
            prop_assert_eq!(first_run(&bytes, limit), naive);
            if text.len() > RUN {
                prop_assert!(first_run(&bytes, bytes.len()).is_some());
            }
        }

        #[test]
        fn the_search_is_that_of_every_place(
            pieces in prop::collection::vec((prop::collection::vec(0..3_u8, 0..30), "[ab]{0,30}", 0..4_usize), 0..12),
        ) {
            let bytes: Vec<u8> =
                pieces.iter().flat_map(|(noise, text, at)| [noise.clone(), encode(text, Form::ALL[*at])].concat()).collect();
            let naive = first_short_run(&bytes, RUN, bytes.len());
            prop_assert_eq!(first_run(&bytes, bytes.len()).map(|(start, _)| start), naive.map(|(start, _)| start));
        }
    }
}
