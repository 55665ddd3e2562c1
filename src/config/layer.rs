//! What one file says. Keys are those of `docs/configuration.md`.

use crate::model::{Confidence, Day, Fingerprint, Severity};
use std::path::PathBuf;

/// A value and the line that it stands on, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// The line.
    pub line: usize,
}

/// The settings of one file; what it does not say is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// The file's name, as messages give it.
    pub file: String,
    /// The file.
    pub path: PathBuf,
    /// The directory that its path patterns belong to: the file's own, or that of the file that extends it.
    pub base: PathBuf,
    /// The file's text, from which its `[[rule]]`s are read.
    pub text: String,
    /// Files whose settings it begins with.
    pub extends: Vec<At<String>>,
    /// Least confidence that is shown.
    pub confidence: Option<At<Confidence>>,
    /// Least severity that is shown.
    pub severity: Option<At<Severity>>,
    /// Paths that are not read, in the syntax of `.gitignore`.
    pub exclude: Vec<At<String>>,
    /// Whether ignore files of version control count.
    pub gitignore: Option<At<bool>>,
    /// Largest file that is read, in bytes.
    pub max_file_size: Option<At<u64>>,
    /// Whether comments in the files that are scanned can allow a secret.
    pub inline: Option<At<bool>>,
    /// The baseline's file.
    pub baseline: Option<At<String>>,
    /// Rules, or `family-*`, that are off.
    pub disable: Vec<At<String>>,
    /// Changes to rules, by id.
    pub rules: Vec<(At<String>, RuleSetting)>,
    /// Exceptions.
    pub allow: Vec<Allow>,
    /// Files with further rules.
    pub rule_files: Vec<At<String>>,
    /// A configuration of gitleaks, whose rules and exceptions hold as they stand.
    pub gitleaks: Option<At<String>>,
    /// The line of the first `[[rule]]`.
    pub own_rules: Option<usize>,
    /// How reports look when no flag says otherwise.
    pub report: ReportDefaults,
}

/// What is different about a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSetting {
    /// Whether it is on.
    pub enabled: Option<At<bool>>,
    /// How bad its findings are.
    pub severity: Option<At<Severity>>,
    /// How sure it is.
    pub confidence: Option<At<Confidence>>,
    /// Least entropy of the secret, in bits a byte.
    pub entropy: Option<At<f32>>,
}

/// An exception: it holds where, of each kind of criterion that it names, at least one is met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// The line of its header.
    pub line: usize,
    /// Rules, or `family-*`, that it is about.
    pub rules: Vec<At<String>>,
    /// Paths, in the syntax of `.gitignore`.
    pub paths: Vec<At<String>>,
    /// Secrets, by fingerprint.
    pub fingerprints: Vec<At<Fingerprint>>,
    /// Secrets that are none, as they stand.
    pub values: Vec<At<String>>,
    /// Regexes on the secret.
    pub patterns: Vec<At<String>>,
    /// Regexes on the line.
    pub lines: Vec<At<String>>,
    /// Words in the secret, whatever their case.
    pub words: Vec<At<String>>,
    /// Why.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<At<Day>>,
}

/// How reports look when no flag says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportDefaults {
    /// A format's name.
    pub format: Option<At<String>>,
    /// `auto`, `always` or `never`.
    pub color: Option<At<String>>,
    /// Exit code for findings.
    pub exit_code: Option<At<u8>>,
    /// Whether an incomplete scan without findings is as good as a clean one.
    pub allow_incomplete: Option<At<bool>>,
}

impl Layer {
    /// A line of the file, as messages give it.
    #[must_use]
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.file)
    }

    /// Whether it changes which rules there are, or what they do.
    #[must_use]
    pub fn changes_rules(&self) -> bool {
        self.own_rules.is_some()
            || self.gitleaks.is_some()
            || !(self.disable.is_empty() && self.rules.is_empty() && self.rule_files.is_empty())
    }
}
