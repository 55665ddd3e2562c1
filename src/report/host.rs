//! The report of a host for people: by exposure, the worst first, then by store; what is well kept last, as a list.

use super::Options;
use super::escape::printable;
use super::facts::told;
use super::phrase::{counted, shown};
use crate::model::{Exposure, ExposureLevel, Finding, Moment, Occurrence, Outcome};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Most places of one secret that are shown under one level and store; the others are counted.
const MOST_PLACES: usize = 3;

/// Whether an outcome is that of a host.
pub(super) fn is_of_host(outcome: &Outcome) -> bool {
    let mut occurrences = outcome.findings.iter().flat_map(|finding| &finding.occurrences);
    !outcome.inventory.is_empty() || occurrences.any(|one| one.exposure.is_some())
}

/// What a level means.
fn meaning(level: ExposureLevel) -> &'static str {
    match level {
        ExposureLevel::Published => "offered beyond this host",
        ExposureLevel::World => "every account of this host may read it",
        ExposureLevel::Container => "a container may read it",
        ExposureLevel::Group => "other accounts may read it",
        ExposureLevel::Owner => {
            "only its owner may read it, and it does not belong there or is not closed as it should be"
        }
        ExposureLevel::Kept => "where it belongs, closed as it should be",
    }
}

/// The findings, then the inventory. `line` writes one place with its secret in the colours of the report.
pub(super) fn write(
    outcome: &Outcome,
    options: &Options,
    bold: &dyn Fn(&str) -> String,
    line: &dyn Fn(&Finding, &str) -> String,
    out: &mut dyn Write,
) -> io::Result<()> {
    for level in ExposureLevel::WORST_FIRST.into_iter().filter(|level| *level != ExposureLevel::Kept) {
        let mut stores: BTreeMap<&str, Vec<(&Finding, Vec<&Occurrence>)>> = BTreeMap::new();
        for finding in &outcome.findings {
            let mut by_store: BTreeMap<&str, Vec<&Occurrence>> = BTreeMap::new();
            for occurrence in &finding.occurrences {
                let exposure = occurrence.exposure.as_deref();
                if exposure.map_or(ExposureLevel::Owner, |exposure| exposure.level) == level {
                    by_store.entry(exposure.map_or("file", |exposure| &exposure.store)).or_default().push(occurrence);
                }
            }
            by_store.into_iter().for_each(|(store, places)| stores.entry(store).or_default().push((finding, places)));
        }
        if stores.is_empty() {
            continue;
        }
        let title = format!("{}: {}", level.as_str().to_uppercase(), meaning(level));
        writeln!(out, "{}", bold(&title))?;
        for (store, findings) in stores {
            writeln!(out, "  {}", bold(&printable(store)))?;
            for (finding, places) in findings {
                writeln!(out, "    {}", line(finding, &printable(&shown(finding, options))))?;
                let facts = told(&finding.proof, Moment::from_seconds(options.finished));
                if !facts.is_empty() {
                    writeln!(out, "              {}", printable(&facts))?;
                }
                for occurrence in places.iter().take(MOST_PLACES) {
                    place(occurrence, out)?;
                }
                if places.len() > MOST_PLACES {
                    let more = counted(places.len() - MOST_PLACES, "more place");
                    writeln!(out, "              and {more}; `--format json` has them all")?;
                }
            }
        }
        writeln!(out)?;
    }
    inventory(outcome, bold, out)
}

fn place(occurrence: &Occurrence, out: &mut dyn Write) -> io::Result<()> {
    let (origin, start) = (&occurrence.origin, occurrence.location.start);
    let process = occurrence.exposure.as_ref().and_then(|exposure| exposure.process.as_ref());
    let program = process.map_or_else(String::new, |process| format!(" ({})", process.program));
    writeln!(
        out,
        "              {}:{}:{}{}",
        printable(&origin.display()),
        start.line,
        start.column,
        printable(&program)
    )?;
    match &occurrence.exposure {
        Some(exposure) => writeln!(out, "                {}", printable(&sentence(exposure))),
        None => Ok(()),
    }
}

/// Who owns a place, who may read it, and since when it is there.
fn sentence(exposure: &Exposure) -> String {
    let mut parts: Vec<String> = exposure.change.iter().map(ToString::to_string).collect();
    let owner = exposure.owner.as_ref().map(ToString::to_string);
    let group = exposure.group.as_ref().map(ToString::to_string);
    match (exposure.mode, owner, group) {
        (Some(mode), Some(owner), Some(group)) => parts.push(format!("{mode:04o} {owner}:{group}")),
        (None, Some(owner), _) => parts.push(format!("of {owner}")),
        _ => {}
    }
    parts.extend(exposure.acl.iter().cloned());
    if let Some(process) = &exposure.process {
        parts.extend(process.unit.iter().map(|unit| format!("unit {unit}")));
        parts.extend(process.container.iter().map(|container| format!("container {container}")));
    }
    if !exposure.readers.is_empty() {
        parts.push(format!("read by {}", exposure.readers.join(", ")));
    }
    if exposure.encrypted == Some(true) {
        parts.push("encrypted".to_owned());
    }
    if let Some(since) = exposure.since {
        parts.push(format!("since {}", since.day()));
    }
    if let (Some(mode), Some(proper)) = (exposure.mode, exposure.proper_mode)
        && mode & 0o077 & !proper != 0
    {
        parts.push(format!("should be {proper:04o}"));
    }
    parts.join("; ")
}

/// The stores that are in order, with the number of secrets in each file.
fn inventory(outcome: &Outcome, bold: &dyn Fn(&str) -> String, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for finding in &outcome.inventory {
        for occurrence in &finding.occurrences {
            let store = occurrence.exposure.as_ref().map_or("file", |exposure| &exposure.store);
            *files.entry((store, occurrence.origin.display().into_owned())).or_default() += 1;
        }
    }
    if files.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", bold(&format!("KEPT: {} (inventory, no findings)", meaning(ExposureLevel::Kept))))?;
    for ((store, path), count) in files {
        writeln!(out, "  {:<20}  {}, {}", printable(store), printable(&path), counted(count, "secret"))?;
    }
    writeln!(out)
}
