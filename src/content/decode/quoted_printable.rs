//! Quoted-printable (RFC 2045, section 6.7), which mail announces in a header.

use super::encoded::{Found, hex_byte};
use super::escaped::{Unescaped, decode};

/// So much of a body is decoded, in bytes.
const MAX_BODY: usize = 32 << 10;
/// A header's last line is no farther from it, in bytes.
const HEADERS: usize = 4 << 10;

/// The body behind the header that says so at `at`.
pub(super) fn at(text: &[u8], at: usize) -> Found {
    let most = text.len().min(at + HEADERS + MAX_BODY);
    let seen = at..most;
    let headers = &text[at..text.len().min(at + HEADERS)];
    let blank = [&b"\n\n"[..], b"\r\n\r\n"]
        .iter()
        .filter_map(|end| Some(memchr::memmem::find(headers, end)? + end.len()))
        .min();
    let Some(start) = blank.map(|blank| at + blank) else { return Found { seen, encoded: Vec::new() } };
    let most = text.len().min(start + MAX_BODY);
    // The next part of a mail of several parts begins with its boundary.
    let end = memchr::memmem::find(&text[start..most], b"\n--").map_or(most, |end| start + end);
    let escape = |bytes: &[u8]| match bytes {
        [b'=', b'\n', ..] => Some((Unescaped::Nothing, 2)),
        [b'=', b'\r', b'\n', ..] => Some((Unescaped::Nothing, 3)),
        [b'=', digits @ ..] => Some((Unescaped::Byte(hex_byte(digits)?), 3)),
        _ => None,
    };
    Found { seen, encoded: decode(text, start..end, "quoted-printable", escape).into_iter().collect() }
}
