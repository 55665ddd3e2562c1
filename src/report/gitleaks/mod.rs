//! gitleaks' own JSON, CSV, SARIF and JUnit, for programs that read them: its field names, an entry for each place
//! (<https://github.com/gitleaks/gitleaks#readme>, read 2026-11-24).
//!
//! Secrets are masked unless the user asks for them, and so is the whole match, which may contain another secret. `Email` and `Message`
//! stay empty: addresses and messages do not belong in reports.

pub(super) mod junit;
pub(super) mod sarif;

use super::Options;
use super::calendar::moment;
use super::csv::Field;
use super::path::host_path;
use crate::compat::gitleaks::entropy;
use crate::model::Outcome;
use crate::model::{Finding, Location, Occurrence};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

/// What these reports need beside an outcome.
#[derive(Clone, Debug, Default)]
pub struct GitleaksLook {
    /// The tags of rules, by id.
    pub tags: Arc<BTreeMap<String, Vec<String>>>,
    /// How much of a secret is shown, in percent of its length.
    pub shown: u8,
    /// All rules that were looked for, with their descriptions; empty for those that found something.
    pub rules: Arc<BTreeMap<String, String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row<'r> {
    #[serde(rename = "RuleID")]
    rule_id: &'r str,
    description: &'r str,
    start_line: u64,
    end_line: u64,
    start_column: u64,
    end_column: u64,
    r#match: String,
    secret: String,
    file: String,
    symlink_file: &'r str,
    commit: &'r str,
    entropy: f32,
    author: &'r str,
    email: &'r str,
    date: String,
    message: &'r str,
    tags: &'r [String],
    fingerprint: String,
}

pub(super) fn write_json(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut separator = "[";
    for row in rows(outcome, options) {
        out.write_all(separator.as_bytes())?;
        out.write_all(b"\n ")?;
        let mut text = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
        row.serialize(&mut serde_json::Serializer::with_formatter(&mut text, formatter))?;
        // One level deeper: the list is written by hand, so that a long one is never whole in memory.
        out.write_all(String::from_utf8_lossy(&text).replace('\n', "\n ").as_bytes())?;
        separator = ",";
    }
    out.write_all(if separator == "[" { b"[]\n" } else { b"\n]\n" })
}

pub(super) fn write_csv(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    const COLUMNS: &str = "RuleID,Commit,File,SymlinkFile,Secret,Match,StartLine,EndLine,StartColumn,EndColumn,Author,Message,Date,Email,\
                           Fingerprint,Tags";
    writeln!(out, "{COLUMNS}")?;
    for row in rows(outcome, options) {
        let (secret, matched, file, author) =
            (Field(&row.secret), Field(&row.r#match), Field(&row.file), Field(row.author));
        write!(out, "{},{},{file},,{secret},{matched},", Field(row.rule_id), row.commit)?;
        write!(out, "{},{},{},{},", row.start_line, row.end_line, row.start_column, row.end_column)?;
        writeln!(out, "{author},,{},,{},{}", row.date, Field(&row.fingerprint), Field(&row.tags.join(" ")))?;
    }
    Ok(())
}

fn rows<'r>(outcome: &'r Outcome, options: &'r Options) -> impl Iterator<Item = Row<'r>> {
    let of =
        move |finding: &'r Finding| finding.occurrences.iter().map(move |occurrence| row(finding, occurrence, options));
    outcome.findings.iter().flat_map(of)
}

fn row<'r>(finding: &'r Finding, occurrence: &'r Occurrence, options: &'r Options) -> Row<'r> {
    let secret = String::from_utf8_lossy(finding.secret.expose());
    let matched = occurrence.matched.as_deref();
    let text = matched.map_or(secret.clone(), |matched| String::from_utf8_lossy(matched.text.expose()));
    let Location { start, end, .. } = matched.map_or(occurrence.location, |matched| matched.location);
    let file = host_path(&occurrence.origin, options).unwrap_or_default().into_owned();
    let commit = occurrence.origin.commit().unwrap_or_default();
    let by = finding
        .history_of(&occurrence.origin)
        .and_then(|history| history.introduced.as_ref().or(history.came_before.as_ref()));
    let by = by.filter(|by| *by.id == *commit);
    let rule = finding.rule.as_str();
    // What is found by its path alone stands on no line.
    let on_line = |number: u64| if finding.secret.is_empty() { 0 } else { number };
    let place = format!("{file}:{rule}:{}", on_line(start.line));
    Row {
        rule_id: rule,
        description: &finding.name,
        start_line: on_line(start.line),
        end_line: on_line(end.line),
        start_column: on_line(start.column),
        // The last character, not the one behind it.
        end_column: on_line(end.column.saturating_sub(1).max(1)),
        r#match: if finding.secret.is_empty() { format!("file detected: {file}") } else { masked(&text, options) },
        secret: masked(&secret, options),
        symlink_file: "",
        commit,
        entropy: entropy(finding.secret.expose()) as f32,
        author: by.map_or("", |by| &by.author),
        email: "",
        date: by.map_or_else(String::new, |by| format!("{}Z", moment(by.time))),
        message: "",
        tags: options.gitleaks.tags.get(rule).map_or(&[], Vec::as_slice),
        fingerprint: if commit.is_empty() { place } else { format!("{commit}:{place}") },
        file,
    }
}

/// A secret as `--redact` asks for it: `REDACTED`, its beginning with dots, or all of it.
fn masked(text: &str, options: &Options) -> String {
    let shown = usize::from(if options.show_secrets { 100 } else { options.gitleaks.shown.min(100) });
    if text.is_empty() || shown == 100 {
        return text.to_owned();
    }
    let count = text.chars().count() * shown / 100;
    if count == 0 { "REDACTED".to_owned() } else { format!("{}...", text.chars().take(count).collect::<String>()) }
}
