//! gitleaks' SARIF: its tool, its texts and its fingerprints, for programs that filter or compare by them.
//!
//! Beyond it stand only what the standard and code hosts ask for: addresses that are URIs, an `endColumn` behind the last character, the worst
//! results first and no more than a run may have, and what was not read.

use super::super::Options;
use super::super::order::{ReportedOccurrence, worst_first};
use super::super::path::uri;
use super::super::sarif::{MOST_RESULTS, SCHEMA, invocation};
use super::row;
use crate::model::Finding;
use crate::model::Outcome;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version whose layout this is; who wrote it stands in `fullName`.
const VERSION: &str = "8.30.0";

pub(in super::super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    // Hosts refuse a rule that stands twice.
    let asked = options.gitleaks.rules.iter().map(|(id, text)| (id.as_str(), text.as_str()));
    let found = outcome.findings.iter().map(|finding| (finding.rule.as_str(), said(finding)));
    let rules: BTreeMap<&str, &str> = asked.chain(found).collect();
    let rule = |(id, text): (&&str, &&str)| json!({"id": id, "shortDescription": {"text": text}});
    let mut results = worst_first(outcome);
    let all = results.len();
    results.truncate(MOST_RESULTS);
    let tool = json!({"driver": {
        "name": "gitleaks",
        "fullName": concat!("stanch ", env!("CARGO_PKG_VERSION"), " in gitleaks' place"),
        "semanticVersion": VERSION,
        "informationUri": "https://github.com/gitleaks/gitleaks",
        "rules": rules.iter().map(rule).collect::<Vec<_>>(),
    }});
    // Written piece by piece: a report with many results is never whole in memory.
    write!(out, "{{\"$schema\":{},\"version\":\"2.1.0\",\"runs\":[{{\n\"tool\":{tool},\n", json!(SCHEMA))?;
    writeln!(out, "\"columnKind\":\"unicodeCodePoints\",\n\"invocations\":[{}],", invocation(outcome, all))?;
    write!(out, "\"results\":[")?;
    for (at, place) in results.into_iter().enumerate() {
        write!(out, "{}\n{}", if at == 0 { "" } else { "," }, result(place, (outcome, options)))?;
    }
    writeln!(out, "]}}]}}")
}

/// A description; a rule without one is called by its id, because a rule must be described.
fn said(finding: &Finding) -> &str {
    if finding.name.is_empty() { finding.rule.as_str() } else { &finding.name }
}

fn result(place: ReportedOccurrence<'_>, (outcome, options): (&Outcome, &Options)) -> Value {
    let ReportedOccurrence { finding, occurrence, .. } = place;
    let row = row(finding, occurrence, options);
    let commit = if row.commit.is_empty() { String::new() } else { format!(" at commit {}", row.commit) };
    // Of a file that is found by its path there is no secret to be shown.
    let snippet = if finding.secret.is_empty() { row.r#match } else { row.secret };
    // The column behind the last character, where the tables have the last one's.
    let end_column = if row.start_line == row.end_line { row.end_column.max(row.start_column) } else { row.end_column };
    json!({
        "message": {"text": format!("{} has detected secret for file {}{commit}.", row.rule_id, row.file)},
        "ruleId": row.rule_id,
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(&occurrence.origin, options, &outcome.repositories)},
            "region": {
                "startLine": row.start_line.max(1),
                "startColumn": row.start_column.max(1),
                "endLine": row.end_line.max(1),
                "endColumn": end_column + 1,
                "snippet": {"text": snippet},
            },
        }}],
        "partialFingerprints": {
            "commitSha": row.commit,
            "email": row.email,
            "author": row.author,
            "date": row.date,
            "commitMessage": row.message,
        },
        "properties": {"tags": row.tags},
    })
}
