//! Files: every one below the paths that were asked for, walked in parallel.
//!
//! What is read, when nothing else is said: every regular file, hidden and git-ignored ones too. Symbolic links, special files and
//! object stores that the walk comes across are left out and named. What the user named is another matter: a link is followed, a
//! FIFO is read (`stanch scan <(command)`), and whatever then cannot be read is a problem, because it was asked for.

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

/// Which files are read.
#[derive(Clone, Debug, Default)]
pub struct FileOptions {
    /// Leave out what `.gitignore`, `.ignore` and git's global excludes name, inside a git repository or not. What they leave out is
    /// not named in the report.
    pub gitignore: bool,
    /// Leave out what matches one of these, each read as a line of a `.gitignore` file at the path that was asked for.
    pub exclude: Vec<String>,
    /// Leave out what these name, the last ones first; they know which directory they belong to.
    pub patterns: Vec<Arc<Patterns>>,
    /// Paths that are read by somebody else, and passed over where the walk comes across them.
    pub elsewhere: Vec<PathBuf>,
    /// Gathers directories that are left to somebody else. Costs a system call for each directory.
    pub nested_configs: Option<Arc<NestedConfigs>>,
    /// Follow symbolic links. What two links lead to is then read twice.
    pub follow: bool,
    /// Files larger than so many bytes are a problem, not a blob. Costs a system call for each file.
    pub max_file_size: Option<u64>,
    /// Threads; `None` for one a processor.
    pub threads: Option<usize>,
}

/// The files below some paths.
#[derive(Debug)]
pub struct Files {
    roots: Roots,
    exclude: Exclude,
    ignored: Option<Ignored>,
    options: FileOptions,
}

impl Files {
    /// The files of these paths. A path that is given twice, or that lies below another one, is read once.
    ///
    /// # Errors
    /// When a path does not exist or a glob is malformed: nothing is read then.
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
