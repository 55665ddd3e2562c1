//! A configuration of gitleaks with everything that it extends.

use super::allow::Allowlist;
use super::pattern::Pattern;
use aho_corasick::AhoCorasick;
use std::sync::Arc;

/// Another rule that must match near by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Required {
    /// Its id.
    pub id: String,
    /// At most so many lines away; any, if nothing is said.
    pub lines: Option<u64>,
    /// At most so many columns away.
    pub columns: Option<u64>,
    /// The line that says so.
    pub(super) line: usize,
}

/// A rule.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// What it finds, for people.
    pub description: String,
    /// The file that it stands in, for messages.
    pub file: String,
    /// The line of its header.
    pub line: usize,
    /// What it matches; without one it is about paths alone.
    pub regex: Option<Arc<Pattern>>,
    /// The group that is the secret; 0 for the first one that is not empty.
    pub group: usize,
    /// The secret's entropy must be over this, in bits a character; 0 for no bound.
    pub entropy: f64,
    /// The paths that it is about.
    pub path: Option<Arc<Pattern>>,
    /// One of these must stand in the file, in any case; none for no such condition. In lower case.
    pub keywords: Vec<String>,
    /// Words for reports.
    pub tags: Vec<String>,
    /// Whether it only serves as a condition of others.
    pub skip_report: bool,
    /// What else must match.
    pub required: Vec<Required>,
    /// What it does not report.
    pub allowlists: Vec<Arc<Allowlist>>,
}

/// Rules and exceptions, ready to be run.
#[derive(Debug, Default)]
pub struct Config {
    /// What messages call it.
    pub file: String,
    /// The rules, sorted by id.
    pub rules: Vec<Rule>,
    /// Exceptions for all rules, ours too.
    pub allowlists: Vec<Arc<Allowlist>>,
    /// Whether gitleaks' own rules are wanted: ours stand for them.
    pub use_default: bool,
    /// Which of those are not, with the places that say so.
    pub disabled: Vec<(String, String)>,
    /// Exceptions for single ones of them.
    pub of_default: Vec<Rule>,
    /// What does nothing, or something else than in gitleaks.
    pub notes: Vec<String>,
    /// The files that it was read from, for scans that come across them.
    pub files: Vec<String>,
    /// All keywords, and for each the rules that it lets run.
    pub(super) keywords: Option<(AhoCorasick, Vec<Vec<u32>>)>,
}

impl Config {
    /// The rule of that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok().map(|at| &self.rules[at])
    }

    /// Whether gitleaks' rule of that id is switched off.
    #[must_use]
    pub fn is_disabled(&self, id: &str) -> bool {
        self.disabled.iter().any(|(disabled, _)| disabled == id)
    }

    /// Puts everything in place for scans.
    pub(super) fn prepare(&mut self) {
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        let mut words: Vec<(&str, u32)> = Vec::new();
        for (rule, number) in self.rules.iter().zip(0..) {
            words.extend(rule.keywords.iter().map(|word| (word.as_str(), number)));
        }
        words.sort_unstable();
        let mut distinct: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        distinct.dedup();
        let of = |word: &str| words.iter().filter(|(other, _)| *other == word).map(|(_, rule)| *rule).collect();
        let rules = distinct.iter().map(|word| of(word)).collect();
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(&distinct);
        // Only more than 2^31 bytes of keywords could not be built from; a file is no larger than a few megabytes.
        self.keywords = finder.ok().filter(|_| !distinct.is_empty()).map(|finder| (finder, rules));
    }
}
