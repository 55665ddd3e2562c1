//! `stanch rules`: what is looked for, and whether it works.

use super::{Exit, Failure};
use crate::engine::{Engine, selftest};
use crate::policy::{PolicyOptions, Scopes};
use crate::policy_file::NamedBy;
use crate::rules::{Form, Rule, RuleSet, check as checks, example};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The built-in rules with those of the files.
pub(super) fn load(files: &[PathBuf]) -> Result<RuleSet, Failure> {
    let mut set = RuleSet::builtin();
    for file in files {
        set.add_file(file, NamedBy::User)?;
    }
    Ok(set)
}

/// A rule, and where it is switched off, if it is.
pub(super) struct Listed {
    pub(super) rule: Rule,
    pub(super) off: Option<String>,
}

/// The rules that hold in the current directory, as its configuration changes them; with `all` those that are off, too.
pub(super) fn listed(policy: PolicyOptions, all: bool) -> Result<Vec<Listed>, Failure> {
    let here = Path::new(".");
    let scope = Scopes::new(policy, &[here.to_owned()])?.of_target(here)?;
    let on = scope.rule_set()?;
    let mut rules: Vec<Listed> = on.rules().iter().map(|rule| Listed { rule: rule.clone(), off: None }).collect();
    if all {
        let every = scope.every_rule();
        let off = every.rules().iter().filter(|rule| on.get(&rule.id).is_none());
        rules.extend(off.map(|rule| Listed { rule: rule.clone(), off: Some(scope.off_by(&rule.id)) }));
    }
    rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
    Ok(rules)
}

/// Lists rules, a line each: id, severity, confidence, name, and where it is switched off.
///
/// # Errors
/// Fails when a file is malformed or the output fails.
pub fn list(policy: PolicyOptions, all: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    let rules = listed(policy, all)?;
    let width = rules.iter().map(|one| one.rule.id.len()).max().unwrap_or(0);
    for Listed { rule, off } in &rules {
        let off = off.as_ref().map_or_else(String::new, |place| format!("  (off: {place})"));
        writeln!(out, "{:width$}  {:8}  {:6}  {}{off}", rule.id, rule.severity, rule.confidence, rule.name)
            .map_err(Failure::of_output)?;
    }
    Ok(Exit::Clean)
}

/// Shows everything about one rule.
///
/// # Errors
/// Fails when there is no such rule, a file is malformed or the output fails.
pub fn show(files: &[PathBuf], id: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let set = load(files)?;
    let rule = set.get(id).ok_or_else(|| unknown(&set, id))?;
    write_rule(rule, out).map_err(Failure::of_output)?;
    Ok(Exit::Clean)
}

/// Says what is wrong with the rules as a set; one fault makes it fail.
///
/// # Errors
/// Fails when a file is malformed or the output fails.
pub fn check(files: &[PathBuf], out: &mut dyn Write) -> Result<Exit, Failure> {
    let set = load(files)?;
    conclude(set.rules().len(), &checks::faults(&set), "checked: sound as a set", out)
}

/// Runs the generated examples of all rules, or of those named, through the whole engine.
///
/// # Errors
/// Fails when there is no such rule, a file is malformed or the output fails.
pub fn test(files: &[PathBuf], ids: &[String], out: &mut dyn Write) -> Result<Exit, Failure> {
    let set = load(files)?;
    if let Some(id) = ids.iter().find(|id| set.get(id).is_none()) {
        return Err(unknown(&set, id));
    }
    let engine = Engine::new(set.clone());
    let is_chosen = |rule: &&Rule| ids.is_empty() || ids.iter().any(|id| *id == rule.id);
    let chosen: Vec<&Rule> = set.rules().iter().filter(is_chosen).collect();
    let faults: Vec<String> = chosen.iter().flat_map(|rule| selftest::faults(&engine, rule)).collect();
    conclude(chosen.len(), &faults, "tested: all examples found, no counter-example", out)
}

fn conclude(count: usize, faults: &[String], praise: &str, out: &mut dyn Write) -> Result<Exit, Failure> {
    let rules = format!("{count} rule{}", if count == 1 { "" } else { "s" });
    for fault in faults {
        writeln!(out, "{fault}").map_err(Failure::of_output)?;
    }
    if faults.is_empty() {
        writeln!(out, "{rules} {praise}").map_err(Failure::of_output)?;
        return Ok(Exit::Clean);
    }
    let plural = if faults.len() == 1 { "" } else { "s" };
    writeln!(out, "{} fault{plural} in {rules}", faults.len()).map_err(Failure::of_output)?;
    Ok(Exit::Findings(1))
}

/// An unknown id, with the ids that are most like it.
pub(super) fn unknown(set: &RuleSet, id: &str) -> Failure {
    /// From here on two ids look alike, between 0 and 1.
    const ALIKE: f64 = 0.8;
    let likeness = |rule: &Rule| {
        let holds = !id.is_empty() && (rule.id.contains(id) || id.split('-').next() == Some(&rule.family));
        strsim::jaro_winkler(id, &rule.id) + if holds { 1.0 } else { 0.0 }
    };
    let mut alike: Vec<(f64, &str)> = set.rules().iter().map(|rule| (likeness(rule), rule.id.as_ref())).collect();
    alike.retain(|(likeness, _)| *likeness >= ALIKE);
    alike.sort_by(|a, b| b.0.total_cmp(&a.0));
    let some: Vec<&str> = alike.into_iter().take(5).map(|(_, id)| id).collect();
    let hint = if some.is_empty() {
        "`stanch rules list` has them all".to_owned()
    } else {
        format!("did you mean {}?", some.join(", "))
    };
    Failure::Usage(format!("there is no rule `{id}`; {hint}"))
}

pub(super) fn write_rule(rule: &Rule, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{} ({})", rule.name, rule.id)?;
    writeln!(out, "  provider    {}", rule.provider)?;
    writeln!(out, "  severity    {}", rule.severity)?;
    writeln!(out, "  confidence  {}", rule.confidence)?;
    match &rule.form {
        Form::Pattern { pattern, .. } => writeln!(out, "  pattern     {pattern}")?,
        Form::Near { body, by_run, .. } => {
            writeln!(
                out,
                "  body        {body}{}",
                if *by_run { " (found by its run of token characters)" } else { "" }
            )?;
        }
        Form::Whole => writeln!(out, "  pattern     that of its own file, run over whole texts")?,
        Form::Names { by_run } => {
            let found = if *by_run { " (found by its run of token characters)" } else { "" };
            writeln!(
                out,
                "  secret      a value assigned to a name that holds a keyword, if the classifier accepts it{found}"
            )?;
        }
    }
    for keyword in rule.keywords.iter() {
        let case = if keyword.ignore_case { ", in any case" } else { "" };
        writeln!(out, "  keyword     {} (-{} +{} bytes{case})", keyword.text, keyword.before, keyword.after)?;
    }
    if rule.entropy > 0.0 {
        writeln!(out, "  entropy     at least {} bits a byte", rule.entropy)?;
    }
    if let Some(proof) = rule.proof {
        writeln!(out, "  proof       {} (docs/proofs.md)", proof.name())?;
    }
    if let Some(rotate) = &rule.rotate {
        writeln!(out, "  rotate      {rotate}")?;
    }
    for reference in rule.references.iter() {
        writeln!(out, "  reference   {reference}")?;
    }
    for example in &example::of(rule) {
        writeln!(out, "  example     {}", example.escape_debug())?;
    }
    for example in rule.counter_examples.iter() {
        writeln!(out, "  silent on   {example}")?;
    }
    Ok(())
}
