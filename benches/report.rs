//! How long does a report with 100,000 findings take, and how much memory, in each format?
//!
//! `cargo bench --bench report` makes up such an outcome, writes it to a file in every format, each in a process of its own, and
//! prints the time of writing (by the wall and of the processor), the size and the peak resident memory of the whole process (the last
//! two on Linux only). The bar is 2 s and 150 MB.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and ends where it fails")]

use stanch::model::Outcome;
use stanch::model::{
    CommitInfo, Confidence, Finding, Fingerprint, LineColumn, Location, Occurrence, Outer, Problem, ProblemKind,
    RuleId, Secret, SecretHistory, Severity, Span,
};
use stanch::report::{Destination, Format, Options, Template, write};
use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

const FINDINGS: usize = 100_000;
const TEMPLATE: &str = "{% for finding in findings %}
{{ finding.severity }} {{ finding.name }} {{ finding.secret }}
{% for place in finding.occurrences %}
  {{ place.path }}:{{ place.start.line }}:{{ place.start.column }}
{% endfor %}
{% endfor %}
{{ summary.secrets }} secrets
";

fn main() {
    if let Ok(format) = std::env::var("STANCH_BENCH_FORMAT") {
        return measure(&format);
    }
    println!("{FINDINGS} findings, one process a format");
    for format in Format::names() {
        let this = std::env::current_exe().unwrap();
        assert!(Command::new(this).env("STANCH_BENCH_FORMAT", format).status().unwrap().success(), "{format}");
    }
}

fn measure(name: &str) {
    let format: Format = name.parse().unwrap();
    let outcome = Arc::new(outcome());
    let before = peak();
    let options = Options { template: Template::new("bench.txt", TEMPLATE).ok(), ..Options::default() };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("report");
    let (begin, worked) = (Instant::now(), worked());
    let file = Destination::open(&path, false).unwrap();
    file.write(&Default::default(), |file| write(format, &outcome, &options, file)).unwrap();
    let (took, worked) = (begin.elapsed().as_secs_f64(), self::worked() - worked);
    let size = fs::metadata(&path).unwrap().len() as f64 / 1e6;
    let peak = peak();
    println!(
        "{name:10} {took:6.2} s, {worked:.2} s of work, {size:6.1} MB written, {peak:4} MB resident ({before} before)"
    );
}

/// The most memory that this process had so far, in MB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: u64 = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    kib * 1024 / 1_000_000
}

/// How long this process has worked, in seconds (to the hundredth).
fn worked() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Every finding is in a file of its own and has a history; every tenth stands in four places.
fn outcome() -> Outcome {
    let mut outcome = Outcome::default();
    for at in 0..FINDINGS {
        let secret = format!("made-up-{at:032}");
        let places = if at.is_multiple_of(10) { 4 } else { 1 };
        let occurrences = (0..places).map(|place| {
            let path = format!("services/payments-{:03}/src/main/resources/config-{at}-{place}.yaml", at % 500);
            let line = at as u64 % 1000 + 1;
            let span = Span::new(line * 40, line * 40 + 40);
            let location = Location::plain(span, LineColumn { line, column: 9 }, LineColumn { line, column: 49 });
            let commit: Arc<str> = format!("{:040x}", at % 5000).into();
            let origin = Outer::Committed { repository: ".".into(), path: path.into(), commit };
            Occurrence { origin: Arc::new(origin.into()), location, matched: None, exposure: None }
        });
        let commit =
            CommitInfo { id: format!("{:040x}", at % 5000).into(), author: "Jo Doe".to_owned(), time: at as i64 };
        outcome.findings.push(Finding {
            rule: RuleId(format!("rule-{}", at % 300).into()),
            family: "family".into(),
            name: "Made-up access token".into(),
            severity: [Severity::Low, Severity::Medium, Severity::High, Severity::Critical][at % 4],
            confidence: Confidence::High,
            rotate: Some("https://example.org/settings/tokens".into()),
            references: vec!["https://example.org/docs/tokens".into()].into(),
            fingerprint: Fingerprint::new("family", secret.as_bytes()),
            proof: stanch::model::Proof::default(),
            secret: Secret::new(secret.as_bytes()),
            occurrences: occurrences.collect(),
            histories: [(
                ".".into(),
                SecretHistory {
                    introduced: Some(commit),
                    came_before: None,
                    introductions: 1,
                    removed: None,
                    at_head: true,
                    head_paths: vec!["src/file.rs".into()],
                    refs: vec!["refs/heads/main".to_owned()],
                    ref_count: 1,
                    versions: 3,
                },
            )]
            .into(),
        });
    }
    // As a scan leaves them.
    outcome.findings.sort_by(|a, b| a.occurrences.cmp(&b.occurrences));
    outcome.problems.push(Problem {
        what: "a/file".to_owned(),
        kind: ProblemKind::Unreadable,
        detail: "permission denied".to_owned(),
    });
    outcome.stats.blobs = 200_000;
    outcome.stats.bytes = 3_000_000_000;
    outcome.stats.elapsed = Duration::from_secs(3);
    outcome
}
