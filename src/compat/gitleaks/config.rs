//! A gitleaks configuration, merged with all files that it extends.

use super::allow::Allowlist;
use super::pattern::Pattern;
use aho_corasick::AhoCorasick;
use std::sync::Arc;

/// A rule that must match nearby.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Required {
    /// Id of that rule.
    pub id: String,
    /// Largest distance in lines; `None` for any.
    pub lines: Option<u64>,
    /// Largest distance in columns; `None` for any.
    pub columns: Option<u64>,
    /// Line in the configuration.
    pub(super) line: usize,
}

/// A rule.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// Id.
    pub id: String,
    /// Description for reports.
    pub description: String,
    /// File that contains it, for messages.
    pub file: String,
    /// Line of its header.
    pub line: usize,
    /// Regex; a rule without one matches paths only.
    pub regex: Option<Arc<Pattern>>,
    /// Group of the secret; 0 for the first non-empty group.
    pub group: usize,
    /// The secret's entropy must exceed this, in bits a character; 0 for no bound.
    pub entropy: f64,
    /// Paths that it applies to.
    pub path: Option<Arc<Pattern>>,
    /// Keywords in lower case. One must occur in the file, in any case; empty for no condition.
    pub keywords: Vec<String>,
    /// Tags for reports.
    pub tags: Vec<String>,
    /// Whether it only serves as a condition of other rules.
    pub skip_report: bool,
    /// Rules that must match nearby.
    pub required: Vec<Required>,
    /// Allowlists of this rule.
    pub allowlists: Vec<Arc<Allowlist>>,
}

/// Rules and allowlists, ready for scans.
#[derive(Debug, Default)]
pub struct Config {
    /// Name in messages.
    pub file: String,
    /// Rules, sorted by id.
    pub rules: Vec<Rule>,
    /// Global allowlists. They also apply to stanch's rules.
    pub allowlists: Vec<Arc<Allowlist>>,
    /// Whether gitleaks' own rules are enabled; stanch's rules replace them.
    pub use_default: bool,
    /// Disabled rules of gitleaks, with the locations that disable them.
    pub disabled: Vec<(String, String)>,
    /// Allowlists for single rules of gitleaks.
    pub of_default: Vec<Rule>,
    /// Settings that have no effect or differ from gitleaks.
    pub notes: Vec<String>,
    /// Files that the configuration was read from.
    pub files: Vec<String>,
    /// All keywords, and for each the indices of its rules.
    pub(super) keywords: Option<(AhoCorasick, Vec<Vec<u32>>)>,
}

impl Config {
    /// The rule with that id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok().map(|at| &self.rules[at])
    }

    /// Whether gitleaks' rule of that id is disabled.
    #[must_use]
    pub fn is_disabled(&self, id: &str) -> bool {
        self.disabled.iter().any(|(disabled, _)| disabled == id)
    }

    /// Builds the keyword search.
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
        // Building fails only above 2^31 bytes of keywords; a file has at most a few megabytes.
        self.keywords = finder.ok().filter(|_| !distinct.is_empty()).map(|finder| (finder, rules));
    }
}
