//! Suppressions: found secrets that are not reported, with the cause.

use super::{Day, Finding};
use std::fmt;

/// Kind of exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The baseline lists the secret.
    Baseline,
    /// An entry of a `.stanchignore` file.
    Ignored,
    /// A comment on the line, or on the line before.
    Inline,
    /// An `[[allow]]` of the configuration.
    Allowed,
    /// The configuration excludes the path. Only in a history: a tree scan does not read the file.
    Excluded,
    /// The configuration of a sub-tree disables the rule or has a higher threshold. Only in a history, as above.
    Configured,
}

impl Cause {
    /// All causes, in the order of reports.
    pub const ALL: [Cause; 6] =
        [Cause::Baseline, Cause::Ignored, Cause::Inline, Cause::Allowed, Cause::Excluded, Cause::Configured];

    /// Its name in reports.
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

/// An exception that suppresses a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suppression {
    /// Kind of exception.
    pub cause: Cause,
    /// Location as `FILE:LINE`; for an inline comment the comment itself, because it is next to the secret.
    pub place: String,
    /// Reason given by its author.
    pub reason: Option<String>,
    /// Who is responsible for it.
    pub owner: Option<String>,
    /// Last day on which it applies.
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

/// A suppressed finding, with the occurrences that one exception covers.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// The exception.
    pub by: Suppression,
}
