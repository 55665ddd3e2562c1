//! Runs the rules over a whole text.

use super::allow::{Allowlist, Subject};
use super::config::{Config, Required, Rule};
use super::text::Text;
use super::text_context::TextContext;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Reason why a match is not reported.
#[derive(Clone, Debug)]
pub enum Exempt {
    /// An allowlist covers it.
    List(Arc<Allowlist>),
    /// [`COMMENT`] is on a line of the match.
    Comment,
}

/// The comment that exempts matches on its line.
pub const COMMENT: &str = "gitleaks:allow";

/// A match of a rule.
#[derive(Clone, Debug)]
pub struct ConfigMatch {
    /// Index of the rule.
    pub rule: usize,
    /// The match of its regex, without line ends at either end.
    pub matched: Range<usize>,
    /// The secret within the match.
    pub secret: Range<usize>,
    /// What exempts the match.
    pub exempt: Option<Exempt>,
}

impl Config {
    /// All matches in a text, sorted by rule and offset, with what exempts them. Matches that fail the rule's path, entropy or `required`
    /// conditions are left out.
    ///
    /// Without a context (`None`), path conditions are not applied: the result is all candidates.
    #[must_use]
    pub fn scan(&self, text: &[u8], place: Option<&TextContext<'_>>) -> Vec<ConfigMatch> {
        let may_run = self.may_run(text);
        if !may_run.iter().any(|may| *may) {
            return Vec::new();
        }
        let original = text;
        let text = &Text::of(text);
        let mut known: HashMap<usize, Vec<ConfigMatch>> = HashMap::new();
        let mut all = Vec::new();
        for (number, rule) in self.rules.iter().enumerate() {
            if rule.skip_report || !may_run[number] {
                continue;
            }
            let mut found = self.matches(number, text, place);
            if !rule.required.is_empty() && !found.is_empty() {
                let lines = LineStarts::of(original);
                found.retain(|one| {
                    rule.required.iter().all(|required| {
                        let others = self.required(required, text, place, &may_run, &mut known);
                        others.iter().any(|other| required.is_near(&lines, &one.matched, &other.matched))
                    })
                });
            }
            all.append(&mut found);
        }
        all
    }

    /// Rules without a regex whose path condition matches.
    pub fn of_path<'c>(
        &'c self,
        place: &TextContext<'c>,
    ) -> impl Iterator<Item = (usize, Option<Arc<Allowlist>>)> + 'c {
        let place = *place;
        let rules = self.rules.iter().enumerate().filter(|(_, rule)| rule.regex.is_none() && !rule.skip_report);
        rules.filter(move |(_, rule)| is_about(rule, Some(&place))).map(move |(number, rule)| {
            let subject = Subject { secret: b"", matched: b"", line: b"", place: &place };
            (number, self.exempting(rule, &subject))
        })
    }

    /// For each rule, whether it has no keywords or one of them occurs in the text.
    fn may_run(&self, text: &[u8]) -> Vec<bool> {
        let mut may: Vec<bool> = self.rules.iter().map(|rule| rule.keywords.is_empty()).collect();
        let Some((finder, rules)) = &self.keywords else { return may };
        let mut left = may.iter().filter(|may| !**may).count();
        for hit in finder.find_overlapping_iter(text) {
            for rule in &rules[hit.pattern().as_usize()] {
                if !std::mem::replace(&mut may[*rule as usize], true) {
                    left -= 1;
                }
            }
            if left == 0 {
                break;
            }
        }
        may
    }

    /// Matches of one rule, without its `required` conditions.
    fn matches(&self, number: usize, text: &Text<'_>, place: Option<&TextContext<'_>>) -> Vec<ConfigMatch> {
        let rule = &self.rules[number];
        let Some(regex) = rule.regex.as_ref().filter(|_| is_about(rule, place)) else { return Vec::new() };
        let (regex, bytes) = (regex.regex(), &*text.bytes);
        let mut all = Vec::new();
        for captures in regex.captures_iter(bytes) {
            let Some(whole) = captures.get_match() else { continue };
            let matched = trim(bytes, whole.range());
            let group =
                |number: usize| captures.get_group(number).map(|span| span.range()).filter(|one| !one.is_empty());
            let secret = match rule.group {
                0 => (1..captures.group_len()).find_map(group),
                number => group(number),
            };
            let secret = secret.unwrap_or_else(|| matched.clone());
            if secret.is_empty()
                || (rule.entropy != 0.0 && entropy(&text.source[text.original(&secret)]) <= rule.entropy)
            {
                continue;
            }
            let exempt = place.and_then(|place| {
                let line = line(bytes, &matched);
                if place.comments && memchr::memmem::find(line, COMMENT.as_bytes()).is_some() {
                    return Some(Exempt::Comment);
                }
                let (secret, matched) = (&bytes[secret.clone()], &bytes[matched.clone()]);
                self.exempting(rule, &Subject { secret, matched, line, place }).map(Exempt::List)
            });
            let (matched, secret) = (text.original(&matched), text.original(&secret));
            all.push(ConfigMatch { rule: number, matched, secret, exempt });
        }
        all
    }

    /// Matches of a rule that another rule requires, without exempt ones.
    fn required<'k>(
        &self,
        required: &Required,
        text: &Text<'_>,
        place: Option<&TextContext<'_>>,
        may_run: &[bool],
        known: &'k mut HashMap<usize, Vec<ConfigMatch>>,
    ) -> &'k [ConfigMatch] {
        let Ok(number) = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(&required.id)) else { return &[] };
        known.entry(number).or_insert_with(|| {
            let mut found = if may_run[number] { self.matches(number, text, place) } else { Vec::new() };
            found.retain(|one| one.exempt.is_none());
            found
        })
    }

    fn exempting(&self, rule: &Rule, subject: &Subject<'_>) -> Option<Arc<Allowlist>> {
        let global = self.allowlists.iter().filter(|list| list.is_for(&rule.id));
        global.chain(&rule.allowlists).find(|list| list.covers(subject)).cloned()
    }
}

impl Required {
    fn is_near(&self, lines: &LineStarts, one: &Range<usize>, other: &Range<usize>) -> bool {
        let (a, b) = (lines.place(one.start), lines.place(other.start));
        self.lines.is_none_or(|most| a.0.abs_diff(b.0) as u64 <= most)
            && self.columns.is_none_or(|most| a.1.abs_diff(b.1) as u64 <= most)
    }
}

/// Whether the path condition of a rule matches.
fn is_about(rule: &Rule, place: Option<&TextContext<'_>>) -> bool {
    match (&rule.path, place) {
        (Some(path), Some(place)) => place.path.is_some_and(|at| path.is_match(at.as_bytes())),
        _ => true,
    }
}

/// Offsets of line starts.
struct LineStarts(Vec<usize>);

impl LineStarts {
    fn of(text: &[u8]) -> LineStarts {
        LineStarts(std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1)).collect())
    }

    /// Line and column, in bytes, of an offset.
    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= at) - 1;
        (line, at - self.0[line])
    }
}

/// A range without line ends at either end.
fn trim(text: &[u8], range: Range<usize>) -> Range<usize> {
    let bytes = &text[range.clone()];
    let Some(first) = bytes.iter().position(|byte| *byte != b'\n') else { return range.start..range.start };
    let last = bytes.iter().rposition(|byte| *byte != b'\n').unwrap_or(first);
    range.start + first..range.start + last + 1
}

/// The lines that a range is on.
fn line<'t>(text: &'t [u8], range: &Range<usize>) -> &'t [u8] {
    let start = memchr::memrchr(b'\n', &text[..range.start]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &text[range.end..]).map_or(text.len(), |at| range.end + at);
    &text[start..end]
}

/// Shannon entropy as gitleaks computes it: over characters, divided by the length in bytes.
#[must_use]
pub fn entropy(bytes: &[u8]) -> f64 {
    let text = Text::of(bytes);
    let text = String::from_utf8_lossy(&text.bytes);
    let mut counts: HashMap<char, u32> = HashMap::new();
    text.chars().for_each(|c| *counts.entry(c).or_default() += 1);
    let length = bytes.len().max(1) as f64;
    // Summed in a fixed order, so that the result does not depend on the order of the hash map.
    let mut counts: Vec<u32> = counts.into_values().collect();
    counts.sort_unstable();
    counts.into_iter().map(|count| f64::from(count) / length).map(|part| -part * part.log2()).sum()
}
