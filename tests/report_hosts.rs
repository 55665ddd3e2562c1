//! Reports that code hosts take: GitLab's schema, GitHub's annotations and limits, SARIF's limits, Markdown's length.

use crate::report_support::{HOSTILE, finding, hostile, occurrence, options, outcome_of, places, written};
use serde_json::Value;
use stanch::model::Outcome;
use stanch::model::{Outer, Severity};
use stanch::report::Options;
use std::collections::HashSet;
use std::path::PathBuf;

fn json(format: &str, outcome: Outcome) -> Value {
    serde_json::from_str(&written(format, outcome, &options())).expect("JSON")
}

/// Adds all the numbers that a text says before a word.
fn numbers_before(text: &str, word: &str) -> usize {
    let before = text.match_indices(word).map(|(at, _)| text[..at].trim_end());
    let numbers = before.filter_map(|text| text.rsplit([' ', '*', ':']).next()?.parse::<usize>().ok());
    numbers.sum()
}

#[test]
fn gitlab_reports_fit_the_schema() {
    let schema: Value = serde_json::from_str(include_str!("data/gitlab-secret-detection-15.0.7.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for outcome in [hostile(), Outcome::default(), places(3)] {
        let report = json("gitlab", outcome);
        let faults: Vec<String> = validator.iter_errors(&report).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "15.0.7", "vulnerabilities": []})));
}

#[test]
fn gitlab_vulnerabilities_have_identities_of_their_own_that_survive_moved_lines() {
    let ids = |report: &Value| {
        let all = report["vulnerabilities"].as_array().expect("a list").clone();
        let ids: HashSet<String> = all.iter().map(|one| one["id"].to_string()).collect();
        assert_eq!(ids.len(), all.len());
        let signatures = all.iter().map(|one| one["tracking"]["items"][0]["signatures"][0]["value"].to_string());
        signatures.collect::<Vec<_>>()
    };
    ids(&json("gitlab", hostile()));
    let at = |line| {
        let places = vec![occurrence(Outer::File("a".into()), line), occurrence(Outer::File("a".into()), line + 9)];
        Outcome { findings: vec![finding(0, places)], ..Outcome::default() }
    };
    let (before, after) = (ids(&json("gitlab", at(1))), ids(&json("gitlab", at(50))));
    assert_eq!(before, after);
    assert_ne!(before[0], before[1]);
}

#[test]
fn gitlab_gets_no_more_than_it_takes() {
    let report = written("gitlab", places(100_003), &options());
    assert_eq!(report.matches("\"solution\"").count(), 100_000);
    assert!(report.contains("3 of 100003 vulnerabilities"), "{}", &report[..2000]);
}

#[test]
fn gitlab_knows_the_commit_that_its_runner_names() {
    let commit = "0123456789abcdef".repeat(3)[..40].to_owned();
    let options = Options { commit: Some(commit.clone()), ..options() };
    let report: Value = serde_json::from_str(&written("gitlab", places(1), &options)).expect("JSON");
    assert_eq!(report["vulnerabilities"][0]["location"]["commit"]["sha"], commit);
}

/// Reads a command as the runner of GitHub Actions does: the properties, and the message.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let unescape = |text: &str| {
        let mut text = text.to_owned();
        for (from, to) in [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")] {
            text = text.replace(from, to);
        }
        text
    };
    let (head, message) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect("a command");
    let (name, properties) = head.split_once(' ').expect("properties");
    let properties = properties.split(',').map(|one| one.split_once('=').expect("name=value"));
    let properties = properties.map(|(name, value)| (name.to_owned(), unescape(value))).collect();
    (name.to_owned(), properties, unescape(message))
}

#[test]
fn github_annotations_say_what_the_runner_reads() {
    for (at, name) in HOSTILE.iter().enumerate() {
        let places = vec![occurrence(Outer::File((*name).into()), 7)];
        let outcome = Outcome { findings: vec![finding(at, places)], ..Outcome::default() };
        let report = written("github", outcome, &options());
        assert_eq!(report.lines().count(), 1, "{report}");
        let (kind, properties, message) = command(report.trim_end_matches('\n'));
        assert!(["error", "warning", "notice"].contains(&kind.as_str()));
        let get = |key: &str| {
            properties.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str()).expect("a property")
        };
        // Of what the runner has no escape for, only the escaped form stands there.
        if !name.contains(|c: char| c.is_control() && c != '\r' && c != '\n' || c > '\u{2000}') {
            assert_eq!(get("file"), *name);
        }
        assert_eq!((get("line"), get("endLine"), get("col"), get("endColumn")), ("7", "7", "3", "11"));
        assert_eq!(get("title"), format!("stanch: rule-{}", at % 7));
        assert!(message.contains("Made-up token"));
    }
}

#[test]
fn github_gets_ten_of_a_kind_and_hears_of_the_others() {
    let paths: Vec<PathBuf> = (0..200).map(|at| format!("src/{at}.rs").into()).collect();
    let outcome = outcome_of(&paths);
    let worst = outcome.findings.iter().filter(|finding| finding.severity == Severity::Critical).count();
    assert!(worst > 10);
    let report = written("github", outcome, &options());
    let count = |kind: &str| report.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 10, 10));
    // The ten errors are the worst ones, and the last notice counts the others.
    assert_eq!(report.lines().take(10).filter(|line| line.contains("severity critical")).count(), 10);
    let last = report.lines().last().expect("a line");
    assert!(last.contains(&format!("{} more places", 200 - 29)), "{last}");
}

#[test]
fn sarif_has_no_more_results_than_github_takes_and_says_so() {
    let mut outcome = places(25_007);
    let low = (1..=5).map(|line| occurrence(Outer::File("low.rs".into()), line)).collect();
    outcome.findings.push(finding(0, low));
    let report = json("sarif", outcome);
    let results = report["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results.len(), 25_000);
    assert!(results.iter().all(|result| result["level"] == "error"), "the least severe are dropped");
    let notes = report["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notes.contains("12 of 25012 results") && notes.contains("first 5000"), "{notes}");
    let ids: HashSet<String> =
        results.iter().map(|one| one["partialFingerprints"]["primaryLocationLineHash"].to_string()).collect();
    assert_eq!(ids.len(), 25_000);
}

#[test]
fn absolute_paths_below_the_working_directory_are_relative_for_hosts() {
    let outcome = || outcome_of(&["/work/src/a.rs".into(), "/elsewhere/b.rs".into()]);
    for format in ["github", "gitlab", "sarif", "junit", "csv", "markdown", "html"] {
        let report = written(format, outcome(), &options());
        assert!(report.contains("src/a.rs") && !report.contains("/work/src"), "{format}");
        assert!(report.contains("/elsewhere/b.rs"), "{format}");
    }
}

#[test]
fn a_summary_fits_in_a_comment_and_counts_what_it_drops() {
    let long = "deep/".repeat(20);
    for count in [0, 1, 50, 400, 5_000] {
        let paths: Vec<PathBuf> = (0..count).map(|at| format!("{long}{at}|`.rs").into()).collect();
        let mut outcome = outcome_of(&paths);
        for finding in &mut outcome.findings {
            let path = finding.occurrences[0].origin.path().map(PathBuf::from).unwrap_or_default();
            finding.occurrences.extend((2..9).map(|line| occurrence(Outer::File(path.clone()), line)));
        }
        let report = written("markdown", outcome, &options());
        assert!(report.len() <= 65_536, "{} bytes", report.len());
        let rows = report.lines().filter(|line| line.starts_with("| ")).count().saturating_sub(2);
        let dropped = numbers_before(&report, " more secrets** left out");
        assert_eq!(rows + dropped, count, "{rows} rows");
        let told = report.lines().filter(|line| line.starts_with("- **")).count();
        let untold = numbers_before(&report, " secrets left out for the same reason");
        assert_eq!(told + untold, rows, "{told} told");
        assert!(count < 400 || dropped > 0 && untold > 0);
        assert_eq!(report.matches("<details>").count(), report.matches("</details>").count());
    }
}

#[test]
fn a_summary_of_only_problems_fits_too() {
    let mut outcome = hostile();
    outcome.problems.extend(hostile().problems);
    for problem in &mut outcome.problems {
        problem.what = "|".repeat(100_000);
        problem.detail = "|".repeat(100_000);
    }
    let report = written("markdown", outcome, &options());
    assert!(report.len() <= 65_536, "{} bytes", report.len());
    assert!(report.contains("28 things could not be read"));
}
