//! Lays out the keywords of all rules for the prefilter.
//!
//! The build script also includes this folder and lays out the built-in rules' keywords as static tables, so their number does not affect
//! the start of the program. A changed set of rules is laid out at run time. The folder imports nothing from outside.

mod bucket_assignment;
mod buckets;
mod byte_shares;
pub mod decoders;
mod frequent;
mod literal;
mod table;
mod windows;
mod words;

pub use buckets::{Buckets, GROUPS, HALF_GROUPS};
pub use byte_shares::{POSITIONS, WINDOW};
use frequent::Frequent;
pub use literal::{Hit, Literal};
use std::collections::BTreeSet;

pub use table::{Entry, Hash, Table};
pub use words::{Kind, LONGEST_NAME, Trigger, Use, Word, Words};

/// A keyword reaches far when more bytes than this, to one side, can decide about its matches, and not just those up to the end of a line.
///
/// As little as frequent words (`https://`, `curl`, `machine`) let it be: all of this is scanned anew before every change of a version.
pub const FAR: u32 = 448;

/// How a rule's keywords are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Everywhere,
    AtRuns,
    BeforeRuns,
    NamedRuns,
}

/// Keywords that may stand anywhere.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The first sieve.
    pub buckets: Buckets,
    /// The others.
    pub table: Table,
    /// How far behind a keyword's beginning its window may begin.
    pub farthest: usize,
}

/// The keywords of all rules, by the way in which they are looked for.
#[derive(Clone, Debug)]
pub struct Index {
    /// Those that are looked for everywhere.
    pub everywhere: (Plan, Words),
    /// Those that are looked for only where runs of token characters begin.
    pub at_runs: (Table, Words),
    /// Those that are looked for only where parts of names begin before runs of token characters: there are thousands of them.
    pub before_runs: (Table, Words),
    /// The bytes that keywords of `before_runs` begin with, in either case.
    pub before_starts: [bool; 256],
    /// Those that are looked for anywhere before runs of token characters: there are few of them.
    pub named_runs: (Plan, Words),
}

/// How much time there is to lay out an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Milliseconds: at run time the user waits for it.
    Quick,
    /// About ten times as long, for a first sieve that passes a third less.
    Thorough,
}

impl Plan {
    /// A plan for these literals.
    #[must_use]
    pub fn new(literals: &[Literal<'_>], care: Care) -> Plan {
        let frequent = Frequent::new();
        let offsets = windows::choose(literals, &frequent);
        Plan {
            buckets: Buckets::of(literals, &offsets, Some(&frequent).filter(|_| care == Care::Thorough)),
            table: Table::of(literals, &offsets, Some(&frequent)),
            farthest: offsets.into_iter().max().unwrap_or(0),
        }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.entries.is_empty()
    }
}

impl Index {
    /// Lays out the keywords of rules.
    ///
    /// # Panics
    /// When there are more than 65,535 keywords of one way.
    pub fn of(uses: &[Use<'_>], care: Care) -> Index {
        let uses: Vec<Use<'_>> = uses.iter().copied().chain(decoders::uses()).collect();
        // What reaches far is looked for everywhere, where it is told of.
        let far: BTreeSet<u32> =
            uses.iter().filter(|one| one.before.max(one.after) > FAR).map(|one| one.rule).collect();
        let way = |one: &Use<'_>| match one.kind {
            Kind::Pattern { by_run: true } if !far.contains(&one.rule) => Way::AtRuns,
            Kind::Near { by_run: true } => Way::BeforeRuns,
            Kind::Names { by_run: true } => Way::NamedRuns,
            _ => Way::Everywhere,
        };
        let words = |wanted: Way| Words::of(uses.iter().filter(|one| way(one) == wanted).copied());
        let anywhere = |way: Way| {
            let (words, literals) = words(way);
            (Plan::new(&literals, care), words)
        };
        // Places are known, so the windows are the keywords' heads.
        let at_heads = |way: Way| {
            let (words, literals) = words(way);
            (Table::of(&literals, &vec![0; literals.len()], None), words)
        };
        let mut before_starts = [false; 256];
        for Use { literal, .. } in uses.iter().filter(|one| way(one) == Way::BeforeRuns) {
            let first = literal.bytes[0];
            let other = if literal.ignore_case { first.to_ascii_uppercase() } else { first };
            [first, other].into_iter().for_each(|byte| before_starts[usize::from(byte)] = true);
        }
        Index {
            everywhere: anywhere(Way::Everywhere),
            at_runs: at_heads(Way::AtRuns),
            before_runs: at_heads(Way::BeforeRuns),
            before_starts,
            named_runs: anywhere(Way::NamedRuns),
        }
    }

    /// The index of some of the rules, of which `kept` has the numbers in ascending order; they are numbered anew. The tables stay as they are,
    /// so that this costs next to nothing: the keywords of the other rules are still found, and start nothing.
    #[must_use]
    pub fn of_rules(&self, kept: &[u32]) -> Index {
        let mut index = self.clone();
        for words in [&mut index.everywhere.1, &mut index.at_runs.1, &mut index.before_runs.1, &mut index.named_runs.1]
        {
            *words = words.of_rules(kept);
        }
        index
    }
}
