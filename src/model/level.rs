//! How bad and how sure.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// How bad a finding is when it is real. Ordered from harmless to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Little can be done with it.
    Low,
    /// It opens something limited.
    Medium,
    /// It opens an account or a service.
    High,
    /// It opens what everything else stands on.
    Critical,
}

/// How sure a rule is that what it matched is a secret. Ordered from a guess to sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Worth a look; not shown by default.
    Low,
    /// More often right than not.
    Medium,
    /// A specific format.
    High,
}

/// A word that names no level.
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
