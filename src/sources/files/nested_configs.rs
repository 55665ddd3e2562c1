//! Sub-trees with their own configuration, which are scanned separately.

use crate::policy_file;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Directories below the roots that contain a file of a certain name. The walk does not enter them and collects them here.
#[derive(Debug)]
pub struct NestedConfigs {
    name: &'static str,
    found: Mutex<Vec<PathBuf>>,
}

impl NestedConfigs {
    /// Collects directories that contain a file of this name, or anything else with this name.
    #[must_use]
    pub fn new(name: &'static str) -> NestedConfigs {
        NestedConfigs { name, found: Mutex::default() }
    }

    /// Whether this directory is one of them; it is then recorded.
    pub(super) fn claims(&self, dir: &Path) -> bool {
        let is_one = policy_file::exists(&dir.join(self.name));
        if is_one {
            self.found.lock().unwrap_or_else(PoisonError::into_inner).push(dir.to_owned());
        }
        is_one
    }

    /// The directories recorded since the last call, sorted.
    #[must_use]
    pub fn take(&self) -> Vec<PathBuf> {
        let mut found = std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner));
        found.sort();
        found
    }
}
