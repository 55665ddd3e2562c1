//! Floor 4: how an outcome is written down. Formats only: no filtering, no deduplication, no policy.

mod exceptions;
mod human;
mod json;
mod path;
mod sarif;

mod destination;

pub use destination::Destination;

use crate::pipeline::Outcome;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// A report's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a line: findings, problems, skips, and a summary last.
    Jsonl,
    /// SARIF 2.1.0, as code hosts read it.
    Sarif,
}

impl Format {
    /// The names of all formats.
    pub const NAMES: [&'static str; 4] = ["human", "json", "jsonl", "sarif"];
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Format, String> {
        match name {
            "human" => Ok(Format::Human),
            "json" => Ok(Format::Json),
            "jsonl" => Ok(Format::Jsonl),
            "sarif" => Ok(Format::Sarif),
            _ => Err(format!("`{name}` is none of {}", Format::NAMES.join(", "))),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Sarif => "sarif",
        })
    }
}

/// How a report looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Show secrets in full.
    pub show_secrets: bool,
    /// Use colour (human only).
    pub color: bool,
    /// List what is suppressed (human only).
    pub explain: bool,
}

/// Writes the outcome in the given format.
///
/// # Errors
/// When `out` fails.
pub fn write(format: Format, outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(outcome, options, out),
        Format::Json => json::write(outcome, options, out),
        Format::Jsonl => json::write_lines(outcome, options, out),
        Format::Sarif => sarif::write(outcome, options, out),
    }
}
