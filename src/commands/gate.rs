//! `stanch gate verify`: lets a subject pass by what a signed statement says of it, and nothing else.

use super::attest::subject::SubjectSpec;
use super::attest::{now, public_keys, rules_digest};
use super::{Exit, Failure};
use crate::attest::{Demands, Passed, Property, admit, read_bundle};
use crate::rules::RuleSet;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// A bundle file is not longer, bytes.
const LONGEST: u64 = 256 << 20;

/// What stands before the gate, and what it must show.
#[derive(Debug)]
pub struct GateOptions {
    /// The subject.
    pub subject: SubjectSpec,
    /// How the user calls it.
    pub name: String,
    /// Files with statements: one that satisfies is enough.
    pub bundles: Vec<PathBuf>,
    /// Keys that are trusted.
    pub keys: Vec<PathBuf>,
    /// What a statement must say. Without properties, those of a complete scan without findings.
    pub demands: Demands,
    /// The rules must be this program's own.
    pub own_rules: bool,
    /// Writes the decision as JSON.
    pub json: bool,
}

/// Decides: clean when it passes, findings when it is refused, incomplete when something could not be read.
///
/// # Errors
/// Fails when a key is none, or the decision could not be written.
pub fn gate_verify(options: GateOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let keys = public_keys(&options.keys)?;
    if keys.is_empty() {
        return Err(Failure::Usage("--key names the public key of whoever may vouch".to_owned()));
    }
    let mut demands = options.demands.clone();
    if demands.properties.is_empty() && !demands.any_predicate {
        let least = [Property::NoUnprotectedSecrets, Property::CoverageComplete];
        demands.properties = least.iter().map(|property| property.name().to_owned()).collect();
    }
    if options.own_rules {
        demands.rules = Some(rules_digest(RuleSet::builtin().rules()).to_string());
    }
    let (decision, exit) = decide(&options, &keys, &demands);
    let line = match (&decision, options.json) {
        (Ok(passed), true) => json!({
            "subject": options.name,
            "passed": true,
            "predicate_type": passed.statement.predicate_type,
            "time": passed.time.map(|time| time.to_string()),
            "properties": passed.properties,
        })
        .to_string(),
        (Err(why), true) => json!({"subject": options.name, "passed": false, "why": why}).to_string(),
        (Ok(passed), false) => {
            let time = passed.time.map_or_else(String::new, |time| format!(", of {time}"));
            let claims = if passed.properties.is_empty() {
                String::new()
            } else {
                format!(": {}", passed.properties.join(", "))
            };
            format!("passed: {}{time}{claims}", options.name)
        }
        (Err(why), false) => format!("refused: {why}"),
    };
    writeln!(out, "{line}").map_err(Failure::of_output)?;
    Ok(exit)
}

fn decide(
    options: &GateOptions,
    keys: &[crate::attest::PublicKey],
    demands: &Demands,
) -> (Result<Passed, String>, Exit) {
    let subjects = match options.subject.subjects() {
        Ok(subjects) => subjects,
        Err(why) => return (Err(format!("the subject cannot be read: {why}")), Exit::Incomplete),
    };
    let (mut refused, mut unread) = (None, None);
    for path in &options.bundles {
        let text = std::fs::metadata(path).and_then(|data| match data.len() > LONGEST {
            true => Err(std::io::Error::other("it is too long for a bundle")),
            false => std::fs::read(path),
        });
        let text = match text {
            Ok(text) => text,
            Err(error) => {
                unread = Some(format!("{}: {error}", path.display()));
                continue;
            }
        };
        match read_bundle(&text) {
            Ok(signed) => {
                for one in &signed {
                    match admit(one, keys, &subjects, demands, now()) {
                        Ok(passed) => return (Ok(passed), Exit::Clean),
                        Err(why) => refused = Some(format!("{}: {why}", path.display())),
                    }
                }
            }
            Err(why) => refused = Some(format!("{}: {why}", path.display())),
        }
    }
    match (refused, unread) {
        (Some(why), _) => (Err(why), Exit::Findings(1)),
        (None, Some(why)) => (Err(why), Exit::Incomplete),
        (None, None) => (Err("no statement is given".to_owned()), Exit::Findings(1)),
    }
}
