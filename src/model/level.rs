//! Severity and confidence.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Severity of a real secret, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Grants little access.
    Low,
    /// Grants limited access.
    Medium,
    /// Grants access to an account or a service.
    High,
    /// Grants access to infrastructure that others depend on.
    Critical,
}

/// Confidence that a match is a secret, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Possible; not reported by default.
    Low,
    /// More likely a secret than not.
    Medium,
    /// The match has a specific format.
    High,
}

/// An unknown level.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{word}` is not one of {choices}")]
pub struct UnknownLevel {
    word: String,
    choices: &'static str,
}

impl Severity {
    /// The word used in rules, flags and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }
}

impl Confidence {
    /// The word used in rules, flags and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl FromStr for Severity {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Severity, UnknownLevel> {
        match word {
            "low" => Ok(Severity::Low),
            "medium" => Ok(Severity::Medium),
            "high" => Ok(Severity::High),
            "critical" => Ok(Severity::Critical),
            _ => Err(UnknownLevel { word: word.to_owned(), choices: "critical, high, medium, low" }),
        }
    }
}

impl FromStr for Confidence {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Confidence, UnknownLevel> {
        match word {
            "low" => Ok(Confidence::Low),
            "medium" => Ok(Confidence::Medium),
            "high" => Ok(Confidence::High),
            _ => Err(UnknownLevel { word: word.to_owned(), choices: "high, medium, low" }),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
