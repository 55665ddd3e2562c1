//! The history of a secret.

use std::path::PathBuf;
use std::sync::Arc;

/// A commit in reports. It has no e-mail address, because reports are shared where addresses do not belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its id, in hexadecimal.
    pub id: Arc<str>,
    /// Name of the author.
    pub author: String,
    /// Author time, in seconds since 1970 (UTC).
    pub time: i64,
}

/// The history of a secret in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHistory {
    /// The first commit that has it while none of its parents does; `None` when no commit is known to have brought it.
    pub introduced: Option<CommitInfo>,
    /// The first commit that has it, where a shallow clone ends: it came with that one or before.
    pub came_before: Option<CommitInfo>,
    /// How many commits are such: more than one if it was brought again.
    pub introductions: u32,
    /// The last commit that removed it; `None` when `HEAD` contains it.
    pub removed: Option<CommitInfo>,
    /// Whether `HEAD` contains it.
    pub at_head: bool,
    /// Files of `HEAD` that contain it; of many, the first ones.
    pub head_paths: Vec<PathBuf>,
    /// References whose history contains it; of many, the first ones.
    pub refs: Vec<String>,
    /// Number of these references.
    pub ref_count: u32,
    /// Number of versions of files, and of messages, that contain it.
    pub versions: u32,
}
