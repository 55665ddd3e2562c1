//! Features of the classifier: about a hundred numbers on a name, its value and the surrounding text.
//!
//! All features are local: they use the line within [`REACH`]. No path is used, and nothing is learned from the individual letters of a
//! value: the labelled data has random letters in place of typed words, so only the shape, the words and the randomness of a value count.
//!
//! Most candidates can be rejected quickly, so the features come in two parts: those from the name, the value's bytes and the operator, and
//! then those that need word lists.

mod around;
mod name;
mod syntax;
mod value;

use super::split::Words;
use crate::engine::assignment::Assignment;

/// Bytes before the name and after the value that features may use.
pub const REACH: usize = 128;

/// The feature values of a candidate; [`names`] lists their names.
pub type Features = Vec<f32>;

/// Receives feature values with their names.
pub(super) trait Out {
    fn put(&mut self, name: &str, value: f32);

    fn is(&mut self, name: &str, value: bool) {
        self.put(name, f32::from(u8::from(value)));
    }

    /// Number of features.
    fn count(&mut self, name: &str, value: impl TryInto<u16>) {
        self.put(name, f32::from(value.try_into().unwrap_or(u16::MAX)));
    }
}

/// Collects the values.
impl Out for Features {
    fn put(&mut self, _: &str, value: f32) {
        self.push(value);
    }
}

/// Collects the names.
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

/// The second part of the features.
pub(super) fn rest(text: &[u8], found: &Assignment, words: &Words, out: &mut impl Out) {
    value::put_rest(&text[found.value.clone()], words, out);
    around::put(text, found, out);
}

/// The names of the features in order, and the number of features in the first part.
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
