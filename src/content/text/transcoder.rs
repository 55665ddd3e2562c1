//! Decodes units of two or four bytes into UTF-8, and says where their text ends.

use super::Offsets;
use super::form::{Form, is_ascii};

/// Why bytes are taken for text with wide units, which decides where that text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Because {
    /// The input begins with a mark, or like such a text throughout: it holds letters of every script, and ends where plain ASCII stands.
    Beginning,
    /// A run of ASCII stands in the midst of other bytes: it ends with the last of its characters.
    Run,
}

/// What [`decode`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// So many bytes were decoded.
    pub(super) taken: usize,
    /// Whether the wide text ends there. If not, more bytes are needed to go on.
    pub(super) has_ended: bool,
}

/// So many units of UTF-16, whose two bytes are both ASCII text, are plain text. Ideographs are such units too, about one in four: as many
/// as these, one after the other, are one place in some hundred thousand.
const PLAIN_UNITS: usize = 8;
/// So many units that are ASCII text in another encoding are of that.
const OTHER_UNITS: usize = 8;
/// So many characters that are not ASCII may stand between two that are, in a run.
const LETTERS: usize = 3;
/// Bytes that [`decode`] wants to see behind a unit.
const AHEAD: usize = 32;

/// Decodes the beginning of `raw` and appends it to `text`; `is_end` says that nothing follows `raw`. What is no valid unit becomes U+FFFD.
pub(super) fn decode(
    (form, because): (Form, Because),
    raw: &[u8],
    is_end: bool,
    text: &mut Vec<u8>,
    offsets: &mut Offsets,
) -> Decoded {
    let width = form.width();
    let mut taken = 0;
    // Before this place no plain text begins.
    let mut wide_until = 0;
    loop {
        let rest = &raw[taken..];
        if rest.len() < width + AHEAD && !is_end {
            return Decoded { taken, has_ended: false };
        }
        if rest.len() < width {
            if !rest.is_empty() {
                push(char::REPLACEMENT_CHARACTER, rest.len(), text, offsets);
            }
            return Decoded { taken: raw.len(), has_ended: true };
        }
        if taken >= wide_until && width == 2 {
            let plain = plain_units(rest);
            if plain == PLAIN_UNITS {
                return Decoded { taken, has_ended: true };
            }
            wide_until = taken + (plain + 1) * width;
        }
        let is_other = |other: &Form| *other != form && other.ascii_units(rest, 0, OTHER_UNITS) == OTHER_UNITS;
        // The first half of a longer unit may look like a whole one, with a zero behind it.
        let is_half = || rest.get(width..2 * width).is_some_and(|next| form.unit(next) == 0);
        if (!form.is_ascii_at(rest, 0) || is_half()) && Form::ALL.iter().any(is_other) {
            return Decoded { taken, has_ended: true };
        }
        let (decoded, size) = character(form, rest);
        let goes_on = match (because, decoded) {
            (Because::Beginning, None) => width == 2,
            (Because::Beginning, Some(_)) => true,
            (Because::Run, _) => goes_on(form, rest),
        };
        if !goes_on {
            return Decoded { taken, has_ended: true };
        }
        push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER), size, text, offsets);
        taken += size;
    }
}

/// How many units stand here whose two bytes are both ASCII text; at most [`PLAIN_UNITS`] are counted.
fn plain_units(bytes: &[u8]) -> usize {
    let is_plain = |unit: &[u8]| unit.iter().all(|byte| is_ascii(u32::from(*byte)));
    bytes.chunks_exact(2).take(PLAIN_UNITS).take_while(|unit| is_plain(unit)).count()
}

/// The character that the bytes begin with, and its size in bytes.
fn character(form: Form, bytes: &[u8]) -> (Option<char>, usize) {
    let width = form.width();
    let unit = form.unit(bytes);
    if width == 2 && (0xD800..0xDC00).contains(&unit) {
        let low = bytes.get(2..4).map(|low| form.unit(low)).filter(|low| (0xDC00..0xE000).contains(low));
        return match low {
            Some(low) => (char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)), 4),
            None => (None, 2),
        };
    }
    (char::from_u32(unit), width)
}

/// Whether a run goes on with the unit here: it is ASCII, or a few letters of other scripts with ASCII behind them.
fn goes_on(form: Form, bytes: &[u8]) -> bool {
    for unit in bytes.chunks_exact(form.width()).take(LETTERS + 1) {
        let unit = form.unit(unit);
        if is_ascii(unit) {
            return true;
        }
        if unit < 0xA0 || char::from_u32(unit).is_none() {
            return false;
        }
    }
    false
}

fn push(c: char, size: usize, text: &mut Vec<u8>, offsets: &mut Offsets) {
    let mut utf8 = [0; 4];
    let utf8 = c.encode_utf8(&mut utf8).as_bytes();
    text.extend_from_slice(utf8);
    offsets.push((utf8.len() as u8, size as u8), 1);
}
