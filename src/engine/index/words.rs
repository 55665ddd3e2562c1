//! Keywords without their rules' forms: each word once, with the rules that it starts.

use super::literal::Literal;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Numbers of rules from this one on stand for decoders.
pub(super) const DECODERS: u32 = u32::MAX - 15;

/// Names that are longer than this, bytes, reach far.
pub const LONGEST_NAME: usize = 64;

/// How a rule matches: see `rules::Form`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// By a pattern around the keyword.
    Pattern {
        /// Whether the keyword stands at the beginning of a run of token characters.
        by_run: bool,
    },
    /// By a body near the keyword.
    Near {
        /// Whether the body has a run of token characters.
        by_run: bool,
    },
    /// By what is assigned to a name with the keyword.
    Names {
        /// Whether to look for the keyword only before runs of token characters.
        by_run: bool,
    },
}

/// A rule's keyword, and how far around it matches reach.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// The rule's kind.
    pub kind: Kind,
    /// The keyword.
    pub literal: Literal<'a>,
    /// The rule's number.
    pub rule: u32,
    /// Bytes before the keyword's first byte that decide about a match.
    pub before: u32,
    /// Bytes after the keyword's last byte that decide about a match.
    pub after: u32,
}

/// A rule of a keyword, with its window.
#[derive(Clone, Copy, Debug)]
pub struct Trigger {
    /// The rule's number.
    pub rule: u32,
    /// See [`Use::before`].
    pub before: u32,
    /// See [`Use::after`].
    pub after: u32,
    /// Whether what it finds ends on a line: see `extent`.
    pub by_line: bool,
}

/// A keyword that was found.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// Its length, in bytes.
    pub length: u16,
    /// Where in all triggers its own begin and end.
    pub triggers: (u16, u16),
}

/// The rules that each keyword starts.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// By keyword.
    pub words: Cow<'static, [Word]>,
    /// Those of all keywords.
    pub triggers: Cow<'static, [Trigger]>,
}

impl Words {
    /// Gathers the uses of each keyword; returns the keywords in the order of [`Hit::keyword`](super::Hit::keyword) too.
    ///
    /// # Panics
    /// When there are more than 65,535 uses.
    pub(super) fn of<'a>(uses: impl Iterator<Item = Use<'a>>) -> (Words, Vec<Literal<'a>>) {
        let mut rules: BTreeMap<Literal<'a>, Vec<Trigger>> = BTreeMap::new();
        for Use { kind, literal, rule, before, after } in uses {
            let by_line = literal.bytes.len() <= LONGEST_NAME && !matches!(kind, Kind::Pattern { .. });
            rules.entry(literal).or_default().push(Trigger { rule, before, after, by_line });
        }
        let short = |count: usize| u16::try_from(count).unwrap_or_else(|_| panic!("too many keywords: {count}"));
        let (mut words, mut triggers, mut literals) = (Vec::new(), Vec::new(), Vec::new());
        for (literal, of_word) in rules {
            let first = short(triggers.len());
            triggers.extend(of_word);
            words.push(Word { length: short(literal.bytes.len()), triggers: (first, short(triggers.len())) });
            literals.push(literal);
        }
        (Words { words: words.into(), triggers: triggers.into() }, literals)
    }

    /// The same words with the triggers of some rules, of which `kept` has the numbers in ascending order; they are numbered anew.
    pub(super) fn of_rules(&self, kept: &[u32]) -> Words {
        let (mut words, mut triggers) = (Vec::with_capacity(self.words.len()), Vec::new());
        for word in self.words.iter() {
            let first = triggers.len() as u16;
            let of_word = &self.triggers[usize::from(word.triggers.0)..usize::from(word.triggers.1)];
            triggers.extend(of_word.iter().filter_map(|trigger| {
                let is_decoder = trigger.rule >= DECODERS;
                let rule = if is_decoder { trigger.rule } else { kept.binary_search(&trigger.rule).ok()? as u32 };
                Some(Trigger { rule, ..*trigger })
            }));
            words.push(Word { length: word.length, triggers: (first, triggers.len() as u16) });
        }
        Words { words: words.into(), triggers: triggers.into() }
    }

    /// How long a keyword is, and its rules.
    #[inline]
    #[must_use]
    pub fn get(&self, keyword: u32) -> (usize, &[Trigger]) {
        let (length, triggers) = self.all(keyword);
        match triggers {
            // A decoder comes last.
            [rules @ .., last] if last.rule >= DECODERS => (length, rules),
            rules => (length, rules),
        }
    }

    /// The number of the decoder that a keyword is evidence for.
    #[inline]
    #[must_use]
    pub fn decoder(&self, keyword: u32) -> Option<u32> {
        self.all(keyword).1.last().map(|trigger| trigger.rule).filter(|rule| *rule >= DECODERS)
    }

    fn all(&self, keyword: u32) -> (usize, &[Trigger]) {
        let word = self.words[keyword as usize];
        (usize::from(word.length), &self.triggers[usize::from(word.triggers.0)..usize::from(word.triggers.1)])
    }
}
