//! gitleaks' JUnit XML: a failed test for each location of a secret, with the finding as JSON, and none for a clean scan. Problems are
//! errors, which gitleaks does not have.

use super::super::Options;
use super::super::escape::markup;
use super::super::junit::error;
use super::{Row, rows};
use crate::model::Outcome;
use serde::Serialize;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};

pub(in super::super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let (failures, errors) = (outcome.occurrences(), outcome.problems.len());
    let time = outcome.stats.elapsed.as_secs_f64();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, "<testsuites>")?;
    let tests = failures + errors;
    writeln!(
        out,
        r#"  <testsuite failures="{failures}" name="gitleaks" tests="{tests}" errors="{errors}" time="{time:.3}">"#
    )?;
    let mut names = HashSet::new();
    for row in rows(outcome, options) {
        failure(&row, &mut names, out)?;
    }
    for problem in &outcome.problems {
        error(problem, out)?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn failure(row: &Row<'_>, names: &mut HashSet<u64>, out: &mut dyn Write) -> io::Result<()> {
    let (rule, file, line) = (row.rule_id, &row.file, row.start_line);
    let commit = if row.commit.is_empty() { String::new() } else { format!(", at commit {}", row.commit) };
    let message = format!("{rule} has detected a secret in file {file}, line {line}{commit}");
    let mut name = message.clone();
    // Viewers keep one test of a name: what is found twice on a line is told apart by its column, and by a number when that is one, too.
    for again in 0.. {
        let mut hasher = DefaultHasher::new();
        (row.description, &name).hash(&mut hasher);
        if names.insert(hasher.finish()) {
            break;
        }
        let number = if again == 0 { String::new() } else { format!(", {}", again + 1) };
        name = format!("{message}, column {}{number}", row.start_column);
    }
    write!(
        out,
        r#"    <testcase classname="{}" file="{}" name="{}" time="0"><failure message="{}" type="{}">"#,
        markup(row.description),
        markup(file),
        markup(&name),
        markup(&message),
        markup(row.description),
    )?;
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    row.serialize(&mut serde_json::Serializer::with_formatter(&mut text, formatter))?;
    writeln!(out, "{}</failure></testcase>", markup(&String::from_utf8_lossy(&text)))
}
