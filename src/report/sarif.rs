//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>, read 2026-11-23), as code hosts accept it.
//!
//! One result an occurrence, because hosts show a result at its first location only. The worst come first and the number is capped,
//! because GitHub refuses more than 25,000 results a run and keeps the first 5,000
//! (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>, read
//! 2026-11-23); what was dropped is said.

use super::Options;
use super::escape::printable;
use super::facts::Facts;
use super::order::{ReportedOccurrence, worst_first};
use super::path::uri;
use super::phrase::{advice, shown};
use crate::model::{
    Cause, Confidence, Finding, Fingerprint, Outcome, Outer, ScannedRepository, Severity, Step, Suppressed, Suppression,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;

/// The most results that a run may have on GitHub. Compressed they are some 3 MB of the 10 MB that an upload may have.
pub(super) const MOST_RESULTS: usize = 25_000;
/// How many of them GitHub keeps.
const MOST_KEPT: usize = 5_000;
/// The most problems that are named.
const MOST_NAMED: usize = 100;
/// What relative addresses are relative to.
const URI_BASE: &str = "%SRCROOT%";
pub(super) const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    // What is suppressed stands in the report only when that was asked for: hosts differ in what they make of it, and some show it as open.
    let suppressed: &[Suppressed] = if options.explain { &outcome.suppressed } else { &[] };
    let all_findings = outcome.findings.iter().chain(suppressed.iter().map(|one| &one.finding));
    let rules: BTreeMap<&str, &Finding> = all_findings.map(|finding| (finding.rule.as_str(), finding)).collect();
    let index: HashMap<&str, usize> = rules.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut results = worst_first(outcome);
    let all = results.len() + suppressed.iter().map(|one| one.finding.occurrences.len()).sum::<usize>();
    results.truncate(MOST_RESULTS);
    let room = MOST_RESULTS - results.len();

    // Written piece by piece: a report with many results is never whole in memory.
    let run = json!({
        "tool": {"driver": {
            "name": "stanch",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": "https://crates.io/crates/stanch",
            "rules": rules.values().map(|finding| rule(finding)).collect::<Vec<_>>(),
        }},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {URI_BASE: {"description": {"text": "The top folder of the repository."}}},
        "invocations": [invocation(outcome, all)],
    });
    let mut run = run;
    if let Some(category) = &options.sarif_category {
        run["automationDetails"] = json!({"id": category});
    }
    let provenance: Vec<Value> = outcome.repositories.iter().map(|(name, one)| provenance(name, one)).collect();
    if !provenance.is_empty() {
        run["properties"] = json!({"repositories": provenance});
    }
    write!(out, "{{\"$schema\":{},\"version\":\"2.1.0\",\"runs\":[{{", json!(SCHEMA))?;
    for (key, value) in run.as_object().into_iter().flatten() {
        writeln!(out, "{}:{value},", json!(key))?;
    }
    write!(out, "\"results\":[")?;
    // Of a secret with some suppressed occurrences others may be open in the same file: they are counted on, so that none is taken for another.
    let mut counts: HashMap<(Fingerprint, String), u32> = HashMap::new();
    let mut separator = "";
    for place in results {
        let result = result(place, index[place.finding.rule.as_str()], (outcome, options));
        write!(out, "{separator}\n{result}")?;
        separator = ",";
        if !suppressed.is_empty() {
            *counts
                .entry((place.finding.fingerprint, uri(&place.occurrence.origin, options, &outcome.repositories)))
                .or_default() += 1;
        }
    }
    let places =
        suppressed.iter().flat_map(|one| one.finding.occurrences.iter().map(move |occurrence| (one, occurrence)));
    for (Suppressed { finding, by }, occurrence) in places.take(room) {
        let count =
            counts.entry((finding.fingerprint, uri(&occurrence.origin, options, &outcome.repositories))).or_default();
        let place = ReportedOccurrence { finding, occurrence, ordinal: *count };
        let mut result = result(place, index[finding.rule.as_str()], (outcome, options));
        *count += 1;
        result["suppressions"] = json!([suppression(by)]);
        write!(out, "{separator}\n{result}")?;
        separator = ",";
    }
    writeln!(out, "]}}]}}")
}

fn rule(finding: &Finding) -> Value {
    let place = finding.rotate.as_deref().map_or_else(String::new, |rotate| format!(" at {rotate}"));
    let markdown = format!(
        "**{}** ({})\n\n1. Revoke it and issue a new one{place}.\n2. Keep the new one in a vault and inject it at deployment.\n\
         3. Remove it here. What was committed stays in history: only revoking helps.\n",
        finding.name, finding.family
    );
    let mut rule = json!({
        "id": finding.rule.as_str(),
        "name": finding.rule.as_str(),
        "shortDescription": {"text": finding.name},
        "fullDescription": {"text": format!("A secret in plain sight: {}.", finding.name)},
        "help": {"text": advice(finding), "markdown": markdown},
        "defaultConfiguration": {"level": level(finding.severity)},
        "properties": {
            "tags": ["security", "secret", finding.family],
            "security-severity": score(finding.severity),
            "precision": precision(finding.confidence),
        },
    });
    if let Some(address) = finding.references.first() {
        rule["helpUri"] = json!(address);
    }
    rule
}

fn result(place: ReportedOccurrence<'_>, rule_index: usize, (outcome, options): (&Outcome, &Options)) -> Value {
    let ReportedOccurrence { finding, occurrence, ordinal } = place;
    let location = occurrence.location;
    let place = uri(&occurrence.origin, options, &outcome.repositories);
    let is_relative = !place.starts_with("file:") && !place.starts_with("../");
    let artifact = if is_relative { json!({"uri": place, "uriBaseId": URI_BASE}) } else { json!({"uri": place}) };
    let secret = shown(finding, options);
    let mut result = json!({
        "ruleId": finding.rule.as_str(),
        "ruleIndex": rule_index,
        "level": level(finding.severity),
        "message": {"text": format!("{} ({secret}), confidence {}", finding.name, finding.confidence)},
        "locations": [{"physicalLocation": {
            "artifactLocation": artifact,
            "region": {
                "startLine": location.start.line,
                "startColumn": location.start.column,
                "endLine": location.end.line,
                // A secret that ends with a line ends before the next one's first column; hosts refuse an empty region.
                "endColumn": location.end.column.max(if location.start.line == location.end.line { location.start.column + 1 } else { 1 }),
            },
        }}],
        // Which occurrence of the secret in the file it is, not on which line: it survives moved lines.
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{}:{place}:{ordinal}", finding.fingerprint),
            "stanch/v1": finding.fingerprint.to_string(),
        },
    });
    let origin = &*occurrence.origin;
    if !origin.steps.is_empty() {
        result["locations"][0]["logicalLocations"] = origin.steps.iter().map(logical).collect();
    }
    let mut properties = serde_json::Map::new();
    if !finding.proof.is_empty() {
        properties.insert("proved".to_owned(), json!(finding.proof.by));
        properties.insert("facts".to_owned(), json!(Facts(&finding.proof.facts)));
    }
    if let Some(repository) = origin.repository() {
        properties.insert("repository".to_owned(), json!(repository.to_string_lossy()));
    }
    if let Some(commit) = origin.commit() {
        properties.insert("commit".to_owned(), json!(commit));
    }
    if let Outer::Image { reference, digest } = &origin.outer {
        properties.insert("image".to_owned(), json!({"reference": &**reference, "digest": &**digest}));
    }
    if let Some(exposure) = &occurrence.exposure {
        properties.insert("exposure".to_owned(), json!(super::exposure_json::exposure(exposure)));
    }
    if !properties.is_empty() {
        result["properties"] = Value::Object(properties);
    }
    result
}

/// A step inside the artefact, as a logical location.
fn logical(step: &Step) -> Value {
    match step {
        Step::Member { path } => json!({"name": path.to_string_lossy(), "kind": "member"}),
        Step::Layer { digest, index, created_by, removed_in } => {
            let name = format!("layer {index}");
            json!({"name": name, "fullyQualifiedName": &**digest, "kind": "layer", "properties": {"createdBy": created_by.as_deref(), "removedInLayer": removed_in}})
        }
        Step::Decoded { by, .. } => json!({"name": by, "kind": "decoded"}),
        Step::Field { path } => json!({"name": &**path, "kind": "field"}),
    }
}

/// A repository with its root commit, which is the same in every clone.
fn provenance(name: &Path, repository: &ScannedRepository) -> Value {
    let submodule = repository.submodule.as_ref().map(|path| path.to_string_lossy());
    json!({"name": name.to_string_lossy(), "rootCommit": repository.root_commit.as_deref(), "submodule": submodule})
}

/// Who says that a result is none.
fn suppression(by: &Suppression) -> Value {
    let kind = if by.cause == Cause::Inline { "inSource" } else { "external" };
    json!({"kind": kind, "status": "accepted", "justification": printable(&by.to_string())})
}

/// How the scan went, and what it did not read. `results` is how many there are before the report is cut.
pub(super) fn invocation(outcome: &Outcome, results: usize) -> Value {
    let note = |level: &str, text: String| json!({"level": level, "message": {"text": text}});
    let mut notes: Vec<Value> = outcome
        .problems
        .iter()
        .take(MOST_NAMED)
        .map(|problem| note("error", format!("not read: {}", printable(&problem.to_string()))))
        .collect();
    if outcome.problems.len() > MOST_NAMED {
        notes.push(note("error", format!("not read: {} more", outcome.problems.len() - MOST_NAMED)));
    }
    notes.extend(super::exceptions::counted(outcome).map(|counted| note("note", counted)));
    notes.extend(outcome.notes.iter().take(MOST_NAMED).map(|text| note("warning", printable(text))));
    if results > MOST_RESULTS {
        let dropped = results - MOST_RESULTS;
        let text = format!(
            "{dropped} of {results} results, the least severe, are left out of this report: a run may have {MOST_RESULTS}"
        );
        notes.push(note("warning", text));
    }
    if results > MOST_KEPT {
        let text = format!("GitHub keeps the first {MOST_KEPT} of {results} results; they stand in order of severity");
        notes.push(note("warning", text));
    }
    json!({"executionSuccessful": outcome.is_complete(), "toolExecutionNotifications": notes})
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// GitHub's bands: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    }
}
