//! The keywords of many rules, by the way in which they are looked for.

use super::index::{FAR, Index, Kind, Literal, Trigger, Use, Words};
use super::laid_out::BUILT_IN;
use crate::rules::{Form, Keyword, Rule, RuleSet};
use std::ops::Deref;

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

/// How many bytes around an anchor, a keyword's or a run's first byte, can decide about its matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Before the anchor.
    pub before: usize,
    /// From the anchor on.
    pub after: usize,
}

/// The keywords of rules, and how their index is held.
#[derive(Debug)]
pub(super) enum Keywords {
    /// Of the built-in rules, laid out before the program was compiled.
    BuiltIn(&'static Index),
    /// Of others.
    Own(Box<Index>),
}

impl Keywords {
    /// The keywords of these rules.
    pub(super) fn of(rules: &RuleSet) -> Keywords {
        if rules.is_builtin() { Keywords::BuiltIn(&BUILT_IN) } else { Keywords::Own(Box::new(laid_out(rules.rules()))) }
    }
}

impl Deref for Keywords {
    type Target = Index;

    #[inline]
    fn deref(&self) -> &Index {
        match self {
            Keywords::BuiltIn(index) => index,
            Keywords::Own(index) => index,
        }
    }
}

/// The index of some rules' keywords.
fn laid_out(rules: &[Rule]) -> Index {
    let mut uses = Vec::new();
    for (rule, number) in rules.iter().zip(0..) {
        let kind = match rule.form {
            Form::Pattern { by_run, .. } => Kind::Pattern { by_run },
            Form::Near { by_run, .. } => Kind::Near { by_run },
            Form::Names { by_run } => Kind::Names { by_run },
            Form::Whole => continue,
        };
        for Keyword { text, ignore_case, before, after } in rule.keywords.iter() {
            let literal = Literal { bytes: text.as_bytes(), ignore_case: *ignore_case };
            uses.push(Use { kind, literal, rule: number, before: *before, after: *after });
        }
    }
    Index::of(&uses)
}

/// Whether a rule of a keyword reaches far: more than [`FAR`] bytes, to one side, can decide about its matches, and not just those up to the
/// end of a line.
pub(super) fn is_far(trigger: &Trigger) -> bool {
    !trigger.by_line && trigger.before.max(trigger.after) > FAR
}

/// The widest of some windows.
pub(super) fn reach(words: &Words, choose: impl Fn(&Trigger) -> bool) -> Reach {
    let mut reach = Reach { before: 0, after: 0 };
    for word in 0..words.words.len() as u32 {
        let (length, triggers) = words.get(word);
        for trigger in triggers.iter().filter(|trigger| choose(trigger)) {
            reach.before = reach.before.max(trigger.before as usize);
            reach.after = reach.after.max(trigger.after as usize + length);
        }
    }
    reach
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_laid_out_as_they_would_be_at_run_time() {
        assert_eq!(format!("{BUILT_IN:?}"), format!("{:?}", laid_out(RuleSet::builtin().rules())));
    }
}
