//! Settings of one file. `docs/configuration.md` describes the keys.

use crate::model::{Confidence, Day, Fingerprint, Severity};
use std::path::PathBuf;

/// A value with its line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// The line.
    pub line: usize,
}

/// The settings of one file; keys that the file does not set are `None` or empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// Name of the file in messages.
    pub file: String,
    /// Path of the file.
    pub path: PathBuf,
    /// Directory that the path patterns are relative to: that of the file, or of the file that extends it.
    pub base: PathBuf,
    /// Text of the file, from which its `[[rule]]`s are parsed.
    pub text: String,
    /// Files that it extends.
    pub extends: Vec<At<String>>,
    /// Lowest confidence that is reported.
    pub confidence: Option<At<Confidence>>,
    /// Lowest severity that is reported.
    pub severity: Option<At<Severity>>,
    /// Excluded paths, in `.gitignore` syntax.
    pub exclude: Vec<At<String>>,
    /// Whether ignore files of version control apply.
    pub gitignore: Option<At<bool>>,
    /// Largest file that is read, in bytes.
    pub max_file_size: Option<At<u64>>,
    /// Whether comments in scanned files can suppress a finding.
    pub inline: Option<At<bool>>,
    /// Path of the baseline.
    pub baseline: Option<At<String>>,
    /// Disabled rules: an id or `family-*`.
    pub disable: Vec<At<String>>,
    /// Overrides of rules, by id.
    pub rules: Vec<(At<String>, RuleSetting)>,
    /// Exceptions (`[[allow]]`).
    pub allow: Vec<Allow>,
    /// Files with additional rules.
    pub rule_files: Vec<At<String>>,
    /// A gitleaks configuration whose rules and allowlists apply unchanged.
    pub gitleaks: Option<At<String>>,
    /// Line of the first `[[rule]]`.
    pub own_rules: Option<usize>,
    /// Kinds of containers that are not opened.
    pub closed: Vec<At<String>>,
    /// Report settings for flags that are not given.
    pub report: ReportDefaults,
}

/// Overrides of one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSetting {
    /// Whether the rule is enabled.
    pub enabled: Option<At<bool>>,
    /// Severity of its findings.
    pub severity: Option<At<Severity>>,
    /// Confidence of its findings.
    pub confidence: Option<At<Confidence>>,
    /// Lowest entropy of the secret, in bits a byte.
    pub entropy: Option<At<f32>>,
}

/// An exception. It applies when, of each kind of criterion that it has, at least one matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// Line of its header.
    pub line: usize,
    /// Rules that it applies to: an id or `family-*`.
    pub rules: Vec<At<String>>,
    /// Paths, in `.gitignore` syntax.
    pub paths: Vec<At<String>>,
    /// Secrets by fingerprint.
    pub fingerprints: Vec<At<Fingerprint>>,
    /// Literal values that are not secret.
    pub values: Vec<At<String>>,
    /// Regexes on the secret.
    pub patterns: Vec<At<String>>,
    /// Regexes on the line.
    pub lines: Vec<At<String>>,
    /// Words in the secret, case-insensitive.
    pub words: Vec<At<String>>,
    /// Reason.
    pub reason: Option<String>,
    /// Who is responsible for it.
    pub owner: Option<String>,
    /// Last day on which it applies.
    pub expires: Option<At<Day>>,
}

/// Report settings for flags that are not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportDefaults {
    /// Name of a format.
    pub format: Option<At<String>>,
    /// `auto`, `always` or `never`.
    pub color: Option<At<String>>,
    /// Exit code for findings.
    pub exit_code: Option<At<u8>>,
    /// Whether an incomplete scan without findings exits like a clean one.
    pub allow_incomplete: Option<At<bool>>,
}

impl Layer {
    /// The file and a line of it, as in messages.
    #[must_use]
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.file)
    }

    /// Whether it adds rules or changes them.
    #[must_use]
    pub fn changes_rules(&self) -> bool {
        self.own_rules.is_some()
            || self.gitleaks.is_some()
            || !(self.disable.is_empty() && self.rules.is_empty() && self.rule_files.is_empty())
    }
}
