//! What can go wrong with a ledger.

use thiserror::Error;

/// Reason why the ledger cannot be used.
#[derive(Debug, Error)]
pub enum LivesError {
    /// The database failed.
    #[error("the ledger cannot be read or written: {0}")]
    Database(#[from] rusqlite::Error),
    /// The key cannot be used.
    #[error("the ledger's key: {0}")]
    Key(String),
    /// What is asked for is not possible.
    #[error("{0}")]
    Refused(String),
}
