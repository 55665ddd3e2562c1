//! Why a policy cannot be followed: nothing is scanned then.

use crate::config::ConfigError;
use crate::ledger::LedgerError;
use crate::rules::SetError;
use std::path::PathBuf;
use thiserror::Error;

/// What is wrong.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// A configuration is at fault.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A baseline or ignore file is at fault.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A rule file, or a rule in a configuration.
    #[error(transparent)]
    Rules(#[from] SetError),
    /// A file that was asked for, or that was found, cannot be read.
    #[error("{}: cannot read this {what}: {error}", path.display())]
    Unreadable {
        /// What it is.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's words, and what to do.
        error: String,
    },
    /// All rules are off.
    #[error("{0}: every rule is switched off: nothing would be looked for, and every answer would be clean")]
    NoRules(String),
}
