//! Where a secret stands in a history.

use std::path::PathBuf;
use std::sync::Arc;

/// A commit, as a report names it. Without an address: reports go to places where those do not belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its name, in hexadecimal.
    pub id: Arc<str>,
    /// Who wrote the change.
    pub author: String,
    /// When, in seconds since 1970 (UTC).
    pub time: i64,
}

/// What a repository remembers of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHistory {
    /// The first commit that has it while none of its parents does; `None` when no reference leads to it.
    pub introduced: Option<CommitInfo>,
    /// How many commits are such: more than one if it was brought again.
    pub introductions: u32,
    /// The last commit that took it away; `None` when `HEAD` still has it.
    pub removed: Option<CommitInfo>,
    /// Whether `HEAD` has it.
    pub at_head: bool,
    /// In which files of `HEAD` it stands; of many, the first.
    pub head_paths: Vec<PathBuf>,
    /// Names of references with it in their history: some, when there are many.
    pub refs: Vec<String>,
    /// How many references that are.
    pub ref_count: u32,
    /// In how many versions of files (and messages) it stands.
    pub versions: u32,
}
