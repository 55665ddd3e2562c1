//! What must hold for every format: no secret gets out, and no name does harm.

use crate::report_support::{HOSTILE, hostile, options, secret, templated, written};
use stanch::model::Outcome;
use stanch::report::{Format, Options};

const TEMPLATE: &str = "{% for f in findings %}{{ f.name }} {{ f.secret }} {{ f|tojson|printable }}\n{% endfor %}";

fn every_format() -> Vec<(String, String)> {
    let plain = Format::names().filter(|name| *name != "template");
    let mut reports: Vec<(String, String)> =
        plain.map(|name| (name.to_owned(), written(name, hostile(), &options()))).collect();
    reports.push(("template".to_owned(), templated("t.txt", TEMPLATE, hostile())));
    reports
}

#[test]
fn no_secret_stands_in_any_report() {
    for (format, report) in every_format() {
        for at in 0..HOSTILE.len() {
            let bytes = secret(at);
            let text = String::from_utf8_lossy(&bytes);
            // A long token's first four characters may be shown. No part of six more may.
            let rest = &text[4.min(text.len())..];
            for start in 0..rest.len().saturating_sub(6) {
                let part = &rest[start..start + 6];
                assert!(part.contains('-') || !report.contains(part), "{format} has `{part}` of `{text}`");
            }
        }
    }
}

#[test]
fn secrets_are_shown_when_asked_for() {
    let shows = Options { show_secrets: true, ..options() };
    for format in Format::names().filter(|name| *name != "template") {
        let report = written(format, hostile(), &shows);
        assert!(report.contains(&"Qz7".repeat(12)), "{format}");
    }
}

#[test]
fn no_character_drives_a_terminal_or_breaks_a_line() {
    for (format, report) in every_format() {
        let is_allowed = |c: char| c == '\n' || c == '\r' && format == "csv";
        // JSON has escapes of its own for what is below a space, and carries the rest: it is for programs.
        let is_json =
            matches!(format.as_str(), "json" | "jsonl" | "sarif" | "gitlab" | "gitleaks-json" | "gitleaks-sarif");
        let is_hostile = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{2028}' | '\u{FFFE}' | '\u{FFFF}');
        let found = report.chars().find(|c| if is_json { *c < ' ' } else { is_hostile(*c) } && !is_allowed(*c));
        assert_eq!(found, None, "{format}");
    }
}

#[test]
fn no_line_is_a_command_to_a_runner() {
    for (format, report) in every_format() {
        for line in report.lines() {
            let is_ours = ["::error ", "::warning ", "::notice "].iter().any(|kind| line.starts_with(kind));
            assert!(!line.trim_start().starts_with("::") || format == "github" && is_ours, "{format}: {line}");
            let is_for_a_log = matches!(format.as_str(), "human" | "template");
            assert!(!is_for_a_log || !line.contains("##["), "{format}: {line}");
        }
    }
}

#[test]
fn the_same_outcome_gives_the_same_bytes() {
    for format in Format::names().filter(|name| *name != "template") {
        assert_eq!(written(format, hostile(), &options()), written(format, hostile(), &options()), "{format}");
    }
}

#[test]
fn every_report_says_that_a_scan_was_incomplete() {
    let outcome = || Outcome { findings: Vec::new(), ..hostile() };
    // gitleaks' formats have no place for it: the exit code says it, and the report for people beside them.
    for format in Format::names().filter(|name| *name != "template" && !name.starts_with("gitleaks-")) {
        let report = written(format, outcome(), &options()).to_lowercase();
        let says = ["incomplete", "not read", "\"complete\": false", "\"complete\":false", "problem,"];
        assert!(says.iter().any(|word| report.contains(word)), "{format}: {report}");
    }
}
