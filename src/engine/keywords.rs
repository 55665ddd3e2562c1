//! The keywords of many rules, by the way in which they are looked for.

use super::index::{Care, FAR, Index, Kind, Literal, Trigger, Use, Words};
use super::laid_out::BUILT_IN;
use crate::content::decode::Decoder;
use crate::rules::{Form, Keyword, Rule, RuleSet};
use std::ops::Deref;

/// Where a keyword stands whose rules reach far: those for whole private keys; or where something may be encoded. They are rare, so that they can all
/// be remembered where a text is seen only in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarAnchor {
    /// Where the keyword begins.
    pub start: usize,
    pub(super) kind: FarKind,
}

/// What is looked for at an anchor that reaches far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FarKind {
    /// The matches of a keyword.
    Keyword(u32),
    /// What is encoded there. How far that reaches is known when it was looked for.
    Encoded(Decoder, Reach),
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
        match rules.built_in() {
            _ if rules.is_builtin() => Keywords::BuiltIn(&BUILT_IN),
            Some(kept) => Keywords::Own(Box::new(BUILT_IN.of_rules(kept))),
            None => Keywords::Own(Box::new(laid_out(rules.rules(), Care::Quick))),
        }
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
fn laid_out(rules: &[Rule], care: Care) -> Index {
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
    Index::of(&uses, care)
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
    use std::collections::BTreeSet;

    #[test]
    fn of_some_built_in_rules_the_same_keywords_are_left() {
        let mut set = RuleSet::builtin();
        set.revise(|rule| rule.id.len() % 3 == 0 || rule.family == "generic");
        let (short, whole) =
            (BUILT_IN.of_rules(set.built_in().expect("all are built in")), laid_out(set.rules(), Care::Quick));
        let triggers = |words: &Words| -> BTreeSet<(usize, u32, u32)> {
            let all = (0..words.words.len() as u32).map(|word| words.get(word));
            all.flat_map(|(length, of)| of.iter().map(move |one| (length, one.rule, one.after))).collect()
        };
        let ways = |index: &Index| {
            [&index.everywhere.1, &index.at_runs.1, &index.before_runs.1, &index.named_runs.1].map(triggers)
        };
        assert!(ways(&short).iter().all(|way| !way.is_empty()));
        assert_eq!(ways(&short), ways(&whole));
        set.add_configuration(
            "own.toml",
            "[[rule]]\nid = \"own-x\"\npattern = 'own_[0-9]{9}'\nkeywords = [\"own_\"]\n",
        )
        .expect("a rule");
        assert_eq!(set.built_in(), None);
    }

    #[test]
    fn the_built_in_rules_are_laid_out_as_they_would_be_at_run_time() {
        assert_eq!(format!("{BUILT_IN:?}"), format!("{:?}", laid_out(RuleSet::builtin().rules(), Care::Thorough)));
    }
}
