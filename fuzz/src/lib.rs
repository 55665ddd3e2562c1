//! What each fuzz target does with arbitrary bytes: a parser of bytes from outside reads them, without a panic, a hang or much memory, and what
//! it understands holds together.
//!
//! One target a parser. `fuzz_targets/` hands them to libFuzzer; `tests/fuzzed.rs` includes this file and feeds them valid inputs that it changes
//! at random, on a stable compiler. There is none for multi-pack indexes, bitmaps and commit graphs: no parser reads them.

pub mod content;
pub mod git;
pub mod outside;
pub mod texts;

/// A parser: its name, and what it is asked of arbitrary bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub fn all() -> impl Iterator<Item = Target> {
    [git::TARGETS, content::TARGETS, outside::TARGETS, texts::TARGETS].concat().into_iter()
}

/// Gives the bytes to the target of this name.
///
/// # Panics
/// When there is none, and when the target finds a fault.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = all().find(|(known, _)| *known == name).expect("a target");
    target(bytes);
}

/// The bytes as text, for parsers of texts: what is no UTF-8 is replaced.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The bytes cut in two, where the first byte says.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return (&[], &[]) };
    rest.split_at(rest.len() * usize::from(*first) / 256)
}
