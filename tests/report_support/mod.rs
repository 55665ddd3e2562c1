//! Makes outcomes up, hostile ones too, and writes them in a format.

use stanch::model::Outcome;
use stanch::model::{
    CommitInfo, Confidence, Finding, Fingerprint, LineColumn, Location, Occurrence, Origin, Outer, Problem,
    ProblemKind, RuleId, Secret, SecretHistory, Severity, Skip, SkipKind, Span,
};
use stanch::report::{Format, Options, Template, write};
use std::path::PathBuf;
use std::sync::Arc;

/// Names that try to be something else: a formula, markup, a command of a runner, a sequence of a terminal.
pub(crate) const HOSTILE: [&str; 14] = [
    "=cmd|'/c calc'!A1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "a`|<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "::error file=x,line=1::pwned",
    "a\r\n::stop-commands::x",
    "x ##[error]pwned",
    "a%0A,b:c;d\"e'f&amp;",
    "\u{1b}[2J\u{7}\u{202e}txt\u{0}\u{85}\u{2028}",
    "a\u{FFFE}\u{FFFF}b",
    "[x](https://example.org) **b** @all #1 $(id) {{ 7 * 7 }} | c",
];

/// A secret's bytes: `kind` says how long they are, so that all ways of masking are met.
pub(crate) fn secret(at: usize) -> Vec<u8> {
    let text = match at % 3 {
        0 => format!("tok_{at:04}{}", "Qz7".repeat(12)),
        1 => format!("pw{at:04}!xK"),
        _ => format!("-----BEGIN {at:04}\nMIIzz{at:04}Qq\n-----END"),
    };
    text.into_bytes()
}

pub(crate) fn occurrence(origin: impl Into<Origin>, line: u64) -> Occurrence {
    let span = Span::new(line * 10, line * 10 + 8);
    let location = Location::plain(span, LineColumn { line, column: 3 }, LineColumn { line, column: 11 });
    Occurrence { origin: Arc::new(origin.into()), location, matched: None, exposure: None }
}

pub(crate) fn finding(at: usize, occurrences: Vec<Occurrence>) -> Finding {
    let bytes = secret(at);
    Finding {
        rule: RuleId(format!("rule-{}", at % 7).into()),
        family: "family".into(),
        name: "Made-up token".into(),
        severity: [Severity::Low, Severity::Medium, Severity::High, Severity::Critical][at % 4],
        confidence: [Confidence::Medium, Confidence::High][at % 2],
        rotate: at.is_multiple_of(2).then(|| "https://example.org/tokens".into()),
        references: vec!["https://example.org/docs".into()].into(),
        proof: stanch::model::Proof::default(),
        fingerprint: Fingerprint::new("family", &bytes),
        secret: Secret::new(&bytes),
        occurrences,
        histories: Default::default(),
    }
}

/// A finding in each of these files.
pub(crate) fn outcome_of(paths: &[PathBuf]) -> Outcome {
    let findings = paths
        .iter()
        .enumerate()
        .map(|(at, path)| finding(at, vec![occurrence(Outer::File(path.clone()), at as u64 + 1)]))
        .collect();
    Outcome { findings, ..Outcome::default() }
}

/// A finding for each hostile name: in files, commits, messages and standard input, by hostile authors; and hostile problems.
pub(crate) fn hostile() -> Outcome {
    let mut outcome = Outcome::default();
    for (at, name) in HOSTILE.iter().enumerate() {
        let commit: Arc<str> = format!("{:03x}{}", at + 1, "0".repeat(37)).into();
        let committed =
            Outer::Committed { repository: (*name).into(), path: (*name).into(), commit: Arc::clone(&commit) };
        let message = Outer::Object { repository: (*name).into(), what: "commit message", id: Arc::clone(&commit) };
        let places = vec![
            occurrence(Outer::File((*name).into()), 1),
            occurrence(Outer::File((*name).into()), 2),
            occurrence(Outer::Stdin, 3 + at as u64),
            occurrence(committed, 4),
            occurrence(message, 5),
        ];
        let mut finding = finding(at, places);
        let by = CommitInfo { id: commit, author: (*name).to_owned(), time: 1_700_000_000 };
        let history = SecretHistory {
            introduced: Some(by.clone()),
            came_before: None,
            introductions: 1,
            removed: at.is_multiple_of(2).then_some(by),
            at_head: at % 2 == 1,
            head_paths: vec![(*name).into()],
            refs: vec![(*name).to_owned()],
            ref_count: 1,
            versions: 2,
        };
        finding.histories.insert((*name).into(), history);
        outcome.findings.push(finding);
        let what = (*name).to_owned();
        outcome.problems.push(Problem { what: what.clone(), kind: ProblemKind::Unreadable, detail: what.clone() });
        outcome.skips.push(Skip { what, kind: SkipKind::Excluded });
    }
    outcome
}

/// One finding that stands in this many places.
pub(crate) fn places(count: u64) -> Outcome {
    let occurrences = (1..=count).map(|line| occurrence(Outer::File("src/lib.rs".into()), line)).collect();
    Outcome { findings: vec![finding(2, occurrences)], ..Outcome::default() }
}

pub(crate) fn options() -> Options {
    Options { finished: 1_700_000_000, base: "/work".into(), ..Options::default() }
}

/// The report as text.
pub(crate) fn written(format: &str, outcome: Outcome, options: &Options) -> String {
    let mut out = Vec::new();
    let format: Format = format.parse().expect("a format");
    write(format, &Arc::new(outcome), options, &mut out).expect("writes");
    String::from_utf8(out).expect("reports are UTF-8")
}

/// What a template makes of an outcome.
pub(crate) fn templated(name: &str, source: &str, outcome: Outcome) -> String {
    let template = Template::new(name, source).expect("a template");
    written("template", outcome, &Options { template: Some(template), ..options() })
}
