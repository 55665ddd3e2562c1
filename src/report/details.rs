//! Details of a scan: policy files in effect, skipped paths, and reasons for rejected matches. They are written to standard error,
//! independent of the report's format.

use super::escape::printable;
use crate::model::Outcome;
use crate::model::SkipKind;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes the details of a scan, one per line. `held` lists the policy files in effect.
///
/// # Errors
/// Fails when `out` fails.
pub fn write_details(held: &[String], outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |text: &str| writeln!(out, "stanch: {}", printable(text));
    for file in held {
        line(file)?;
    }
    if held.is_empty() {
        line("no configuration, ignore file or baseline holds")?;
    }
    let mut kinds: BTreeMap<SkipKind, Vec<&str>> = BTreeMap::new();
    for skip in &outcome.skips {
        kinds.entry(skip.kind).or_default().push(&skip.what);
    }
    for (kind, paths) in kinds {
        line(&format!("left out, {}: {}", kind.as_str(), paths.len()))?;
        for path in paths {
            line(&format!("  {path}"))?;
        }
    }
    let stats = &outcome.stats;
    let rejected: u64 = stats.rejected.values().sum();
    if rejected > 0 {
        line(&format!("matches rejected: {rejected}"))?;
        let mut reasons: Vec<(&String, u64)> = stats.rejected.iter().map(|(reason, count)| (reason, *count)).collect();
        reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
        for (reason, count) in reasons {
            line(&format!("  {count:>6}  {reason}"))?;
        }
    }
    for (count, floor) in [(stats.below_confidence, "confidence"), (stats.below_severity, "severity")] {
        if count > 0 {
            line(&format!("below the {floor} asked for: {count}"))?;
        }
    }
    Ok(())
}
