//! The keywords of many rules, by the way in which they are looked for.

use super::extent::LONGEST_NAME;
use super::prefilter::Literal;
use crate::rules::{Form, Rule};
use std::collections::HashMap;

/// Where a keyword stands whose rules reach far: those for whole private keys. They are rare, so that whoever sees a text only in parts
/// can remember all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarAnchor {
    /// Where the keyword begins.
    pub start: usize,
    pub(super) keyword: u32,
}

impl FarAnchor {
    /// The same keyword at another place.
    #[must_use]
    pub fn moved_to(self, start: usize) -> FarAnchor {
        FarAnchor { start, ..self }
    }
}

/// A keyword reaches far when more bytes than this, to one side, can decide about its matches, and not just those up to the end of a line.
///
/// As little as frequent words (`https://`, `curl`, `machine`) let it be: all of this is scanned anew before every change of a version.
pub(super) const FAR: usize = 448;

/// How many bytes around an anchor, a keyword's or a run's first byte, can decide about its matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Before the anchor.
    pub before: usize,
    /// From the anchor on.
    pub after: usize,
}

/// A rule of a keyword, with its window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trigger {
    pub(super) rule: u32,
    pub(super) before: usize,
    pub(super) after: usize,
    /// Whether its value ends on a line: see `extent`.
    pub(super) by_line: bool,
}

impl Trigger {
    /// Whether it reaches far.
    pub(super) fn is_far(&self) -> bool {
        !self.by_line && self.before.max(self.after) > FAR
    }
}

/// Keywords that are looked for by `P`, and the rules that each of them starts.
#[derive(Debug)]
pub(super) struct Keywords<P> {
    pub(super) finder: P,
    /// For each keyword: its length, and its rules.
    pub(super) triggers: Vec<(usize, Vec<Trigger>)>,
}

impl<P> Keywords<P> {
    /// The keywords of the rules that `choose` takes.
    pub(super) fn of(
        rules: &[Rule],
        choose: impl Fn(&Rule) -> bool,
        finder: impl Fn(&[Literal<'_>]) -> P,
    ) -> Keywords<P> {
        let mut index: HashMap<Literal<'_>, usize> = HashMap::new();
        let mut literals: Vec<Literal<'_>> = Vec::new();
        let mut triggers: Vec<(usize, Vec<Trigger>)> = Vec::new();
        for (rule, number) in rules.iter().zip(0_u32..).filter(|(rule, _)| choose(rule)) {
            for keyword in rule.keywords.iter() {
                let literal = Literal { bytes: keyword.text.as_bytes(), ignore_case: keyword.ignore_case };
                let at = *index.entry(literal).or_insert_with(|| {
                    literals.push(literal);
                    triggers.push((literal.bytes.len(), Vec::new()));
                    literals.len() - 1
                });
                let (before, after) = (keyword.before as usize, keyword.after as usize);
                let is_short = literal.bytes.len() <= LONGEST_NAME;
                let by_line = is_short && matches!(rule.form, Form::Names { .. } | Form::Near { .. });
                triggers[at].1.push(Trigger { rule: number, before, after, by_line });
            }
        }
        Keywords { finder: finder(&literals), triggers }
    }

    /// Whether a keyword reaches far.
    pub(super) fn is_far(&self, keyword: u32) -> bool {
        self.triggers[keyword as usize].1.iter().any(Trigger::is_far)
    }

    /// The widest of some windows.
    pub(super) fn reach(&self, choose: impl Fn(&Trigger) -> bool) -> Reach {
        let mut reach = Reach { before: 0, after: 0 };
        for (length, triggers) in &self.triggers {
            for trigger in triggers.iter().filter(|trigger| choose(trigger)) {
                reach.before = reach.before.max(trigger.before);
                reach.after = reach.after.max(trigger.after + length);
            }
        }
        reach
    }
}
