//! The keywords of all rules, laid out for the prefilter.
//!
//! The build script includes this folder too, and lays out the built-in rules' keywords as static tables: however many they are, the
//! program starts no later. A set of rules that was changed at run time is laid out then. It imports nothing from outside the folder.

mod buckets;
mod literal;
mod table;
mod windows;
mod words;

pub use buckets::{Buckets, GROUPS};
pub use literal::{Hit, Literal};

pub use table::{Entry, Table};
pub use windows::WINDOW;
pub use words::{Trigger, Use, Word, Words};

/// How a rule's keywords are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Everywhere.
    Everywhere,
    /// Only where runs of token characters begin.
    AtRuns,
    /// Only where parts of names begin before runs of token characters: there are thousands of them.
    BeforeRuns,
    /// Anywhere before runs of token characters: there are few of them.
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
    /// [`Way::Everywhere`].
    pub everywhere: (Plan, Words),
    /// [`Way::AtRuns`].
    pub at_runs: (Table, Words),
    /// [`Way::BeforeRuns`].
    pub before_runs: (Table, Words),
    /// The bytes that keywords of `before_runs` begin with, in either case.
    pub before_starts: [bool; 256],
    /// [`Way::NamedRuns`].
    pub named_runs: (Plan, Words),
}

impl Plan {
    /// A plan for these literals.
    #[must_use]
    pub fn new(literals: &[Literal<'_>]) -> Plan {
        let offsets = windows::choose(literals);
        Plan {
            buckets: Buckets::of(literals, &offsets),
            table: Table::of(literals, &offsets),
            farthest: offsets.into_iter().max().unwrap_or(0),
        }
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.entries.is_empty() && self.table.short_entries.is_empty()
    }
}

impl Index {
    /// Lays out the keywords of rules.
    ///
    /// # Panics
    /// When there are more than 65,535 keywords of one way.
    pub fn of(uses: &[(Way, Use<'_>)]) -> Index {
        let words = |way: Way| Words::of(uses.iter().filter(|(of, _)| *of == way).map(|(_, one)| *one));
        let anywhere = |way: Way| {
            let (words, literals) = words(way);
            (Plan::new(&literals), words)
        };
        // Places are known, so the windows are the keywords' heads.
        let at_heads = |way: Way| {
            let (words, literals) = words(way);
            (Table::of(&literals, &vec![0; literals.len()]), words)
        };
        let mut before_starts = [false; 256];
        for (_, Use { literal, .. }) in uses.iter().filter(|(way, _)| *way == Way::BeforeRuns) {
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
}
