//! Policy options of the command line. They take precedence over every file.

use crate::compat::gitleaks::Input;
use crate::model::{Confidence, Severity};
use std::path::PathBuf;

/// Policy options.
#[derive(Clone, Debug, Default)]
pub struct PolicyOptions {
    /// The only configuration to use.
    pub config: Option<PathBuf>,
    /// Use no configuration.
    pub no_config: bool,
    /// Lowest confidence that is reported.
    pub confidence: Option<Confidence>,
    /// Lowest severity that is reported.
    pub severity: Option<Severity>,
    /// Rule files in addition to the built-in rules.
    pub rules: Vec<PathBuf>,
    /// Ignore suppressing comments in scanned files.
    pub no_inline: bool,
    /// Ignore `.stanchignore` files.
    pub no_ignores: bool,
    /// The baseline to use.
    pub baseline: BaselineChoice,
    /// Whether ignore files of version control apply.
    pub gitignore: Option<bool>,
    /// Largest file that is read, in bytes.
    pub max_file_size: Option<u64>,
    /// How often what is encoded is decoded; 0 for not at all.
    pub decode_depth: Option<u8>,
    /// Options for gitleaks' configuration and ignore files.
    pub gitleaks: GitleaksOptions,
}

/// Options for gitleaks' configuration and ignore files.
#[derive(Clone, Debug, Default)]
pub struct GitleaksOptions {
    /// Its configuration, which replaces the choice of rules.
    pub config: Option<Input>,
    /// The only enabled rules; empty for all.
    pub only: Vec<String>,
    /// An additional ignore file, or the directory that contains it.
    pub ignores: Option<PathBuf>,
    /// Whether stanch was called in gitleaks' place: comments of other scanners do not count then.
    pub in_their_place: bool,
}

/// The baseline of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BaselineChoice {
    /// The configured one, or else the nearest `.stanch-baseline`, or else none.
    #[default]
    Found,
    /// This file.
    File(PathBuf),
    /// None.
    Without,
}
