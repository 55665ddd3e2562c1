//! Errors of a policy. Nothing is scanned then.

use crate::config::ConfigError;
use crate::ledger::LedgerError;
use crate::rules::SetError;
use std::path::PathBuf;
use thiserror::Error;

/// Error of a policy.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// A configuration is malformed.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A baseline or ignore file is malformed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A rule file, or a rule in a configuration, is malformed.
    #[error(transparent)]
    Rules(#[from] SetError),
    /// A policy file cannot be read.
    #[error("{}: cannot read this {what}: {error}", path.display())]
    Unreadable {
        /// Kind of file.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Error of the system, and how to correct it.
        error: String,
    },
    /// All rules are disabled.
    #[error("{0}: every rule is switched off: nothing would be looked for, and every answer would be clean")]
    NoRules(String),
}
