//! Hands the ledger on: to programs, to tables, and to trackers of tickets. Always masked.

use super::show::life_json;
use super::{LedgerOptions, day, days, failed, line, written};
use crate::commands::{Exit, Failure};
use crate::ledger::lives::{Filter, Life, Lives};
use serde_json::{Value, json};
use std::io::Write;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One document.
    Json,
    /// A row a secret.
    Csv,
    /// A JSON line an issue, as GitHub's API takes it (<https://docs.github.com/rest/issues/issues#create-an-issue>, read 2026-12-01).
    Github,
    /// The same for GitLab's (<https://docs.gitlab.com/api/issues/#new-issue>, read 2026-12-01).
    Gitlab,
    /// Jira's import of CSV (<https://support.atlassian.com/jira-cloud-administration/docs/import-data-from-a-csv-file/>, read 2026-12-01).
    Jira,
}

/// Exports secrets.
///
/// # Errors
/// Fails when the ledger or the output does.
pub fn ledger_export(
    ledger: &LedgerOptions,
    format: ExportFormat,
    filter: &Filter,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let (lives, now) = (ledger.open()?, ledger.now());
    let all = lives.list(filter).map_err(failed)?;
    match format {
        ExportFormat::Json => {
            let all = all.iter().map(|life| life_json(&lives, life, now)).collect::<Result<Vec<Value>, Failure>>()?;
            serde_json::to_writer_pretty(&mut *out, &json!({"schema": 1, "secrets": all}))
                .map_err(|error| Failure::of_output(error.into()))?;
            line(out, "")?;
        }
        ExportFormat::Csv => table(&lives, &all, now, out)?,
        ExportFormat::Github | ExportFormat::Gitlab => {
            let body = if format == ExportFormat::Github { "body" } else { "description" };
            for life in &all {
                let labels = json!(["secret", life.severity.as_str(), life.state.as_str()]);
                let text = ticket(&lives, life, now)?;
                line(out, &json!({"title": title(life), body: text, "labels": labels}).to_string())?;
            }
        }
        ExportFormat::Jira => {
            line(out, "Summary,Description,Priority,Labels,Assignee")?;
            for life in &all {
                let priority = match life.severity.as_str() {
                    "critical" => "Highest",
                    "high" => "High",
                    "medium" => "Medium",
                    _ => "Low",
                };
                let cells = [
                    title(life),
                    ticket(&lives, life, now)?,
                    priority.to_owned(),
                    format!("secret {}", life.state),
                    life.owner.clone().unwrap_or_default(),
                ];
                row(&cells, out)?;
            }
        }
    }
    Ok(Exit::Clean)
}

fn title(life: &Life) -> String {
    format!("Rotate the leaked {} {} ({})", life.name, life.masked, life.id)
}

/// What a ticket says.
fn ticket(lives: &Lives, life: &Life, now: i64) -> Result<String, Failure> {
    let mut text = format!(
        "{} of severity {}, {} since {}. First seen {}, exposed for {}.\n",
        life.name,
        life.severity,
        life.state,
        day(life.state_since),
        day(life.first_seen),
        days(life.exposure(now))
    );
    if let Some(rotate) = &life.rotate {
        text.push_str(&format!("\nRotate it at {rotate}, then `stanch ledger set revoked {}`.\n", life.id));
    }
    text.push_str("\nPlaces:\n");
    for place in lives.places(life).map_err(failed)?.iter().filter(|place| place.gone_at.is_none()).take(20) {
        text.push_str(&format!("- `{}`: `{}:{}`\n", place.surface_name, place.place, place.line));
    }
    Ok(text)
}

fn table(lives: &Lives, all: &[Life], now: i64, out: &mut dyn Write) -> Result<(), Failure> {
    line(
        out,
        "id,severity,state,state_since,rule,family,name,secret,first_commit,first_seen,last_seen,revoked,exposed_days,reopened,owner,reason,expires,places",
    )?;
    for life in all {
        let optional = |moment: Option<i64>| moment.map(day).unwrap_or_default();
        let cells = [
            life.id.clone(),
            life.severity.to_string(),
            life.state.to_string(),
            day(life.state_since),
            life.rule.clone(),
            life.family.clone(),
            life.name.clone(),
            life.masked.clone(),
            optional(life.first_commit),
            day(life.first_seen),
            day(life.last_seen),
            optional(life.revoked_at),
            (life.exposure(now) / super::DAY).to_string(),
            life.reopened.to_string(),
            life.owner.clone().unwrap_or_default(),
            life.reason.clone().unwrap_or_default(),
            life.expires.map(|day| day.to_string()).unwrap_or_default(),
            lives.places(life).map_err(failed)?.len().to_string(),
        ];
        row(&cells, out)?;
    }
    Ok(())
}

/// A row of CSV. Spreadsheets compute what begins like a formula, so such a cell begins with an apostrophe
/// (<https://owasp.org/www-community/attacks/CSV_Injection>, read 2026-12-01).
fn row(cells: &[String], out: &mut dyn Write) -> Result<(), Failure> {
    let cell = |text: &String| {
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let text = if is_formula { format!("'{text}") } else { text.clone() };
        if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    written(writeln!(out, "{}", cells.iter().map(cell).collect::<Vec<_>>().join(",")))
}
