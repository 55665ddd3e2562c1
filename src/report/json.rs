//! JSON for programs: one document, or one object a line. Written as it goes, so that a report of any length takes no memory.
//!
//! The same scan gives the same bytes: no time stands in it. `docs/report-json.md` describes the fields.

use super::Options;
use super::exposure_json::{ExposureJson, exposure};
use super::facts::Facts;
use super::path::bytes;
use super::phrase::shown;
use crate::ledger::is_guessable;
use crate::model::{
    CommitInfo, Finding, LineColumn, Occurrence, Origin, Outcome, Outer, Problem, SecretHistory, Skip, Stats, Step,
    Suppressed,
};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Raised when a field changes its meaning or goes away.
pub(super) const SCHEMA: u32 = 1;

#[derive(Serialize)]
pub(super) struct FindingJson<'a> {
    fingerprint: String,
    rule: &'a str,
    family: &'a str,
    name: &'a str,
    severity: &'static str,
    confidence: &'static str,
    /// Masked, unless the user asked to see it.
    secret: Cow<'a, str>,
    /// Whether it could be found by trying words; an ignore entry then needs a slow digest.
    guessable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    proved: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Facts<'a>>,
    rotate: Option<&'a str>,
    references: Vec<&'a str>,
    occurrences: Vec<OccurrenceJson<'a>>,
    /// The history in the first repository of `histories`.
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<HistoryJson<'a>>,
    /// The history in each repository, by its name in `repositories`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    histories: BTreeMap<Cow<'a, str>, HistoryJson<'a>>,
}

/// A finding that is not one, and who says so.
#[derive(Serialize)]
struct SuppressedJson<'a> {
    by: ByJson<'a>,
    #[serde(flatten)]
    finding: FindingJson<'a>,
}

#[derive(Serialize)]
struct ByJson<'a> {
    cause: &'static str,
    place: &'a str,
    reason: Option<&'a str>,
    owner: Option<&'a str>,
    expires: Option<String>,
}

#[derive(Clone, Serialize)]
struct HistoryJson<'a> {
    introduced: Option<CommitJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    came_before: Option<CommitJson<'a>>,
    introductions: u32,
    removed: Option<CommitJson<'a>>,
    at_head: bool,
    head_paths: Vec<Cow<'a, str>>,
    refs: &'a [String],
    ref_count: u32,
    versions: u32,
}

#[derive(Clone, Serialize)]
struct CommitJson<'a> {
    commit: &'a str,
    author: &'a str,
    time: i64,
}

#[derive(Serialize)]
struct OccurrenceJson<'a> {
    source: &'static str,
    /// The repository, by its name in `repositories`.
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<Cow<'a, str>>,
    path: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageJson<'a>>,
    /// The way from the outer source to the bytes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    /// Only when the path is no UTF-8, which `path` then only resembles: its bytes in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_hex: Option<String>,
    /// The process, and what was read of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<ProcessJson>,
    start: PointJson,
    end: PointJson,
    /// Of a host: who may read the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    exposure: Option<ExposureJson<'a>>,
}

#[derive(Serialize)]
struct ProcessJson {
    pid: u32,
    field: &'static str,
}

/// An image, as the user named it, and the digest of its manifest or configuration.
#[derive(Serialize)]
struct ImageJson<'a> {
    reference: &'a str,
    digest: &'a str,
}

/// A step says of which kind it is.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum StepJson<'a> {
    Member { path: Cow<'a, str> },
    Layer { digest: &'a str, index: u32, created_by: Option<&'a str>, removed_in: Option<u32> },
    Decoded { by: &'a str, start: u64, end: u64 },
    Field { path: &'a str },
}

/// A repository that was scanned.
#[derive(Serialize)]
struct RepositoryJson<'a> {
    name: Cow<'a, str>,
    root_commit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    submodule: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct PointJson {
    line: u64,
    column: u64,
    byte: u64,
}

#[derive(Serialize)]
pub(super) struct ProblemJson<'a> {
    what: &'a str,
    kind: &'static str,
    detail: &'a str,
}

#[derive(Serialize)]
pub(super) struct SkipJson<'a> {
    what: &'a str,
    why: &'static str,
}

#[derive(Serialize)]
pub(super) struct SummaryJson<'a> {
    complete: bool,
    secrets: usize,
    occurrences: usize,
    files: u64,
    bytes: u64,
    below_confidence: u64,
    below_severity: u64,
    /// Secrets that lie well kept where they belong; only of a host.
    #[serde(skip_serializing_if = "Option::is_none")]
    inventory: Option<usize>,
    rejected: &'a BTreeMap<String, u64>,
    suppressed: BTreeMap<&'static str, u64>,
    problems: usize,
    skipped: usize,
}

/// A line of JSON Lines says what it is.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Finding(Box<FindingJson<'a>>),
    Inventory(Box<FindingJson<'a>>),
    Suppressed(Box<SuppressedJson<'a>>),
    Note { text: &'a str },
    Repository(RepositoryJson<'a>),
    Problem(ProblemJson<'a>),
    Skip(SkipJson<'a>),
    Summary(SummaryJson<'a>),
}

#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What wrote the report.
pub(super) const TOOL: Tool = Tool { name: "stanch", version: env!("CARGO_PKG_VERSION") };

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool: Tool,
    summary: SummaryJson<'a>,
    repositories: Vec<RepositoryJson<'a>>,
    #[serde(serialize_with = "one_by_one")]
    findings: Findings<'a>,
    /// Of a host: what lies well kept where it belongs.
    #[serde(serialize_with = "one_by_one", skip_serializing_if = "Findings::is_empty")]
    inventory: Findings<'a>,
    #[serde(serialize_with = "suppressed_one_by_one")]
    suppressed: Hidden<'a>,
    notes: &'a [String],
    problems: Vec<ProblemJson<'a>>,
    skipped: Vec<SkipJson<'a>>,
}

/// Findings that are turned into JSON one after the other.
struct Findings<'a>(&'a [Finding], &'a Options);

impl Findings<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn one_by_one<S: Serializer>(all: &Findings<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(all.0.iter().map(|finding| finding_json(finding, all.1)))
}

/// The same of those that are suppressed.
struct Hidden<'a>(&'a [Suppressed], &'a Options);

fn suppressed_one_by_one<S: Serializer>(all: &Hidden<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(all.0.iter().map(|one| suppressed_json(one, all.1)))
}

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        tool: TOOL,
        summary: summary(outcome),
        repositories: repositories(outcome).collect(),
        findings: Findings(&outcome.findings, options),
        inventory: Findings(&outcome.inventory, options),
        suppressed: Hidden(&outcome.suppressed, options),
        notes: &outcome.notes,
        problems: outcome.problems.iter().map(problem).collect(),
        skipped: outcome.skips.iter().map(skip).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

pub(super) fn write_lines(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings = outcome.findings.iter().map(|one| Line::Finding(Box::new(finding_json(one, options))));
    let suppressed = outcome.suppressed.iter().map(|one| Line::Suppressed(Box::new(suppressed_json(one, options))));
    let notes = outcome.notes.iter().map(|text| Line::Note { text });
    let problems = outcome.problems.iter().map(|one| Line::Problem(problem(one)));
    let skips = outcome.skips.iter().map(|one| Line::Skip(skip(one)));
    let repositories = repositories(outcome).map(Line::Repository);
    let inventory = outcome.inventory.iter().map(|one| Line::Inventory(Box::new(finding_json(one, options))));
    let lines =
        repositories.chain(findings).chain(inventory).chain(suppressed).chain(notes).chain(problems).chain(skips);
    for line in lines.chain([Line::Summary(summary(outcome))]) {
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    Ok(())
}

pub(super) fn finding_json<'a>(finding: &'a Finding, options: &Options) -> FindingJson<'a> {
    FindingJson {
        fingerprint: finding.fingerprint.to_string(),
        rule: finding.rule.as_str(),
        family: &finding.family,
        name: &finding.name,
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        secret: shown(finding, options),
        guessable: is_guessable(finding.secret.expose()),
        proved: finding.proof.by,
        facts: (!finding.proof.facts.is_empty()).then(|| Facts(&finding.proof.facts)),
        rotate: finding.rotate.as_deref(),
        references: finding.references.iter().map(AsRef::as_ref).collect(),
        occurrences: finding.occurrences.iter().map(occurrence).collect(),
        history: finding.history().map(history_json),
        histories: finding.histories.iter().map(|(name, one)| (name.to_string_lossy(), history_json(one))).collect(),
    }
}

fn history_json(history: &SecretHistory) -> HistoryJson<'_> {
    HistoryJson {
        introduced: history.introduced.as_ref().map(commit_json),
        came_before: history.came_before.as_ref().map(commit_json),
        introductions: history.introductions,
        removed: history.removed.as_ref().map(commit_json),
        at_head: history.at_head,
        head_paths: history.head_paths.iter().map(|path| path.to_string_lossy()).collect(),
        refs: &history.refs,
        ref_count: history.ref_count,
        versions: history.versions,
    }
}

fn repositories(outcome: &Outcome) -> impl Iterator<Item = RepositoryJson<'_>> {
    outcome.repositories.iter().map(|(name, repository)| RepositoryJson {
        name: name.to_string_lossy(),
        root_commit: repository.root_commit.as_deref(),
        submodule: repository.submodule.as_ref().map(|path| path.to_string_lossy()),
    })
}

fn step_json(step: &Step) -> StepJson<'_> {
    match step {
        Step::Member { path } => StepJson::Member { path: path.to_string_lossy() },
        Step::Layer { digest, index, created_by, removed_in } => {
            let created_by = created_by.as_deref();
            StepJson::Layer { digest, index: *index, created_by, removed_in: *removed_in }
        }
        Step::Decoded { by, span } => StepJson::Decoded { by, start: span.start, end: span.end },
        Step::Field { path } => StepJson::Field { path },
    }
}

fn suppressed_json<'a>(one: &'a Suppressed, options: &Options) -> SuppressedJson<'a> {
    let by = ByJson {
        cause: one.by.cause.as_str(),
        place: &one.by.place,
        reason: one.by.reason.as_deref(),
        owner: one.by.owner.as_deref(),
        expires: one.by.expires.map(|day| day.to_string()),
    };
    SuppressedJson { by, finding: finding_json(&one.finding, options) }
}

fn commit_json(commit: &CommitInfo) -> CommitJson<'_> {
    CommitJson { commit: &commit.id, author: &commit.author, time: commit.time }
}

fn occurrence(occurrence: &Occurrence) -> OccurrenceJson<'_> {
    let path = occurrence.origin.path();
    let is_utf8 = path.is_none_or(|path| path.to_str().is_some());
    let location = occurrence.location;
    let point = |at: LineColumn, byte| PointJson { line: at.line, column: at.column, byte };
    OccurrenceJson {
        source: occurrence.origin.kind(),
        repository: occurrence.origin.repository().map(|name| name.to_string_lossy()),
        commit: occurrence.origin.commit(),
        image: image(&occurrence.origin),
        steps: occurrence.origin.steps.iter().map(step_json).collect(),
        path: occurrence.origin.portable_path(),
        path_hex: path.filter(|_| !is_utf8).map(|path| bytes(path).iter().map(|byte| format!("{byte:02x}")).collect()),
        start: point(location.start, location.outer.start),
        end: point(location.end, location.outer.end),
        process: match &occurrence.origin.outer {
            Outer::Process { pid, field } => Some(ProcessJson { pid: *pid, field }),
            _ => None,
        },
        exposure: occurrence.exposure.as_deref().map(exposure),
    }
}

fn image(origin: &Origin) -> Option<ImageJson<'_>> {
    match &origin.outer {
        Outer::Image { reference, digest } => Some(ImageJson { reference, digest }),
        _ => None,
    }
}

pub(super) fn problem(problem: &Problem) -> ProblemJson<'_> {
    ProblemJson { what: &problem.what, kind: problem.kind.as_str(), detail: &problem.detail }
}

pub(super) fn skip(skip: &Skip) -> SkipJson<'_> {
    SkipJson { what: &skip.what, why: skip.kind.as_str() }
}

pub(super) fn summary(outcome: &Outcome) -> SummaryJson<'_> {
    let Stats { blobs, bytes, rejected, below_confidence, below_severity, elapsed: _ } = &outcome.stats;
    SummaryJson {
        complete: outcome.is_complete(),
        secrets: outcome.findings.len(),
        occurrences: outcome.occurrences(),
        files: *blobs,
        bytes: *bytes,
        below_confidence: *below_confidence,
        below_severity: *below_severity,
        inventory: (!outcome.inventory.is_empty()).then_some(outcome.inventory.len()),
        rejected,
        suppressed: outcome.suppressed_by_cause().into_iter().map(|(cause, count)| (cause.as_str(), count)).collect(),
        problems: outcome.problems.len(),
        skipped: outcome.skips.len(),
    }
}
