//! `stanch rules list --format json`: the rules for programs.

use super::rules::listed;
use super::{Exit, Failure};
use crate::policy::PolicyOptions;
use crate::rules::{Form, Rule};
use serde::Serialize;
use std::io::Write;

/// A rule; the fields are those of `docs/rules.md`.
#[derive(Serialize)]
pub(super) struct RuleJson<'a> {
    id: &'a str,
    family: &'a str,
    provider: &'a str,
    name: &'a str,
    severity: &'static str,
    confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    /// Of a rule with a pattern its keywords, of one with a body the words near it, of any other the names.
    keywords: Vec<&'a str>,
    entropy: f32,
    rotate: Option<&'a str>,
    references: Vec<&'a str>,
    /// The line that switches it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    off: Option<&'a str>,
}

/// Lists rules as a JSON array.
///
/// # Errors
/// Fails when a file is malformed or the output fails.
pub fn list_json(policy: PolicyOptions, all: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    let listed = listed(policy, all)?;
    let rules: Vec<RuleJson<'_>> = listed.iter().map(|one| rule_json(&one.rule, one.off.as_deref())).collect();
    serde_json::to_writer_pretty(&mut *out, &rules).map_err(|error| Failure::of_output(error.into()))?;
    writeln!(out).map_err(Failure::of_output)?;
    Ok(Exit::Clean)
}

/// A rule as it is listed; `off` is the line that switches it off.
pub(super) fn rule_json<'r>(rule: &'r Rule, off: Option<&'r str>) -> RuleJson<'r> {
    let (pattern, body) = match &rule.form {
        Form::Pattern { pattern, .. } => (Some(pattern.as_ref()), None),
        Form::Near { body, .. } => (None, Some(body.as_ref())),
        Form::Names { .. } | Form::Whole => (None, None),
    };
    RuleJson {
        id: &rule.id,
        family: &rule.family,
        provider: &rule.provider,
        name: &rule.name,
        severity: rule.severity.as_str(),
        confidence: rule.confidence.as_str(),
        pattern,
        body,
        keywords: rule.keywords.iter().map(|keyword| keyword.text.as_ref()).collect(),
        entropy: rule.entropy,
        rotate: rule.rotate.as_deref(),
        references: rule.references.iter().map(AsRef::as_ref).collect(),
        off,
    }
}
