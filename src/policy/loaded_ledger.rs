//! A ledger that was read, and which of its entries a scan met.

use crate::ledger::LedgerKey;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// A parsed ledger file.
#[derive(Debug)]
pub struct LoadedLedger<T> {
    /// Name in messages.
    pub file: String,
    /// Path of the file.
    pub path: PathBuf,
    /// Its content.
    pub content: T,
    /// Families that have slow digests in it.
    pub(super) slow_families: HashSet<String>,
    pub(super) met: Mutex<HashSet<LedgerKey>>,
}

impl<T> LoadedLedger<T> {
    /// Records that a secret of the ledger was found.
    pub(super) fn meet(&self, mark: LedgerKey) {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).insert(mark);
    }

    /// The secrets of the ledger that were found.
    #[must_use]
    pub fn met(&self) -> HashSet<LedgerKey> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
