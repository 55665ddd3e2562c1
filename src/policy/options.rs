//! What flags say about policy; they win over every file.

use crate::compat::gitleaks::Input;
use crate::model::{Confidence, Severity};
use std::path::PathBuf;

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct PolicyOptions {
    /// This configuration, and no other.
    pub config: Option<PathBuf>,
    /// No configuration at all.
    pub no_config: bool,
    /// Least confidence.
    pub confidence: Option<Confidence>,
    /// Least severity.
    pub severity: Option<Severity>,
    /// Rule files beside the built-in rules.
    pub rules: Vec<PathBuf>,
    /// Comments in the files that are scanned allow nothing.
    pub no_inline: bool,
    /// `.stanchignore` files are not looked for.
    pub no_ignores: bool,
    /// Which baseline.
    pub baseline: BaselineChoice,
    /// Whether ignore files of version control count.
    pub gitignore: Option<bool>,
    /// Largest file that is read, in bytes.
    pub max_file_size: Option<u64>,
    /// Rules and exceptions of gitleaks.
    pub gitleaks: GitleaksOptions,
}

/// What is taken over from gitleaks.
#[derive(Clone, Debug, Default)]
pub struct GitleaksOptions {
    /// Its configuration, which says what is looked for.
    pub config: Option<Input>,
    /// The only rules that are wanted; none for all.
    pub only: Vec<String>,
    /// An ignore file beside those that are found, or the directory that holds it.
    pub ignores: Option<PathBuf>,
}

/// Which baseline a scan goes by.
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
