//! Floor 5: report formats, one per file: no filtering, no deduplication, no policy.
//!
//! Reports are streamed: a report with any number of findings takes no more memory than one with a few. For hosts with limits, findings are
//! written worst first and cut off, and the report states how many were dropped. Untrusted texts (paths, authors, errors of the system) are
//! escaped.

mod blocked;
mod calendar;
mod conceal;
mod csv;
mod dashboard;
mod destination;
mod details;
mod escape;
mod exceptions;
mod exposure_json;
mod facts;
mod github;
mod gitlab;
mod gitleaks;
mod host;
mod html;
mod human;
mod json;
mod junit;
mod lines;
mod markdown;
mod order;
mod path;
mod phrase;
mod pipe;
mod sarif;
mod template;

pub use blocked::{Blocked, Subject};
pub use conceal::{NameMask, conceal, conceal_names};
pub use dashboard::write_dashboard;
pub use destination::Destination;
pub use details::write_details;
pub use facts::told;
pub use gitleaks::GitleaksLook;
pub use pipe::PipeWriter;
pub use template::{Template, TemplateError};

use crate::model::Outcome;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

/// The JSON schema of the JSON report. A test holds reports against it.
pub const JSON_SCHEMA: &str = include_str!("report.schema.json");

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
    /// GitLab's secret-detection report.
    Gitlab,
    /// Annotations of GitHub Actions.
    Github,
    /// JUnit XML.
    Junit,
    /// A table for spreadsheets.
    Csv,
    /// A summary for a pull request.
    Markdown,
    /// One page for a browser.
    Html,
    /// gitleaks' JSON.
    GitleaksJson,
    /// gitleaks' CSV.
    GitleaksCsv,
    /// gitleaks' SARIF.
    GitleaksSarif,
    /// gitleaks' JUnit XML.
    GitleaksJunit,
    /// A user's own template.
    Template,
    /// A place a line, as compilers write it.
    Lines,
}

impl Format {
    /// All formats with their names.
    const ALL: [(Format, &'static str); 16] = [
        (Format::Human, "human"),
        (Format::Json, "json"),
        (Format::Jsonl, "jsonl"),
        (Format::Sarif, "sarif"),
        (Format::Gitlab, "gitlab"),
        (Format::Github, "github"),
        (Format::Junit, "junit"),
        (Format::Csv, "csv"),
        (Format::Markdown, "markdown"),
        (Format::Html, "html"),
        (Format::GitleaksJson, "gitleaks-json"),
        (Format::GitleaksCsv, "gitleaks-csv"),
        (Format::GitleaksSarif, "gitleaks-sarif"),
        (Format::GitleaksJunit, "gitleaks-junit"),
        (Format::Template, "template"),
        (Format::Lines, "lines"),
    ];

    /// The names of all formats.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Format::ALL.iter().map(|(_, name)| *name)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        let known = Format::ALL.iter().find(|(_, name)| *name == text);
        known.map(|(format, _)| *format).ok_or_else(|| {
            format!("`{text}` is no format; there are {}", Format::names().collect::<Vec<_>>().join(", "))
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, name) = Format::ALL[*self as usize];
        f.pad(name)
    }
}

/// Options of reports.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Show secrets in full.
    pub show_secrets: bool,
    /// Use colour (human only).
    pub color: bool,
    /// When the scan ended, in seconds since 1970 (UTC).
    pub finished: i64,
    /// The absolute directory to which code hosts take paths as relative.
    pub base: PathBuf,
    /// The way from the top of the repository that holds `base` to `base`; empty at the top, or outside of repositories.
    pub below_top: PathBuf,
    /// The category of a SARIF run (`automationDetails.id`); none when the host sets it.
    pub sarif_category: Option<String>,
    /// The commit whose files were scanned, in hexadecimal, where the host says it.
    pub commit: Option<String>,
    /// The template of [`Format::Template`].
    pub template: Option<Template>,
    /// List suppressed findings (human and SARIF only).
    pub explain: bool,
    /// Write findings and what was not read, and nothing else (human only).
    pub quiet: bool,
    /// Data for gitleaks' formats.
    pub gitleaks: GitleaksLook,
}

/// Writes the outcome in the given format.
///
/// # Errors
/// Fails when `out` fails, or a template does.
pub fn write(format: Format, outcome: &Arc<Outcome>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(outcome, options, out),
        Format::Json => json::write(outcome, options, out),
        Format::Jsonl => json::write_lines(outcome, options, out),
        Format::Sarif => sarif::write(outcome, options, out),
        Format::Gitlab => gitlab::write(outcome, options, out),
        Format::Github => github::write(outcome, options, out),
        Format::Junit => junit::write(outcome, options, out),
        Format::Csv => csv::write(outcome, options, out),
        Format::Markdown => markdown::write(outcome, options, out),
        Format::Html => html::write(outcome, options, out),
        Format::GitleaksJson => gitleaks::write_json(outcome, options, out),
        Format::GitleaksCsv => gitleaks::write_csv(outcome, options, out),
        Format::GitleaksSarif => gitleaks::sarif::write(outcome, options, out),
        Format::GitleaksJunit => gitleaks::junit::write(outcome, options, out),
        Format::Template => template::write(outcome, options, out),
        Format::Lines => lines::write(outcome, options, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_own_name() {
        for (at, (format, name)) in Format::ALL.iter().enumerate() {
            assert_eq!(*format as usize, at);
            assert_eq!((format.to_string().as_str(), name.parse()), (*name, Ok(*format)));
        }
    }
}
