//! Files below the given paths, found by a parallel walk.
//!
//! By default every regular file is read, including hidden and git-ignored ones. Symbolic links, special files and object stores that the
//! walk finds are skipped and named. Paths that the user names are treated differently: a link is followed, a FIFO is read (`stanch scan
//! <(command)`), and anything that cannot be read is a problem.

mod caches;
mod exclude;
mod ignored;
mod nested_configs;
pub(super) mod open;
mod options;
mod problem;
mod roots;
mod vcs_dirs;
mod visitor;

use super::{Event, Source, SourceError};
use exclude::Exclude;
use ignore::{WalkBuilder, WalkParallel};
use ignored::Ignored;
pub use nested_configs::NestedConfigs;
pub use options::FileOptions;
use roots::Roots;
pub use roots::is_missing;
use std::ops::ControlFlow;
use std::path::PathBuf;
use visitor::Visitor;

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
