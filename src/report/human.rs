//! Human-readable report, grouped by file, with advice.

use super::escape::{line_start, printable};
use super::facts::told as said;
use super::phrase::{found, incomplete, read, rotation, shown, told};
use super::{Options, exceptions, host};
use crate::model::Outcome;
use crate::model::{Finding, Moment, Occurrence, Outer, Severity, SkipKind, Step};
use anstyle::{AnsiColor, Style};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

/// Largest number of locations of one secret that are shown; the others are counted.
const MOST_PLACES: usize = 5;
/// Largest number of problems, and of skipped paths for one reason, that are listed; the others are counted.
const MOST_NAMED: usize = 10;
/// Largest number of rows of the tables of a sweep.
const MOST_ROWS: usize = 30;

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
    if host::is_of_host(outcome) {
        let bold = |text: &str| paint.text(Style::new().bold(), text);
        let line = |finding: &Finding, secret: &str| {
            let (name, rule) = (printable(&finding.name), paint.text(Style::new().dimmed(), finding.rule.as_str()));
            format!("{}  {name}  {secret}  {rule}", paint.severity(finding.severity))
        };
        host::write(outcome, options, &bold, &line, out)?;
    } else {
        findings(outcome, options, &paint, out)?;
    }
    problems(outcome, &paint, out)?;
    if options.quiet {
        exceptions::list(outcome, options, out)?;
        return gap(outcome, &paint, out);
    }
    skips(outcome, &paint, out)?;
    exceptions::write(outcome, options, out)?;
    tables(outcome, &paint, out)?;
    summary(outcome, &paint, out)
}

/// So many characters of a command say which it is.
const LONGEST_COMMAND: usize = 160;

/// The files in order, with their secrets.
fn findings(outcome: &Outcome, options: &Options, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut places: Vec<(&Occurrence, &Finding)> = Vec::with_capacity(outcome.findings.len());
    for finding in &outcome.findings {
        places.extend(finding.occurrences.iter().take(MOST_PLACES).map(|occurrence| (occurrence, finding)));
    }
    // The outcome is sorted by first places: this sort finds most in order already.
    places.sort_by(|(a, of_a), (b, of_b)| {
        file_order(a, b).then_with(|| (a.location, of_a.fingerprint).cmp(&(b.location, of_b.fingerprint)))
    });
    let mut met = HashSet::new();
    for file in places.chunk_by(|(a, _), (b, _)| file_order(a, b).is_eq()) {
        let name = line_start(&file[0].0.origin.display());
        writeln!(out, "{}", paint.text(Style::new().bold(), &name))?;
        for (occurrence, finding) in file {
            place(occurrence, finding, met.insert(finding.fingerprint), options, paint, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn file_order(a: &Occurrence, b: &Occurrence) -> Ordering {
    if Arc::ptr_eq(&a.origin, &b.origin) { Ordering::Equal } else { a.origin.cmp(&b.origin) }
}

/// One location; at the first one of a secret, also its details.
fn place(
    occurrence: &Occurrence,
    finding: &Finding,
    is_first: bool,
    options: &Options,
    paint: &Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let start = occurrence.location.start;
    let secret = printable(&shown(finding, options));
    let place = format!("{}:{}", start.line, start.column);
    let (name, rule) = (printable(&finding.name), paint.text(Style::new().dimmed(), finding.rule.as_str()));
    write!(out, "  {place:>9}  {}  {name}  {secret}  {rule}", paint.severity(finding.severity))?;
    if !is_first {
        return writeln!(out);
    }
    writeln!(out, "  {}", paint.text(Style::new().dimmed(), &finding.fingerprint.short()))?;
    let facts = said(&finding.proof, Moment::from_seconds(options.finished));
    if !facts.is_empty() {
        writeln!(out, "             {}", paint.text(Style::new().dimmed(), &printable(&facts)))?;
    }
    if let Some(layer) = layer(occurrence) {
        writeln!(out, "             {}", printable(&layer))?;
    }
    if let Some(rotate) = &finding.rotate {
        writeln!(out, "             {}", rotation(rotate))?;
    }
    for history in told(finding) {
        writeln!(out, "             {}", printable(&history))?;
    }
    if finding.occurrences.len() > MOST_PLACES {
        let more = finding.occurrences.len() - MOST_PLACES;
        writeln!(out, "             stands in {more} more places; `--format json` has them all")?;
    }
    Ok(())
}

/// Where in an image it stands: the layer, the command that made it, and the image's digest.
fn layer(occurrence: &Occurrence) -> Option<String> {
    let layer = occurrence.origin.steps.iter().find_map(|step| match step {
        Step::Layer { digest, created_by, .. } => Some((digest, created_by)),
        _ => None,
    });
    let image = match &occurrence.origin.outer {
        Outer::Image { digest, .. } => format!("image {digest}"),
        _ => String::new(),
    };
    match layer {
        None => Some(image).filter(|image| !image.is_empty()),
        Some((digest, created_by)) => {
            let command = created_by.as_ref().map_or_else(String::new, |command| {
                // A command of many lines is one layer's all the same.
                let line: Vec<&str> = command.split_whitespace().collect();
                let line: String = line.join(" ").chars().take(LONGEST_COMMAND).collect();
                format!(", made by `{line}`")
            });
            let separator = if image.is_empty() { "" } else { ", " };
            Some(format!("{image}{separator}layer {digest}{command}"))
        }
    }
}

fn problems(outcome: &Outcome, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    if outcome.problems.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint.text(Style::new().bold(), "Not read:"))?;
    for problem in outcome.problems.iter().take(MOST_NAMED) {
        writeln!(out, "  {}", line_start(&problem.to_string()))?;
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

/// Of a sweep over several repositories: how many secrets each has, and each rule found.
fn tables(outcome: &Outcome, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    if outcome.repositories.len() < 2 || outcome.findings.is_empty() {
        return Ok(());
    }
    let (mut repositories, mut rules) = (BTreeMap::new(), BTreeMap::new());
    for finding in &outcome.findings {
        let places = finding.occurrences.iter().filter_map(|one| one.origin.repository());
        let mut names: Vec<String> = places.map(|path| path.to_string_lossy().into_owned()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().for_each(|name| *repositories.entry(name).or_insert(0_usize) += 1);
        *rules.entry(finding.rule.as_str().to_owned()).or_insert(0) += 1;
    }
    let clean = outcome.repositories.len().saturating_sub(repositories.len());
    for (title, counts) in [("Secrets by repository:", repositories), ("Secrets by rule:", rules)] {
        writeln!(out, "{}", paint.text(Style::new().bold(), title))?;
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
        for (name, count) in counts.iter().take(MOST_ROWS) {
            writeln!(out, "  {count:>7}  {}", printable(name))?;
        }
        if counts.len() > MOST_ROWS {
            writeln!(out, "  and {} more; `--format json` has them all", counts.len() - MOST_ROWS)?;
        }
    }
    writeln!(out, "{clean} of {} repositories have none\n", outcome.repositories.len())
}

fn summary(outcome: &Outcome, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let stats = &outcome.stats;
    let good = Style::new().bold().fg_color(Some(AnsiColor::Green.into()));
    let bad = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let is_clean = outcome.findings.is_empty() && outcome.is_complete();
    let found = paint.text(if is_clean { good } else { bad }, &found(outcome));
    writeln!(out, "{found}: {} in {:.2} s", read(outcome), stats.elapsed.as_secs_f64())?;
    if let Some(finding) = outcome.findings.first() {
        let short = finding.fingerprint.short();
        let line = format!(
            "`stanch explain {short}` says why, `stanch ignores add {short} --reason WHY` ignores one that may stay, \
             `stanch baseline create` all"
        );
        writeln!(out, "{}", paint.text(Style::new().dimmed(), &line))?;
    }
    let rejected: u64 = stats.rejected.values().sum();
    let below = stats.below_confidence + stats.below_severity;
    if rejected + below > 0 {
        let floors = if stats.below_severity > 0 { "confidence or severity" } else { "confidence" };
        let line = format!(
            "{rejected} matches rejected, {below} below the {floors} asked for (`stanch explain PATH:LINE` says why)"
        );
        writeln!(out, "{}", paint.text(Style::new().dimmed(), &line))?;
    }
    gap(outcome, paint, out)
}

/// The notice that something was not read, if so.
fn gap(outcome: &Outcome, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let bad = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    incomplete(outcome).map_or(Ok(()), |line| writeln!(out, "{}", paint.text(bad, &line)))
}
