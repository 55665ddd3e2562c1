//! Which files a walk reads.

use super::nested_configs::NestedConfigs;
use crate::config::Patterns;
use std::path::PathBuf;
use std::sync::Arc;

/// Options of the walk.
#[derive(Clone, Debug, Default)]
pub struct FileOptions {
    /// Skip what `.gitignore`, `.ignore` and git's global excludes ignore, inside a git repository or not. These paths are not named in
    /// reports.
    pub gitignore: bool,
    /// Skip what matches one of these globs, in the syntax of a `.gitignore` line in the target directory.
    pub exclude: Vec<String>,
    /// Skip what these patterns match; the last ones take precedence. They are relative to their own directories.
    pub patterns: Vec<Arc<Patterns>>,
    /// Paths that another source reads, skipped by this walk.
    pub elsewhere: Vec<PathBuf>,
    /// Collects directories that are scanned separately. Costs a system call for each directory.
    pub nested_configs: Option<Arc<NestedConfigs>>,
    /// Read folders that are tagged as caches (`CACHEDIR.TAG`), too. Otherwise they are skipped and named, unless the user names them.
    pub read_caches: bool,
    /// The path of the file that standard input is.
    pub stdin_name: Option<PathBuf>,
    /// Follow symbolic links. The target of two links is then read twice.
    pub follow: bool,
    /// Files larger than this, in bytes, are problems. Costs a system call for each file.
    pub max_file_size: Option<u64>,
    /// Number of threads; `None` for one for each processor.
    pub threads: Option<usize>,
}
