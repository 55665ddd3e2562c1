//! JUnit XML, as Jenkins, GitLab, Azure Pipelines and others read it: a failed test for each place of a secret, an error for each
//! thing that was not read. A clean scan is one test that passed, because readers take a report without tests for a mistake.
//!
//! The elements are those of <https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>
//! with GitLab's `file` (<https://docs.gitlab.com/ci/testing/unit_test_reports/>; both read 2026-11-24).

use super::Options;
use super::escape::markup;
use super::path::host_name;
use super::phrase::{advice, found, read, shown, told};
use crate::model::Outcome;
use crate::model::{Finding, Occurrence, Problem};
use std::io::{self, Write};

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let (failures, errors) = (outcome.occurrences(), outcome.problems.len());
    let tests = (failures + errors).max(1);
    let time = outcome.stats.elapsed.as_secs_f64();
    let counts = format!(r#"name="stanch" tests="{tests}" failures="{failures}" errors="{errors}" time="{time:.3}""#);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, "<testsuites {counts}>\n  <testsuite {counts}>")?;
    for finding in &outcome.findings {
        for occurrence in &finding.occurrences {
            failure(finding, occurrence, options, out)?;
        }
    }
    for problem in &outcome.problems {
        error(problem, out)?;
    }
    if failures + errors == 0 {
        let name = format!("{}: {}", found(outcome), read(outcome));
        writeln!(out, r#"    <testcase classname="stanch" name="{}" time="0"/>"#, markup(&name))?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn failure(finding: &Finding, occurrence: &Occurrence, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let path = host_name(&occurrence.origin, options);
    let start = occurrence.location.start;
    let (rule, name, secret) = (finding.rule.as_str(), &finding.name, shown(finding, options));
    // Readers keep one test of a name: line and column, and the commit, make it unlike any other.
    let commit = occurrence.origin.commit().map_or_else(String::new, |commit| format!(" in {commit:.12}"));
    write!(
        out,
        r#"    <testcase classname="{}" name="{} in {}:{}:{}{commit}" file="{}" time="0">"#,
        markup(rule),
        markup(name),
        markup(&path),
        start.line,
        start.column,
        markup(&path),
    )?;
    write!(
        out,
        r#"<failure type="{}" message="{} ({})">severity {}, confidence {}, fingerprint {}"#,
        markup(rule),
        markup(name),
        markup(&secret),
        finding.severity,
        finding.confidence,
        finding.fingerprint,
    )?;
    for history in told(finding) {
        write!(out, "\n{}", markup(&history))?;
    }
    writeln!(out, "\n{}</failure></testcase>", markup(&advice(finding)))
}

/// A thing that was not read.
pub(super) fn error(problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        r#"    <testcase classname="stanch" name="read {}" time="0"><error type="{}" message="not read: {}"/></testcase>"#,
        markup(&problem.what),
        problem.kind.as_str(),
        markup(&problem.detail),
    )
}
