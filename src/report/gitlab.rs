//! GitLab's secret-detection report (`artifacts:reports:secret_detection`).
//!
//! Schema 15.0.7 (<https://gitlab.com/gitlab-org/security-products/security-report-schemas>) and its meaning
//! (<https://docs.gitlab.com/development/integrations/secure/>), both read 2026-11-24. GitLab identifies a vulnerability by its first
//! identifier and a tracking signature, or without one by file and lines (`lib/gitlab/ci/parsers/security/common.rb`, read
//! 2026-11-24): the signature here is the secret's, so a vulnerability survives moved lines.

use super::Options;
use super::calendar::moment;
use super::escape::printable;
use super::order::{ReportedOccurrence, worst_first};
use super::path::host_name;
use super::phrase::{advice, shown, told};
use crate::model::Outcome;
use crate::model::{Finding, Severity};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const VERSION: &str = "15.0.7";
/// GitLab rejects a report with more vulnerabilities than this
/// (<https://gitlab.com/gitlab-org/security-products/dast/-/merge_requests/573>, read 2026-11-24).
const MOST_VULNERABILITIES: usize = 100_000;
/// The most problems that are named.
const MOST_NAMED: usize = 100;
/// What stands for the commit when files were scanned and not a history: the schema wants one.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";
/// Lengths that the schema allows, in characters.
const LONGEST_NAME: usize = 255;

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut places = worst_first(outcome);
    let all = places.len();
    places.truncate(MOST_VULNERABILITIES);
    write!(out, r#"{{"version":"{VERSION}","scan":{},"vulnerabilities":["#, scan(outcome, options, all))?;
    for (at, place) in places.into_iter().enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        vulnerability(place, options, out)?;
    }
    writeln!(out, "]}}")
}

fn scan(outcome: &Outcome, options: &Options, all: usize) -> Value {
    let analyzer = json!({
        "id": "stanch",
        "name": "stanch",
        "url": "https://crates.io/crates/stanch",
        "vendor": {"name": "stanch"},
        "version": env!("CARGO_PKG_VERSION"),
    });
    let warning = |text: String| json!({"level": "warn", "value": text});
    let mut messages: Vec<Value> = outcome
        .problems
        .iter()
        .take(MOST_NAMED)
        .map(|problem| warning(format!("not read: {}", printable(&problem.to_string()))))
        .collect();
    if outcome.problems.len() > MOST_NAMED {
        messages.push(warning(format!("not read: {} more", outcome.problems.len() - MOST_NAMED)));
    }
    if all > MOST_VULNERABILITIES {
        let dropped = all - MOST_VULNERABILITIES;
        messages.push(warning(format!(
            "{dropped} of {all} vulnerabilities, the least severe, are left out: GitLab takes {MOST_VULNERABILITIES}"
        )));
    }
    let elapsed = i64::try_from(outcome.stats.elapsed.as_secs()).unwrap_or_default();
    json!({
        "analyzer": analyzer,
        "scanner": analyzer,
        "type": "secret_detection",
        "start_time": moment(options.finished - elapsed),
        "end_time": moment(options.finished),
        "status": if outcome.is_complete() { "success" } else { "failure" },
        "messages": messages,
    })
}

/// A vulnerability of the schema. Typed and not a `Value`: there may be many.
#[derive(Serialize)]
struct Vulnerability<'a> {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    solution: String,
    identifiers: [Identifier<'a>; 2],
    links: Vec<Link<'a>>,
    location: Site<'a>,
    tracking: Tracking<'a>,
    details: Details,
}

#[derive(Serialize)]
struct Identifier<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
}

#[derive(Serialize)]
struct Link<'a> {
    name: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Site<'a> {
    file: &'a str,
    start_line: u64,
    end_line: u64,
    commit: Commit<'a>,
}

#[derive(Serialize)]
struct Commit<'a> {
    sha: &'a str,
}

#[derive(Serialize)]
struct Tracking<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    items: [Tracked<'a>; 1],
}

#[derive(Serialize)]
struct Tracked<'a> {
    file: &'a str,
    start_line: u64,
    end_line: u64,
    signatures: [Signature<'a>; 1],
}

#[derive(Serialize)]
struct Signature<'a> {
    algorithm: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct Details {
    fingerprint: Detail,
}

#[derive(Serialize)]
struct Detail {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    value: String,
}

fn vulnerability(place: ReportedOccurrence<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ReportedOccurrence { finding, occurrence, ordinal } = place;
    let file = host_name(&occurrence.origin, options);
    let (start_line, end_line) = (occurrence.location.start.line, occurrence.location.end.line);
    let sha = occurrence.origin.commit().or(options.commit.as_deref()).unwrap_or(NO_COMMIT);
    let fingerprint = finding.fingerprint.to_string();
    let identity = format!("{fingerprint}:{file}:{ordinal}");
    let rule = finding.rule.as_str();
    let signature = Signature { algorithm: "hash", value: &identity };
    let vulnerability = Vulnerability {
        id: uuid(&format!("{identity}:{sha}")),
        name: finding.name.chars().take(LONGEST_NAME).collect(),
        description: description(finding, options),
        severity: severity(finding.severity),
        solution: advice(finding),
        identifiers: [
            Identifier { kind: "stanch_rule_id", name: format!("stanch rule {rule}"), value: rule, url: None },
            Identifier {
                kind: "cwe",
                name: "CWE-798".to_owned(),
                value: "798",
                url: Some("https://cwe.mitre.org/data/definitions/798.html"),
            },
        ],
        links: links(finding),
        location: Site { file: &file, start_line, end_line, commit: Commit { sha } },
        tracking: Tracking {
            kind: "source",
            items: [Tracked { file: &file, start_line, end_line, signatures: [signature] }],
        },
        details: Details { fingerprint: Detail { kind: "text", name: "Fingerprint", value: fingerprint } },
    };
    Ok(serde_json::to_writer(out, &vulnerability)?)
}

fn description(finding: &Finding, options: &Options) -> String {
    let secret = printable(&shown(finding, options));
    let secret = if secret.contains('`') { escape_markdown(&secret) } else { format!("`{secret}`") };
    let mut text = format!("{} ({secret}), confidence {}.", escape_markdown(&finding.name), finding.confidence);
    for history in told(finding) {
        text += &escape_markdown(&printable(&format!(" Introduced {history}.")));
    }
    text
}

fn links(finding: &Finding) -> Vec<Link<'_>> {
    let rotate = finding.rotate.iter().map(|address| ("Rotate it", address));
    let references = finding.references.iter().map(|address| ("Documentation", address));
    // The schema takes web addresses only; a user's rule may name anything.
    let is_web = |address: &str| address.starts_with("https://") || address.starts_with("http://");
    let all = rotate.chain(references).filter(|(_, address)| is_web(address));
    all.map(|(name, url)| Link { name, url }).collect()
}

/// GitLab renders descriptions as Markdown.
fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '!' | '#' | '@' | '|' | '~' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    }
}

/// A UUID of version 8 (RFC 9562: the bits are ours) that is the same in every scan.
fn uuid(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_have_their_form() {
        let id = uuid("x");
        assert_eq!(id.len(), 36);
        assert_eq!((&id[14..15], &id[8..9]), ("8", "-"));
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"));
    }
}
