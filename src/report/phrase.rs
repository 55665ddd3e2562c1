//! Phrases that several reports share.

use super::Options;
use super::calendar::day;
use super::escape::printable;
use crate::model::Outcome;
use crate::model::{Finding, SecretHistory};
use std::borrow::Cow;
use std::path::PathBuf;

/// The secret as reports show it: masked, unless the user asked for the full value.
pub(super) fn shown<'f>(finding: &'f Finding, options: &Options) -> Cow<'f, str> {
    if options.show_secrets {
        String::from_utf8_lossy(finding.secret.expose())
    } else {
        Cow::Owned(finding.secret.masked())
    }
}

/// A number with its noun.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A number of bytes, for people.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [(&str, f64); 3] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let unit = UNITS.iter().find(|(_, factor)| bytes as f64 >= *factor);
    unit.map_or_else(|| format!("{bytes} B"), |(name, factor)| format!("{:.1} {name}", bytes as f64 / factor))
}

/// The result of the scan.
pub(super) fn found(outcome: &Outcome) -> String {
    match outcome.findings.len() {
        0 if outcome.is_complete() => "no secrets found".to_owned(),
        0 => "no secrets found in what was read".to_owned(),
        count => format!("{} in {}", counted(count, "secret"), counted(outcome.occurrences(), "place")),
    }
}

/// What the scan read.
pub(super) fn read(outcome: &Outcome) -> String {
    let files = counted(usize::try_from(outcome.stats.blobs).unwrap_or(usize::MAX), "file");
    format!("{files}, {} read", size(outcome.stats.bytes))
}

/// Why a scan is incomplete; empty for a complete one.
pub(super) fn incomplete(outcome: &Outcome) -> Option<String> {
    (!outcome.is_complete()).then(|| {
        format!("INCOMPLETE: {} could not be read; this is no clean answer", counted(outcome.problems.len(), "thing"))
    })
}

/// Advice for a leaked secret.
pub(super) fn advice(finding: &Finding) -> String {
    let place = finding.rotate.as_deref().map_or_else(String::new, |rotate| format!(" at {rotate}"));
    format!(
        "Revoke it and issue a new one{place}; move it to a vault and inject it at deployment; then remove it here. A secret that was \
         committed stays in history: only revoking it helps."
    )
}

/// What repositories remember of a secret, a line each; with several, each line names its repository. The authors come from outside.
pub(super) fn told(finding: &Finding) -> Vec<String> {
    let is_one = finding.histories.len() == 1;
    let line = |(repository, history): (&PathBuf, &SecretHistory)| {
        if is_one { history_line(history) } else { format!("{}: {}", repository.display(), history_line(history)) }
    };
    finding.histories.iter().map(line).collect()
}

fn history_line(history: &SecretHistory) -> String {
    let introduced = match (&history.introduced, &history.came_before, history.refs.first()) {
        (Some(commit), ..) => format!("by {} on {}", commit.author, day(commit.time)),
        (None, Some(commit), _) => {
            format!("with commit {:.12} or before it, where the shallow clone ends", commit.id)
        }
        (None, None, Some(reference)) => format!("no commit brought it; {reference} leads to it"),
        (None, None, None) => "no reference leads to it".to_owned(),
    };
    let fate = match &history.removed {
        _ if history.at_head => "still at HEAD".to_owned(),
        Some(commit) => format!("removed in {:.12} on {}", commit.id, day(commit.time)),
        None => "not at HEAD".to_owned(),
    };
    format!(
        "{introduced}; {fate}; in {}, {}",
        counted(history.versions as usize, "version"),
        counted(history.ref_count as usize, "ref")
    )
}

/// Where a secret is replaced: a page that does it, or one that says how.
pub(super) fn rotation(address: &str) -> String {
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let tells =
        |word: &str| ["docs", "doc", "help", "support", "documentation", "learn", "articles", "kb"].contains(&word);
    let is_told = host.split('.').next().is_some_and(tells) || path.split('/').any(tells);
    let address = printable(address);
    if is_told { format!("how to replace it: {address}") } else { format!("rotate it at {address}") }
}
