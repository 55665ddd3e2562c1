//! What the judge looks at: some hundred numbers about a name, its value and what stands around them.
//!
//! Everything is local: the line as far as [`REACH`] goes. Nothing is a path, and nothing is learned from which letters a value has: the
//! labelled data has random letters where people had typed words, so only the shape of a value counts, its words and its randomness.
//!
//! Most candidates are none at first sight, so the features come in two parts: first what a look at the name, at the value's bytes and at
//! what stands between them tells, and then what it takes lists of words to tell.

mod around;
mod name;
mod syntax;
mod value;

use super::split::Words;
use crate::engine::assignment::Assignment;

/// How far before the name and behind the value the judge looks, in bytes.
pub const REACH: usize = 128;

/// Numbers about a candidate; [`names`] says what each is.
pub type Features = Vec<f32>;

/// Takes numbers, each with its name.
pub(super) trait Out {
    fn put(&mut self, name: &str, value: f32);

    fn is(&mut self, name: &str, value: bool) {
        self.put(name, f32::from(u8::from(value)));
    }

    /// How many.
    fn count(&mut self, name: &str, value: impl TryInto<u16>) {
        self.put(name, f32::from(value.try_into().unwrap_or(u16::MAX)));
    }
}

/// Keeps the numbers.
impl Out for Features {
    fn put(&mut self, _: &str, value: f32) {
        self.push(value);
    }
}

/// Keeps what they are called.
impl Out for Vec<String> {
    fn put(&mut self, name: &str, _: f32) {
        self.push(name.to_owned());
    }
}

/// The features of an assignment.
#[must_use]
pub fn of(text: &[u8], found: &Assignment) -> Features {
    let (words, mut out) = (Words::of(&text[found.name.clone()]), Features::new());
    first(text, found, &words, &mut out);
    rest(text, found, &words, &mut out);
    out
}

/// The first part of the features of an assignment, to a name of these words.
pub(super) fn first(text: &[u8], found: &Assignment, words: &Words, out: &mut impl Out) {
    name::put(&text[found.name.clone()], words, out);
    value::put_first(&text[found.value.clone()], out);
    syntax::put(text, found, out);
}

/// The rest of them.
pub(super) fn rest(text: &[u8], found: &Assignment, words: &Words, out: &mut impl Out) {
    value::put_rest(&text[found.value.clone()], words, out);
    around::put(text, found, out);
}

/// What each feature is called, in their order, and how many are in the first part.
#[must_use]
pub fn names() -> (Vec<String>, usize) {
    let text = b"a_b = \"c\"";
    let (mut names, mut count) = (Vec::new(), 0);
    if let Some(found) = Assignment::parse(text, 0..3) {
        let words = Words::of(&text[found.name.clone()]);
        first(text, &found, &words, &mut names);
        count = names.len();
        rest(text, &found, &words, &mut names);
    }
    (names, count)
}
