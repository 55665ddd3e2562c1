//! A rule, ready to be run.

use crate::model::{Confidence, ProofKind, Severity};
use std::borrow::Cow;

/// Text that is compiled in or was read at run time.
pub type Text = Cow<'static, str>;

/// How a rule matches.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A regex around a keyword. The secret is its group `secret`, or the whole match.
    Pattern {
        /// The regex.
        pattern: Text,
        /// Whether every match begins with a keyword and a run of token characters, so that keywords are compared only where runs begin.
        by_run: bool,
        /// Whether the whole match is the secret.
        is_whole: bool,
        /// A byte that occurs in every match.
        required: Option<u8>,
    },
    /// A value of a given form, assigned to a name that contains a keyword.
    Near {
        /// The form: a regex for the secret alone.
        body: Text,
        /// Whether the value begins with a run of token characters, by which it is found; otherwise its keywords are searched.
        by_run: bool,
        /// ASCII characters that the value can begin with, as bits: a cheap test that rejects most values.
        first: u128,
    },
    /// A value assigned to a name that contains a keyword; the classifier decides.
    Names {
        /// Whether the value is found by a run of token characters in it. This serves names so common that a search for them would cost too
        /// much; otherwise its keywords are searched.
        by_run: bool,
    },
    /// A rule of another scanner, run by a detector on whole texts. The engine only knows its id.
    Whole,
}

/// A literal that starts the search for a rule's match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The literal, at least three bytes; lower case when `ignore_case`.
    pub text: Text,
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
    /// Number of bytes before the keyword that can affect a match.
    pub before: u32,
    /// Number of bytes after the keyword that can affect a match.
    pub after: u32,
}

/// A kind of secret and how to find it. `docs/rules.md` describes the fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Stable identifier.
    pub id: Text,
    /// Stem of the rule file; part of a finding's identity.
    pub family: Text,
    /// Name of the provider, for reports.
    pub provider: Text,
    /// Name of the kind of secret, for reports.
    pub name: Text,
    /// Whether it matches a structure that many providers share (a URL, a header), so that a provider's own rule takes precedence.
    pub structural: bool,
    /// Whether its matches are encoded: what a decoder finds in one is reported in its place.
    pub encoded: bool,
    /// Whether the classifier decides about its matches.
    pub judged: bool,
    /// What the judge is told that the value is assigned to, where the text has no name for it, or one in another language.
    pub judged_as: Option<Text>,
    /// How it matches.
    pub form: Form,
    /// Literals that start the search.
    pub keywords: Cow<'static, [Keyword]>,
    /// Lowest entropy of the secret, in bits a byte; 0 for no bound.
    pub entropy: f32,
    /// The offline check of its matches.
    pub proof: Option<ProofKind>,
    /// Severity of a real secret of this kind.
    pub severity: Severity,
    /// Confidence in its matches.
    pub confidence: Confidence,
    /// URL where such a secret can be replaced.
    pub rotate: Option<Text>,
    /// URLs that document the format.
    pub references: Cow<'static, [Text]>,
    /// Templates on which the rule must match.
    pub examples: Cow<'static, [Text]>,
    /// Templates on which it must not match.
    pub counter_examples: Cow<'static, [Text]>,
}
