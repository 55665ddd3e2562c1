//! What a secret's own bytes say about it.

use super::Moment;

/// What was found out about a secret without asking anybody. Empty when nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proof {
    /// What proves the secret to be of its kind: `checksum` or `structure`.
    pub by: Option<&'static str>,
    /// What else it says, in the order in which people want to know it.
    pub facts: Vec<Fact>,
}

/// Something that a secret says about itself: which account it belongs to, when it expires. Never a part of what makes it secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// What it is, as a name of small letters, digits and `_`.
    pub name: &'static str,
    /// How it is.
    pub value: FactValue,
}

/// The value of a [`Fact`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactValue {
    /// It is so, or not.
    Is(bool),
    /// A number.
    Number(u64),
    /// A moment.
    Moment(Moment),
    /// Some text of printable characters, not longer than [`FactValue::MAX_TEXT_BYTES`] bytes.
    Text(String),
}

impl FactValue {
    /// Longer texts, in bytes, are no facts.
    pub const MAX_TEXT_BYTES: usize = 120;

    /// The text as a fact's value; `None` when it is empty, too long, or has characters that a terminal would obey.
    #[must_use]
    pub fn text(text: &str) -> Option<FactValue> {
        let is_plain = !text.is_empty() && text.len() <= Self::MAX_TEXT_BYTES && !text.chars().any(char::is_control);
        is_plain.then(|| FactValue::Text(text.to_owned()))
    }
}

impl Proof {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by.is_none() && self.facts.is_empty()
    }
}
