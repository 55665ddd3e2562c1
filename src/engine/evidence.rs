//! Evidence of encoded text in what the prefilter finds.

use super::index::Table;
use super::index::decoders::{ENTITIES, GZIP, KUBERNETES_SECRET, PERCENT, QUOTED_PRINTABLE};
use super::keywords::{FarAnchor, FarKind, Reach};
use super::prefilter;
use crate::content::decode::{self, Decoder};

/// The decoder with this number.
pub(super) fn decoder(number: u32) -> Decoder {
    match number {
        PERCENT => Decoder::Percent,
        ENTITIES => Decoder::Entities,
        QUOTED_PRINTABLE => Decoder::QuotedPrintable,
        GZIP => Decoder::Gzip,
        KUBERNETES_SECRET => Decoder::KubernetesSecret,
        _ => Decoder::Escapes,
    }
}

/// An anchor of which nothing is known yet.
pub(super) fn anchor(decoder: Decoder, start: usize) -> FarAnchor {
    FarAnchor { start, kind: FarKind::Encoded(decoder, Reach { before: 0, after: 0 }) }
}

/// Whether there is evidence at a run of at least 16 token characters.
#[inline(always)]
pub(super) fn is_evidence(heads: &Table, text: &[u8], run: usize) -> bool {
    decode::may_be_run(text, run) || escape_before(heads, text, run).is_some()
}

/// The anchors at a run.
pub(super) fn anchors(heads: &Table, text: &[u8], run: usize, mut each: impl FnMut(FarAnchor)) {
    if decode::may_be_run(text, run) {
        each(anchor(Decoder::Run, run));
    }
    if let Some(decoder) = escape_before(heads, text, run) {
        each(anchor(decoder, run - 1));
    }
}

/// The decoder of an escape before a run that reaches into it and has a prefix of a token behind it: without it the token would begin in the midst
/// of a word.
#[inline(always)]
fn escape_before(heads: &Table, text: &[u8], run: usize) -> Option<Decoder> {
    let before = text[run.checked_sub(1)?];
    if before != b'\\' && before != b'%' {
        return None;
    }
    let is_head = |behind: usize| prefilter::may_be_head(heads, text, run + behind);
    match before {
        b'%' => is_head(2).then_some(Decoder::Percent),
        _ => (is_head(1) || is_head(3) || is_head(5)).then_some(Decoder::Escapes),
    }
}

/// The anchor at an escape that ends before `at`, where a token begins: with its last character before it the token is in the midst of a word.
#[inline]
pub(super) fn before_token(text: &[u8], at: usize) -> Option<FarAnchor> {
    let is_word = at.checked_sub(1).is_some_and(|before| text[before].is_ascii_alphanumeric());
    let byte = |back: usize| at.checked_sub(back).map(|place| text[place]);
    // `\n`; `%3D`; `\x3d` and `\075`; `\u003d`.
    let escape = match (is_word, byte(2), byte(3), byte(4), byte(6)) {
        (false, ..) => return None,
        (_, Some(b'\\'), ..) => (Decoder::Escapes, 2),
        (_, _, Some(b'%'), ..) => (Decoder::Percent, 3),
        (_, _, _, Some(b'\\'), _) => (Decoder::Escapes, 4),
        (.., Some(b'\\')) => (Decoder::Escapes, 6),
        _ => return None,
    };
    Some(anchor(escape.0, at - escape.1))
}
