//! Runs rules of other scanners, which need whole texts and have path conditions.

use crate::compat::gitleaks::{COMMENT, ConfigMatch, Exempt, TextContext};
use crate::content::Offsets;
use crate::engine::{Engine, Match, Surroundings, Verdict};
use crate::model::{Cause, Confidence, LineColumn, Location, Matched, Origin, Proof, Secret, Span, Suppression};
use crate::policy::{GitleaksPolicy, Scope, exempted, is_looked_at};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Largest text that is held in memory, in bytes; larger ones are reported as problems.
pub(super) const MAX_TEXT_BYTES: u64 = 512 << 20;

/// Rules of a gitleaks configuration, with their indices in the engine's rule set.
#[derive(Clone, Debug)]
pub(super) struct WholeText {
    pub(super) gitleaks: Arc<GitleaksPolicy>,
    /// By index in the configuration; `None` for disabled rules.
    rules: Arc<[Option<u32>]>,
    honours_comments: bool,
}

/// A match of a whole-text rule.
pub(super) struct Sight {
    pub(super) found: Match,
    pub(super) location: Location,
    pub(super) matched: Arc<Matched>,
    pub(super) around: Surroundings,
    /// The exemption by the configuration itself.
    pub(super) by: Option<Suppression>,
}

impl WholeText {
    /// The detector of a scope, if it has a gitleaks configuration.
    pub(super) fn of(scope: &Scope, engine: &Engine) -> Option<WholeText> {
        let gitleaks = Arc::clone(scope.gitleaks()?);
        let place = |id: &str| engine.rules().binary_search_by(|rule| rule.id.as_ref().cmp(id)).ok();
        let number = |id: &str| place(id).and_then(|at| u32::try_from(at).ok());
        let rules = gitleaks.config.rules.iter().map(|rule| number(&rule.id)).collect();
        Some(WholeText { gitleaks, rules, honours_comments: scope.inline().value })
    }

    /// The path as the configuration sees it; `None` when its rules do not scan this origin.
    pub(super) fn path(&self, origin: &Origin, absolute: Option<&Path>) -> Option<Option<String>> {
        let is_itself = absolute.is_some_and(|path| self.gitleaks.is_itself(path));
        (is_looked_at(origin) && !is_itself).then(|| self.gitleaks.path(absolute))
    }

    /// The context of a text for the configuration.
    pub(super) fn place<'p>(&self, path: Option<&'p str>, commit: Option<&'p str>) -> TextContext<'p> {
        TextContext { path, commit, comments: self.honours_comments }
    }

    /// All matches in a text. Without a context, path conditions are not applied.
    pub(super) fn sights(&self, (text, offsets): (&[u8], &Offsets), place: Option<&TextContext<'_>>) -> Vec<Sight> {
        let found = self.gitleaks.config.scan(text, place);
        if found.is_empty() {
            return Vec::new();
        }
        let lines = LineStarts::of(text, offsets);
        found.into_iter().filter_map(|found| self.sight(text, &lines, found)).collect()
    }

    fn sight(&self, text: &[u8], lines: &LineStarts<'_>, found: ConfigMatch) -> Option<Sight> {
        let ConfigMatch { rule, matched, secret, exempt } = found;
        let rule = self.rules[rule]?;
        let by = exempt.map(|exempt| match exempt {
            Exempt::List(list) => exempted(&list),
            Exempt::Comment => comment(),
        });
        let location = lines.locate(text, &secret);
        let matched = Matched { location: lines.locate(text, &matched), text: Secret::new(&text[matched]) };
        let around = Surroundings::of(text, &secret);
        let (proof, confidence, verdict) = (Proof::default(), Confidence::High, Verdict::Kept);
        let (anchor, extent) = (secret.start, secret.len());
        let found = Match { rule, anchor, extent, secret, proof, confidence, verdict, decoded: None };
        Some(Sight { found, location, matched: Arc::new(matched), around, by })
    }

    /// The first rule that matches paths only, if any.
    pub(super) fn any_of_path(&self) -> Option<u32> {
        let rules = self.gitleaks.config.rules.iter().zip(self.rules.iter());
        rules.filter(|(rule, _)| rule.regex.is_none() && !rule.skip_report).find_map(|(_, number)| *number)
    }

    /// The rules that match a file by its path alone, with their exemptions.
    pub(super) fn of_path(&self, place: &TextContext<'_>) -> Vec<(u32, Option<Suppression>)> {
        let all = self.gitleaks.config.of_path(place);
        all.filter_map(|(rule, list)| Some((self.rules[rule]?, list.map(|list| exempted(&list))))).collect()
    }
}

/// The gitleaks comment, which applies anywhere on the lines of a match.
fn comment() -> Suppression {
    let place = COMMENT.to_owned();
    Suppression { cause: Cause::Inline, place, reason: None, owner: None, expires: None }
}

/// The beginning of a file, as the location of a match by path.
pub(super) const START: Location = {
    let start = LineColumn { line: 1, column: 1 };
    Location { view: Span { start: 0, end: 0 }, outer: Span { start: 0, end: 0 }, start, end: start }
};

/// Offsets of line starts, and where in the input the text came from.
struct LineStarts<'o> {
    starts: Vec<usize>,
    offsets: &'o Offsets,
}

impl LineStarts<'_> {
    fn of<'o>(text: &[u8], offsets: &'o Offsets) -> LineStarts<'o> {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1)).collect();
        LineStarts { starts, offsets }
    }

    fn at(&self, text: &[u8], at: usize) -> LineColumn {
        let line = self.starts.partition_point(|start| *start <= at);
        // Every byte except a UTF-8 continuation byte begins a character.
        let before = text[self.starts[line - 1]..at].iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        LineColumn { line: line as u64, column: before as u64 + 1 }
    }

    fn locate(&self, text: &[u8], range: &Range<usize>) -> Location {
        let view = Span::new(range.start as u64, range.end as u64);
        let outer = Span::new(self.offsets.outer(range.start), self.offsets.outer(range.end));
        Location { view, outer, start: self.at(text, range.start), end: self.at(text, range.end) }
    }
}
