//! What a JSON report says, as far as a ledger keeps it. A report may come from another machine, so nothing in it is believed but its form.

use crate::model::Fingerprint;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a text is no report.
#[derive(Debug, Error)]
pub enum ReportError {
    /// It is no JSON, or not of the form of a report.
    #[error("not a JSON report of stanch: {0}")]
    Form(String),
    /// Its schema is of a later version.
    #[error("a report of schema {0}, and this program knows schema 1: use a newer one")]
    Later(u64),
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// SHA-256 of its text, in hexadecimal digits: the same report is recorded once.
    pub digest: String,
    pub(super) complete: bool,
    pub(super) files: i64,
    pub(super) bytes: i64,
    pub(super) problems: i64,
    pub(super) tool: String,
    /// Identities of the repositories that were scanned, by their names.
    pub(super) repositories: BTreeMap<String, String>,
    pub(super) findings: Vec<Reported>,
}

/// A finding of a report.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Reported {
    fingerprint: String,
    pub(super) rule: String,
    pub(super) family: String,
    pub(super) name: String,
    pub(super) severity: String,
    pub(super) secret: String,
    #[serde(default)]
    pub(super) guessable: bool,
    pub(super) rotate: Option<String>,
    pub(super) occurrences: Vec<Occurrence>,
    #[serde(default)]
    histories: BTreeMap<String, History>,
    history: Option<History>,
    pub(super) liveness: Option<Liveness>,
}

/// What a live check said.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Liveness {
    pub(super) verdict: String,
    pub(super) evidence: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct History {
    introduced: Option<Commit>,
}

#[derive(Clone, Debug, Deserialize)]
struct Commit {
    author: String,
    time: i64,
}

/// A place of a report.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Occurrence {
    source: String,
    repository: Option<String>,
    path: Option<String>,
    image: Option<Image>,
    #[serde(default)]
    steps: Vec<Value>,
    commit: Option<String>,
    process: Option<Value>,
    exposure: Option<Value>,
    start: Option<Point>,
}

#[derive(Clone, Debug, Deserialize)]
struct Image {
    reference: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Point {
    line: i64,
}

#[derive(Deserialize)]
struct Summary {
    complete: bool,
    #[serde(default)]
    files: u64,
    #[serde(default)]
    bytes: u64,
    #[serde(default)]
    problems: u64,
}

#[derive(Deserialize)]
struct Repository {
    name: String,
    root_commit: Option<String>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Document {
    schema: u64,
    tool: Tool,
    summary: Summary,
    #[serde(default)]
    repositories: Vec<Repository>,
    findings: Vec<Reported>,
    #[serde(default)]
    inventory: Vec<Reported>,
}

/// A line of JSON Lines.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Finding(Box<Reported>),
    Inventory(Box<Reported>),
    Repository(Repository),
    Summary(Summary),
    #[serde(other)]
    Other,
}

impl Report {
    /// Reads a report in JSON or JSON Lines.
    ///
    /// # Errors
    /// Fails when the text is of another form, a fingerprint is none, or the schema is of a later version.
    pub fn parse(text: &str) -> Result<Report, ReportError> {
        let form = |error: serde_json::Error| ReportError::Form(error.to_string());
        let digest = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        let (summary, repositories, findings, tool);
        let first = text.lines().next().unwrap_or_default();
        if serde_json::from_str::<Line>(first).is_ok() {
            let (mut end, mut all, mut stores) = (None, Vec::new(), Vec::new());
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                match serde_json::from_str(line).map_err(form)? {
                    Line::Finding(one) | Line::Inventory(one) => all.push(*one),
                    Line::Repository(one) => stores.push(one),
                    Line::Summary(one) => end = Some(one),
                    Line::Other => {}
                }
            }
            summary = end.ok_or_else(|| ReportError::Form("it has no line of type `summary`".to_owned()))?;
            (repositories, findings, tool) = (stores, all, "stanch".to_owned());
        } else {
            // What is of a later schema need not have the fields of this one.
            let value: Value = serde_json::from_str(text).map_err(form)?;
            if let Some(later) = value.get("schema").and_then(Value::as_u64).filter(|schema| *schema > 1) {
                return Err(ReportError::Later(later));
            }
            let document = Document::deserialize(value).map_err(form)?;
            if document.schema != 1 || document.tool.name != "stanch" {
                return Err(ReportError::Form("another program wrote it".to_owned()));
            }
            summary = document.summary;
            (repositories, findings) =
                (document.repositories, document.findings.into_iter().chain(document.inventory).collect());
            tool = document.tool.version;
        }
        if let Some(bad) = findings.iter().find(|one| one.fingerprint().is_none()) {
            return Err(ReportError::Form(format!("the fingerprint of a finding of rule {} is none", bad.rule)));
        }
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Ok(Report {
            digest,
            complete: summary.complete,
            files: number(summary.files),
            bytes: number(summary.bytes),
            problems: number(summary.problems),
            tool,
            repositories: repositories
                .into_iter()
                .map(|one| (one.name.clone(), one.root_commit.unwrap_or(one.name)))
                .collect(),
            findings,
        })
    }
}

impl Reported {
    pub(super) fn fingerprint(&self) -> Option<Fingerprint> {
        let text = &self.fingerprint;
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Fingerprint::from(bytes))
    }

    /// Time and author of the oldest commit that brought it.
    pub(super) fn first_commit(&self) -> Option<(i64, &str)> {
        let all = self.histories.values().chain(&self.history).filter_map(|one| one.introduced.as_ref());
        all.min_by_key(|commit| commit.time).map(|commit| (commit.time, commit.author.as_str()))
    }
}

impl Occurrence {
    /// What it lies in: its identity and its name.
    pub(super) fn surface(&self, repositories: &BTreeMap<String, String>) -> (String, String) {
        if let Some(name) = &self.repository {
            let identity = repositories.get(name).unwrap_or(name);
            return (format!("repository:{identity}"), name.clone());
        }
        if let Some(image) = &self.image {
            return (format!("image:{}", image.reference), image.reference.clone());
        }
        let kind = if self.exposure.is_some() || self.process.is_some() { "host" } else { "files" };
        (kind.to_owned(), kind.to_owned())
    }

    /// The place within the surface: the path, the steps, and the commit.
    pub(super) fn place(&self) -> String {
        let mut text = self.path.clone().unwrap_or_else(|| self.source.clone());
        for step in &self.steps {
            let part = ["path", "digest", "by"].into_iter().find_map(|key| step.get(key).and_then(Value::as_str));
            text.push('!');
            text.push_str(part.unwrap_or_default());
        }
        if let Some(commit) = &self.commit {
            text.push('@');
            text.push_str(commit);
        }
        text
    }

    pub(super) fn line(&self) -> i64 {
        self.start.as_ref().map_or(0, |start| start.line)
    }
}
