//! For people: grouped by file, with what to do.

use super::path::printable;
use super::{Options, exceptions};
use crate::model::{Finding, Occurrence, Provenance, SecretHistory, Severity, SkipKind};
use crate::pipeline::Outcome;
use anstyle::{AnsiColor, Style};
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

/// A secret that stands in more places is shown in these, and the rest is counted.
const MOST_PLACES: usize = 5;
/// More problems, or more paths that were left out for one reason, are counted only.
const MOST_NAMED: usize = 10;

/// Writes texts in a style, if styles are wanted.
struct Paint {
    color: bool,
}

impl Paint {
    fn text(&self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn severity(&self, severity: Severity) -> String {
        let color = match severity {
            Severity::Critical | Severity::High => AnsiColor::Red,
            Severity::Medium => AnsiColor::Yellow,
            Severity::Low => AnsiColor::Cyan,
        };
        let style = Style::new().fg_color(Some(color.into()));
        self.text(if severity == Severity::Critical { style.bold() } else { style }, &format!("{severity:8}"))
    }
}

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: options.color };
    findings(outcome, options, &paint, out)?;
    problems(outcome, &paint, out)?;
    skips(outcome, &paint, out)?;
    exceptions::write(outcome, options, out)?;
    summary(outcome, &paint, out)
}

/// The files in order, each with the secrets that stand in it.
fn findings(outcome: &Outcome, options: &Options, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<&Provenance, Vec<(&Occurrence, &Finding)>> = BTreeMap::new();
    for finding in &outcome.findings {
        for occurrence in finding.occurrences.iter().take(MOST_PLACES) {
            files.entry(&occurrence.provenance).or_default().push((occurrence, finding));
        }
    }
    let mut met = HashSet::new();
    for (file, mut places) in files {
        places.sort_by_key(|(occurrence, finding)| (occurrence.location, finding.fingerprint));
        let name = printable(&file.display());
        writeln!(out, "{}", paint.text(Style::new().bold(), &name))?;
        for (occurrence, finding) in places {
            let start = occurrence.location.start;
            let secret = if options.show_secrets {
                printable(&String::from_utf8_lossy(finding.secret.expose()))
            } else {
                finding.secret.masked()
            };
            let place = format!("{}:{}", start.line, start.column);
            let rule = paint.text(Style::new().dimmed(), finding.rule.as_str());
            writeln!(out, "  {place:>9}  {}  {}  {secret}  {rule}", paint.severity(finding.severity), finding.name)?;
            if met.insert(finding.fingerprint) {
                if let Some(rotate) = &finding.rotate {
                    writeln!(out, "             rotate it at {rotate}")?;
                }
                if let Some(history) = &finding.history {
                    writeln!(out, "             {}", printable(&told(history)))?;
                }
                if finding.occurrences.len() > MOST_PLACES {
                    let more = finding.occurrences.len() - MOST_PLACES;
                    writeln!(out, "             stands in {more} more places; `--format json` has them all")?;
                }
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What the repository remembers of a secret, in a line.
fn told(history: &SecretHistory) -> String {
    let introduced = history.introduced.as_ref().map_or_else(
        || "no reference leads to it".to_owned(),
        |commit| format!("by {} on {}", commit.author, day(commit.time)),
    );
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

/// A moment's day in UTC, as `YYYY-MM-DD` (Howard Hinnant's `civil_from_days`,
/// <https://howardhinnant.github.io/date_algorithms.html>).
fn day(time: i64) -> String {
    let days = time.div_euclid(86_400) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn problems(outcome: &Outcome, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    if outcome.problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint.text(Style::new().bold(), "Not read:"))?;
    for problem in outcome.problems.iter().take(MOST_NAMED) {
        writeln!(out, "  {}", printable(&problem.to_string()))?;
    }
    if outcome.problems.len() > MOST_NAMED {
        let more = outcome.problems.len() - MOST_NAMED;
        writeln!(out, "  and {more} more; `--format json` names them all")?;
    }
    writeln!(out)
}

fn skips(outcome: &Outcome, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut kinds: BTreeMap<SkipKind, Vec<&str>> = BTreeMap::new();
    for skip in &outcome.skips {
        kinds.entry(skip.kind).or_default().push(&skip.what);
    }
    for (kind, paths) in kinds {
        let named: Vec<String> = paths.iter().take(3).map(|path| printable(path)).collect();
        let dots = if paths.len() > named.len() { ", …" } else { "" };
        let line = format!("left out: {} {} ({}{dots})", paths.len(), kind.as_str(), named.join(", "));
        writeln!(out, "{}", paint.text(Style::new().dimmed(), &line))?;
    }
    Ok(())
}

fn summary(outcome: &Outcome, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let stats = &outcome.stats;
    let good = Style::new().bold().fg_color(Some(AnsiColor::Green.into()));
    let bad = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let places = outcome.occurrences();
    let found = match outcome.findings.len() {
        0 if outcome.is_complete() => paint.text(good, "no secrets found"),
        0 => paint.text(bad, "no secrets found in what was read"),
        count => paint.text(bad, &format!("{} in {}", counted(count, "secret"), counted(places, "place"))),
    };
    let files = counted(usize::try_from(stats.blobs).unwrap_or(usize::MAX), "file");
    writeln!(out, "{found}: {files}, {} read in {:.2} s", size(stats.bytes), stats.elapsed.as_secs_f64())?;
    let rejected: u64 = stats.rejected.values().sum();
    let below = stats.below_confidence + stats.below_severity;
    if rejected + below > 0 {
        let floors = if stats.below_severity > 0 { "confidence or severity" } else { "confidence" };
        let line = format!(
            "{rejected} matches rejected, {below} below the {floors} asked for (`stanch explain PATH:LINE` says why)"
        );
        writeln!(out, "{}", paint.text(Style::new().dimmed(), &line))?;
    }
    if !outcome.is_complete() {
        let line = format!(
            "INCOMPLETE: {} could not be read; this is no clean answer",
            counted(outcome.problems.len(), "thing")
        );
        writeln!(out, "{}", paint.text(bad, &line))?;
    }
    Ok(())
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn size(bytes: u64) -> String {
    const UNITS: [(&str, f64); 3] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let unit = UNITS.iter().find(|(_, factor)| bytes as f64 >= *factor);
    unit.map_or_else(|| format!("{bytes} B"), |(name, factor)| format!("{:.1} {name}", bytes as f64 / factor))
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(-1), "1969-12-31");
    }
}
