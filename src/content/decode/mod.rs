//! Decoders: what stands behind base64, hexadecimal digits, escapes and the like.
//!
//! Each is asked at an *anchor*, a place that the prefilter of the engine found evidence at, and says what is encoded around it. It looks at a
//! bounded part of the text and says which ([`Found::seen`]), so that a scan of parts of a text gives the answer of a scan of the whole. What
//! does not decode to text is no finding: noise in base64 stays noise.

mod base32;
mod base64;
mod encoded;
mod entities;
mod escaped;
mod escapes;
mod gzip;
mod hex;
mod kubernetes;
mod percent;
mod quoted_printable;
mod text;

pub use base64::decode as base64_bytes;
pub use encoded::{AFTER, BEFORE, Encoded, Found, MAX_SPAN};
pub use gzip::MAX_UNPACKED_BYTES;
pub use text::Step;

/// What an anchor is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decoder {
    /// A run of token characters that could be base64, base32 or hexadecimal digits.
    Run,
    /// `%XX`.
    Percent,
    /// `\uXXXX`, `\xXX`, octal digits behind a backslash, and the short escapes of JSON.
    Escapes,
    /// `&#N;`.
    Entities,
    /// The header that announces quoted-printable text.
    QuotedPrintable,
    /// gzip in base64.
    Gzip,
    /// The kind of a Kubernetes object: a Secret.
    KubernetesSecret,
}

/// Looks for what is encoded around an anchor.
#[must_use]
pub fn at(decoder: Decoder, text: &[u8], anchor: usize) -> Found {
    match decoder {
        Decoder::Run => run(text, anchor),
        Decoder::Percent => percent::at(text, anchor),
        Decoder::Escapes => escapes::at(text, anchor),
        Decoder::Entities => entities::at(text, anchor),
        Decoder::QuotedPrintable => quoted_printable::at(text, anchor),
        Decoder::Gzip => base64::at_gzip(text, anchor),
        Decoder::KubernetesSecret => kubernetes::at(text, anchor),
    }
}

/// By byte, what the alphabets say of it: base64 in the lowest bits, then hexadecimal digits, then base32.
const PLACES: [u16; 256] = {
    let mut places = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let [base64, hex, base32] = [base64::PLACES[byte], hex::PLACES[byte], base32::PLACES[byte]];
        places[byte] = base64 as u16 | (hex as u16) << HEX | (base32 as u16) << BASE32;
        byte += 1;
    }
    places
};
/// Bits of base64.
const HEX: u32 = 6;
/// Bits of base64 and of hexadecimal digits.
const BASE32: u32 = 8;

/// Whether the run of at least 16 token characters at `run` may be encoded text. It is asked of every run, so it looks twelve bytes up once, for
/// all alphabets, and has few branches; one run in some thousand that are not encoded passes.
#[inline(always)]
#[must_use]
pub fn may_be_run(text: &[u8], run: usize) -> bool {
    let Some(head) = text[run..].first_chunk::<12>() else { return false };
    let places = head.map(|byte| PLACES[usize::from(byte)]);
    base64::may_begin(|at| places[at], head)
        | hex::may_begin(|at| places[at] >> HEX)
        | base32::may_begin(|at| places[at] >> BASE32)
}

/// The first decoder whose alphabet the run is of and whose result is text.
fn run(text: &[u8], anchor: usize) -> Found {
    let mut found = Found { seen: anchor..anchor, encoded: Vec::new() };
    for decode in [hex::at, base32::at, base64::at] {
        let one = decode(text, anchor);
        found.seen = found.seen.start.min(one.seen.start)..found.seen.end.max(one.seen.end);
        if !one.encoded.is_empty() {
            found.encoded = one.encoded;
            break;
        }
    }
    found
}
