//! Whether decoded bytes are text, or hold some.

use super::gzip;
use crate::content::TextView;
use std::borrow::Cow;
use std::ops::Range;

/// A decoder's name, and the bytes that it was given: the first one's are in the text, the others' in what the one before made of it.
pub type Step = (&'static str, Range<usize>);

/// Text out of decoded bytes.
pub(super) struct Unpacked {
    pub(super) text: Vec<u8>,
    /// Whether the text's bytes are the decoded ones.
    pub(super) is_same: bool,
}

/// The text that decoded bytes begin with, at least `least` bytes of it; gzip is unpacked first, and UTF-16 becomes UTF-8. The steps that it
/// takes are added to `by`.
pub(super) fn unpack(bytes: Vec<u8>, by: &mut Vec<Step>, least: usize) -> Option<Unpacked> {
    let (bytes, is_packed) = if gzip::is_packed(&bytes) {
        by.push(("gzip", 0..bytes.len()));
        (gzip::unpack(&bytes), true)
    } else {
        (bytes, false)
    };
    let (mut text, is_same) = match TextView::of(&bytes) {
        (Cow::Owned(text), _) => (text, false),
        (Cow::Borrowed(text), _) if text.len() < bytes.len() => (text.to_vec(), false),
        _ => (bytes, !is_packed),
    };
    let end = text_prefix(&text);
    text.truncate(end);
    (end >= least).then_some(Unpacked { text, is_same })
}

/// How many bytes at the beginning are text: UTF-8 without control characters but those that stand in texts.
pub(super) fn text_prefix(bytes: &[u8]) -> usize {
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
    let end = bytes.iter().position(is_control).unwrap_or(bytes.len());
    match std::str::from_utf8(&bytes[..end]) {
        Ok(_) => end,
        Err(error) => error.valid_up_to(),
    }
}
