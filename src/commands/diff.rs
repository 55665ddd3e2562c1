//! `stanch diff`: what two JSON reports differ by. Secrets are the same by their fingerprints, wherever they stand.

use super::{Exit, Failure};
use crate::policy_file::{self, NamedBy};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which reports are compared, and how.
#[derive(Clone, Debug)]
pub struct DiffOptions {
    /// The earlier one.
    pub old: PathBuf,
    /// The later one.
    pub new: PathBuf,
    /// Write JSON.
    pub json: bool,
}

/// Reported secrets, by fingerprint.
type Secrets = BTreeMap<String, Value>;

/// Says which secrets are new, and which are gone; 1 when one is new.
///
/// # Errors
/// Fails when a report cannot be read or is none of ours, or the output fails.
pub fn diff(options: &DiffOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (old, old_is_whole) = read(&options.old)?;
    let (new, new_is_whole) = read(&options.new)?;
    let added: Vec<&Value> = new.iter().filter(|(key, _)| !old.contains_key(*key)).map(|(_, one)| one).collect();
    let gone: Vec<&Value> = old.iter().filter(|(key, _)| !new.contains_key(*key)).map(|(_, one)| one).collect();
    let kept = new.len() - added.len();
    if options.json {
        let document = json!({
            "schema": 1,
            "complete": old_is_whole && new_is_whole,
            "new": added,
            "gone": gone,
            "kept": kept,
        });
        serde_json::to_writer_pretty(&mut *out, &document).map_err(|error| Failure::of_output(error.into()))?;
        writeln!(out).map_err(Failure::of_output)?;
    } else {
        for (mark, all) in [("new ", &added), ("gone", &gone)] {
            for one in all {
                writeln!(out, "{mark}  {}", line(one)).map_err(Failure::of_output)?;
            }
        }
        writeln!(out, "{} new, {} gone, {kept} in both", added.len(), gone.len()).map_err(Failure::of_output)?;
        for (path, is_whole) in [(&options.old, old_is_whole), (&options.new, new_is_whole)] {
            if !is_whole {
                let name = path.display();
                writeln!(out, "{name}: this scan was incomplete: what is missing in it may still be there")
                    .map_err(Failure::of_output)?;
            }
        }
    }
    Ok(if !added.is_empty() {
        Exit::Findings(1)
    } else if old_is_whole && new_is_whole {
        Exit::Clean
    } else {
        Exit::Incomplete
    })
}

/// A secret's first place, as compilers write it.
fn line(finding: &Value) -> String {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or("?").to_owned();
    let first = &finding["occurrences"][0];
    let start = &first["start"];
    let short: String = text(finding, "fingerprint").chars().take(12).collect();
    let commit = first["commit"].as_str().map_or_else(String::new, |commit| format!(", in commit {commit:.12}"));
    let line = format!(
        "{}:{}:{}: {}: {} {} ({}, {short}{commit})",
        first["path"].as_str().or(first["source"].as_str()).unwrap_or("?"),
        start["line"],
        start["column"],
        text(finding, "severity"),
        text(finding, "name"),
        text(finding, "secret"),
        text(finding, "rule"),
    );
    // A report may be anybody's: no control character reaches the terminal.
    line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The findings of a JSON or JSON Lines report, and whether its scan was complete.
fn read(path: &Path) -> Result<(Secrets, bool), Failure> {
    let name = path.display();
    let fault = |why: &str| Failure::Usage(format!("{name}: {why}; make one with `stanch scan --format json`"));
    let text = policy_file::text(path, NamedBy::User, policy_file::MAX_FILE_BYTES)
        .map_err(|error| fault(&format!("cannot read this report: {error}")))?;
    let documents: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text).into_iter::<Value>().collect();
    let documents = documents.map_err(|error| fault(&format!("not JSON: {error}")))?;
    let (mut secrets, mut summary) = (Secrets::new(), None);
    let mut take = |finding: &Value| {
        if let Some(fingerprint) = finding["fingerprint"].as_str() {
            secrets.insert(fingerprint.to_owned(), finding.clone());
        }
    };
    for document in &documents {
        match document["type"].as_str() {
            Some("finding") => take(document),
            Some("summary") => summary = document["complete"].as_bool(),
            Some(_) => {}
            None => {
                document["findings"].as_array().into_iter().flatten().for_each(&mut take);
                summary = document["summary"]["complete"].as_bool().filter(|_| document["schema"].is_u64());
            }
        }
    }
    Ok((secrets, summary.ok_or_else(|| fault("no report of stanch"))?))
}
