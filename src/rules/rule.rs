//! One rule, ready to be run.

use crate::model::{Confidence, ProofKind, Severity};
use std::borrow::Cow;

/// Text that is either compiled in or was read at run time.
pub type Text = Cow<'static, str>;

/// How a rule matches.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A regular expression around a keyword; the secret is its group `secret`, or the whole match.
    Pattern {
        /// The expression.
        pattern: Text,
        /// Whether every match begins with a keyword and a run of token characters, so that keywords are compared only where runs begin.
        by_run: bool,
        /// Whether the whole match is the secret.
        is_whole: bool,
        /// A byte that stands in every match.
        required: Option<u8>,
    },
    /// A value of a certain shape, assigned to a name that holds a keyword; the text is the shape, a regex for the secret alone.
    Near {
        /// The shape.
        body: Text,
        /// Whether it begins with a run of token characters, by which it is found; otherwise by its keywords.
        by_run: bool,
        /// The ASCII characters that it may begin with, as bits: most values are told by that.
        first: u128,
    },
    /// A value assigned to a name that holds a keyword; the judge decides.
    Names {
        /// Whether the value is found by a run of token characters in it, for names so common that to look for them everywhere would cost
        /// too much; otherwise by its keywords.
        by_run: bool,
    },
    /// By a lane of its own that sees whole texts, for rules of other tools: the engine only knows what they are called.
    Whole,
}

/// A literal that starts the search for a rule's match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The literal, at least three bytes; lower case when `ignore_case`.
    pub text: Text,
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
    /// How many bytes before the keyword's first byte decide about a match.
    pub before: u32,
    /// How many bytes after the keyword's last byte decide about a match.
    pub after: u32,
}

/// One kind of secret and how to see it. The fields are those of `docs/rules.md`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Stable identifier.
    pub id: Text,
    /// The file's stem; part of a finding's identity.
    pub family: Text,
    /// The provider's name, for people.
    pub provider: Text,
    /// What it finds, for people.
    pub name: Text,
    /// Whether it knows only a structure that all providers use (an address, a header), so that a provider's own rule wins.
    pub structural: bool,
    /// Whether the judge decides about its matches.
    pub judged: bool,
    /// How it matches.
    pub form: Form,
    /// What starts the search.
    pub keywords: Cow<'static, [Keyword]>,
    /// Least entropy of the secret, in bits a byte; 0 for no bound.
    pub entropy: f32,
    /// What can be proved of a match without asking anybody.
    pub proof: Option<ProofKind>,
    /// How bad it is when it is real.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where a person replaces such a secret.
    pub rotate: Option<Text>,
    /// Where the format is documented.
    pub references: Cow<'static, [Text]>,
    /// Templates on which the rule must fire.
    pub examples: Cow<'static, [Text]>,
    /// Templates on which it must not.
    pub counter_examples: Cow<'static, [Text]>,
}
