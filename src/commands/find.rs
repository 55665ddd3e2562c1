//! Finds a finding again: by its fingerprint or the beginning of it, in files, in what is staged, and in the history, in this order.

use super::Failure;
use super::full_scan::{full_scan, repository_of, without_floors};
use super::git::{changes, history};
use crate::git::repo::OpenOptions;
use crate::model::{Finding, Fingerprint, Outcome};
use crate::pipeline::{ChangeScope, Progress, Selection};
use crate::policy::{BaselineChoice, PolicyOptions, Scopes};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Whether a text is a fingerprint, or at least its first 8 digits.
pub(super) fn is_fingerprint(text: &str) -> bool {
    (8..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The finding whose fingerprint begins so, below `path` and in the repository that it is in. What exceptions keep out of reports is found, too.
///
/// # Errors
/// Fails when nothing can be scanned, when there is none, or when there are several.
pub(super) fn everywhere(options: &PolicyOptions, path: &Path, id: &str) -> Result<Finding, Failure> {
    let id = id.to_ascii_lowercase();
    search(options, path, &|finding| finding.fingerprint.to_string().starts_with(&id))?.ok_or_else(|| {
        Failure::Usage(format!(
            "nothing in {}, in what is staged there, or in its history has this fingerprint; reports print them",
            path.display()
        ))
    })
}

/// The finding that stands on a line of a file, as it lies there or as the index has it.
///
/// # Errors
/// As [`everywhere`].
pub(super) fn on_line(options: &PolicyOptions, path: &Path, line: u64) -> Result<Finding, Failure> {
    let stands = |finding: &Finding| {
        finding.occurrences.iter().any(|one| {
            let location = one.location;
            let is_there = one.origin.path().is_some_and(|there| path.ends_with(there) || there.ends_with(path));
            is_there && (location.start.line..=location.end.line).contains(&line)
        })
    };
    let targets = if path.exists() { path } else { Path::new(".") };
    search(options, targets, &stands)?
        .ok_or_else(|| Failure::Usage(format!("{}:{line}: no finding stands there", path.display())))
}

/// The one finding that is meant.
fn search(
    options: &PolicyOptions,
    path: &Path,
    is_meant: &dyn Fn(&Finding) -> bool,
) -> Result<Option<Finding>, Failure> {
    let all = PolicyOptions {
        no_inline: true,
        no_ignores: true,
        baseline: BaselineChoice::Without,
        ..without_floors(options.clone())
    };
    let targets = [path.to_owned()];
    let scopes = Scopes::new(all, &targets)?;
    let found = meant(&full_scan(&scopes, &targets, false)?, is_meant)?;
    let Some(top) = repository_of(&scopes, path).filter(|_| found.is_none()) else { return Ok(found) };
    let (open, progress) = (OpenOptions::default(), Arc::new(Progress::default()));
    // A bare repository has nothing that is staged.
    if let Ok(outcome) = changes(&top, open, ChangeScope::Staged, &scopes, &progress)
        && let Some(found) = meant(&outcome, is_meant)?
    {
        return Ok(Some(found));
    }
    meant(&history(&top, open, &Selection::default(), &scopes, &progress)?, is_meant)
}

fn meant(outcome: &Outcome, is_meant: &dyn Fn(&Finding) -> bool) -> Result<Option<Finding>, Failure> {
    let suppressed = outcome.suppressed.iter().map(|one| &one.finding);
    let found: BTreeMap<Fingerprint, &Finding> = outcome
        .findings
        .iter()
        .chain(suppressed)
        .filter(|finding| is_meant(finding))
        .map(|finding| (finding.fingerprint, finding))
        .collect();
    if found.len() > 1 {
        let names: Vec<String> = found.keys().map(|fingerprint| fingerprint.short()).collect();
        return Err(Failure::Usage(format!("it may be one of several: give the fingerprint, {}", names.join(", "))));
    }
    Ok(found.into_values().next().cloned())
}
