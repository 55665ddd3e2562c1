//! Files below the given paths, found by a parallel walk.
//!
//! By default every regular file is read, including hidden and git-ignored ones. Symbolic links, special files and object stores that the
//! walk finds are skipped and named. Paths that the user names are treated differently: a link is followed, a FIFO is read (`stanch scan
//! <(command)`), and anything that cannot be read is a problem.

mod exclude;
mod ignored;
mod nested_configs;
pub(super) mod open;
mod problem;
mod roots;
mod vcs_dirs;
mod visitor;

use super::{Event, Source, SourceError};
use crate::config::Patterns;
use exclude::Exclude;
use ignore::{WalkBuilder, WalkParallel};
use ignored::Ignored;
pub use nested_configs::NestedConfigs;
use roots::Roots;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use visitor::Visitor;

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
    /// Follow symbolic links. The target of two links is then read twice.
    pub follow: bool,
    /// Files larger than this, in bytes, are problems. Costs a system call for each file.
    pub max_file_size: Option<u64>,
    /// Number of threads; `None` for one for each processor.
    pub threads: Option<usize>,
}

/// The files below the given paths.
#[derive(Debug)]
pub struct Files {
    roots: Roots,
    exclude: Exclude,
    ignored: Option<Ignored>,
    options: FileOptions,
}

impl Files {
    /// The files below these paths. A path that is given twice, or that is below another one, is read once.
    ///
    /// # Errors
    /// Fails when a path does not exist or a glob is malformed. Nothing is read then.
    pub fn new(paths: Vec<PathBuf>, options: FileOptions) -> Result<Files, SourceError> {
        let roots = Roots::new(paths, &options.elsewhere)?;
        let exclude = Exclude::new(&options.exclude, &options.patterns, roots.paths())?;
        let ignored = options.gitignore.then(|| Ignored::new(roots.paths()));
        Ok(Files { exclude, ignored, roots, options })
    }

    fn walk(&self) -> Option<WalkParallel> {
        let (first, rest) = self.roots.paths().split_first()?;
        let mut walk = WalkBuilder::new(first);
        for path in rest {
            walk.add(path);
        }
        let threads = self.options.threads.or_else(|| std::thread::available_parallelism().map(usize::from).ok());
        walk.standard_filters(false).follow_links(self.options.follow).threads(threads.unwrap_or(1));
        Some(walk.build_parallel())
    }
}

impl Source for Files {
    fn describe(&self) -> String {
        self.roots.paths().iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>().join(", ")
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        let Files { roots, exclude, ignored, options } = self;
        let visitor = Visitor { roots, exclude, ignored: ignored.as_ref(), options, each };
        if let Some(walk) = self.walk() {
            walk.run(|| Box::new(|found| visitor.take(found)));
        }
        Ok(())
    }
}
