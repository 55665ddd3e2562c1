//! Quoted-printable (RFC 2045, section 6.7), which mail announces in a header.

use super::encoded::{Found, hex_byte};
use super::escaped::{Unescaped, decode};
use memchr::memmem;
use std::ops::Range;

/// So much of a body is decoded, in bytes.
const MAX_BODY: usize = 32 << 10;
/// A header's last line is no farther from it, in bytes.
const HEADERS: usize = 4 << 10;

/// What the header says.
const NAME: &[u8] = b"quoted-printable";

/// Where a range says so first.
fn next(text: &[u8], range: Range<usize>) -> Option<usize> {
    // Its case is ignored; of its letters `q` is the rarest.
    let inside = &text[range.start.min(range.end)..range.end];
    let is_name = |at: &usize| inside[*at..].get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    memchr::memchr2_iter(b'q', b'Q', inside).find(is_name).map(|at| range.start + at)
}

/// Where the first empty line of a range ends.
fn blank(text: &[u8], range: Range<usize>) -> Option<usize> {
    let ends = [&b"\n\n"[..], b"\r\n\r\n"];
    ends.iter().filter_map(|end| Some(range.start + memmem::find(&text[range.clone()], end)? + end.len())).min()
}

/// The body behind the header that says so at `at`.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let seen = at..text.len().min(at + HEADERS + MAX_BODY + HEADERS);
    // Where the same is said again before the body, that is where it is asked.
    let again = next(text, at + 1..text.len().min(at + HEADERS)).unwrap_or(text.len().min(at + HEADERS));
    let Some(start) = blank(text, at..again) else { return Found { seen, encoded: Vec::new() } };
    let most = text.len().min(start + MAX_BODY);
    // The next part of a mail of several parts begins with its boundary, or else behind its own headers.
    let mut end = memmem::find(&text[start..most], b"\n--").map_or(most, |end| start + end);
    let mut from = start;
    while let Some(part) = next(text, from..end) {
        end = blank(text, part..text.len().min(part + HEADERS)).map_or(end, |blank| end.min(blank));
        from = part + 1;
    }
    let escape = |bytes: &[u8]| match bytes {
        [b'=', b'\n', ..] => Some((Unescaped::Nothing, 2)),
        [b'=', b'\r', b'\n', ..] => Some((Unescaped::Nothing, 3)),
        [b'=', digits @ ..] => Some((Unescaped::Byte(hex_byte(digits)?), 3)),
        _ => None,
    };
    Found { seen, encoded: decode(text, start..end, "quoted-printable", escape).into_iter().collect() }
}
