//! What a secret's own bytes prove.

use super::Moment;

/// The result of the offline check of a secret; empty when nothing was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proof {
    /// What proves the secret to be of its kind: `checksum` or `structure`.
    pub by: Option<&'static str>,
    /// Facts, in the order of their importance.
    pub facts: Vec<Fact>,
}

/// A fact that a secret states about itself, such as its account or its expiry. It never contains secret parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Name, in lower-case letters, digits and `_`.
    pub name: &'static str,
    /// Value.
    pub value: FactValue,
}

/// The value of a [`Fact`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactValue {
    /// A boolean.
    Is(bool),
    /// A number.
    Number(u64),
    /// A moment.
    Moment(Moment),
    /// Printable text of at most [`FactValue::MAX_TEXT_BYTES`] bytes.
    Text(String),
}

impl FactValue {
    /// Longest text of a fact, in bytes.
    pub const MAX_TEXT_BYTES: usize = 120;

    /// The text as a fact's value; `None` when it is empty, too long, or contains control characters.
    #[must_use]
    pub fn text(text: &str) -> Option<FactValue> {
        let is_plain = !text.is_empty() && text.len() <= Self::MAX_TEXT_BYTES && !text.chars().any(char::is_control);
        is_plain.then(|| FactValue::Text(text.to_owned()))
    }
}

impl Proof {
    /// Whether there is neither a proof nor a fact.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by.is_none() && self.facts.is_empty()
    }
}
