//! What is not reported although it was found, and who said so.

use super::{Day, Finding};
use std::fmt;

/// What kind of exception it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The baseline knows the secret.
    Baseline,
    /// An entry of a `.stanchignore` file.
    Ignored,
    /// A comment on the line, or on the one before it.
    Inline,
    /// An `[[allow]]` of the configuration.
    Allowed,
    /// The configuration excludes the path (only in a history: a walk does not read it in the first place).
    Excluded,
    /// The configuration of a sub-tree switches the rule off there, or asks for more (only in a history, as above).
    Configured,
}

impl Cause {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Cause; 6] =
        [Cause::Baseline, Cause::Ignored, Cause::Inline, Cause::Allowed, Cause::Excluded, Cause::Configured];

    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Baseline => "baseline",
            Cause::Ignored => "ignored",
            Cause::Inline => "inline",
            Cause::Allowed => "allowed",
            Cause::Excluded => "excluded",
            Cause::Configured => "configured",
        }
    }
}

/// One exception: who says that something is not to be reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suppression {
    /// What kind it is.
    pub cause: Cause,
    /// Where it is written, as `FILE:LINE`; of an inline comment, the comment itself: it stands where the secret stands.
    pub place: String,
    /// Why, as whoever wrote it says.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<Day>,
}

impl fmt::Display for Suppression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Cause::Inline => write!(f, "allowed by the comment `{}`", self.place)?,
            Cause::Baseline => write!(f, "known to the baseline {}", self.place)?,
            cause => write!(f, "{} by {}", cause.as_str(), self.place)?,
        }
        if let Some(owner) = &self.owner {
            write!(f, ", owner {owner}")?;
        }
        if let Some(expires) = self.expires {
            write!(f, ", until {expires}")?;
        }
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

/// A secret that was found and is not reported, with those of its occurrences that one exception covers.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// What would have been reported.
    pub finding: Finding,
    /// Why it is not.
    pub by: Suppression,
}
