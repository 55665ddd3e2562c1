//! Files: every one below the paths that were asked for, walked in parallel.

use super::open::{open, problem};
use super::stores::is_store;
use super::{Event, Source, SourceError};
use crate::model::{Blob, Problem, ProblemKind, Provenance, Skip, SkipKind};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::collections::HashMap;
use std::fs::FileType;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Which files are read.
#[derive(Clone, Debug, Default)]
pub struct FileOptions {
    /// Leave out what `.gitignore`, `.ignore` and git's global excludes name.
    pub gitignore: bool,
    /// Leave out paths that match one of these, as in a `.gitignore` file.
    pub exclude: Vec<String>,
    /// Follow symbolic links.
    pub follow: bool,
    /// Files larger than so many bytes are a problem, not a blob.
    pub max_file_size: Option<u64>,
    /// Threads; `None` for one a processor.
    pub threads: Option<usize>,
}

/// The files below some paths.
#[derive(Debug)]
pub struct Files {
    paths: Vec<PathBuf>,
    options: FileOptions,
    excluded: GlobSet,
}

impl Files {
    /// The files of these paths.
    ///
    /// # Errors
    /// When a path does not exist or a glob is malformed: nothing is read then.
    pub fn new(paths: Vec<PathBuf>, options: FileOptions) -> Result<Files, SourceError> {
        for path in &paths {
            // A link that leads nowhere exists; that it cannot be read is a problem of the scan, not of the command line.
            if std::fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
                return Err(SourceError::NotFound { path: path.to_string_lossy().into_owned() });
            }
        }
        let excluded = globs(&options.exclude)?;
        // What is left out below one path may have been asked for by another.
        let reads_all = !options.gitignore && options.exclude.is_empty();
        Ok(Files { paths: if reads_all { without_nested(paths) } else { paths }, options, excluded })
    }

    fn entry(
        &self,
        entry: DirEntry,
        each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync),
    ) -> (ControlFlow<()>, Descend) {
        let path = entry.path();
        if entry.depth() > 0 && self.is_excluded(path) {
            return (skip(each, path, SkipKind::Excluded), Descend::No);
        }
        // Standard input has no file type; we never ask for it here.
        let Some(kind) = entry.file_type() else { return (ControlFlow::Continue(()), Descend::Yes) };
        if kind.is_dir() {
            if entry.depth() > 0 && is_store(path) {
                return (skip(each, path, SkipKind::ObjectStore), Descend::No);
            }
            return (ControlFlow::Continue(()), Descend::Yes);
        }
        let asked_for = entry.depth() == 0;
        let kind = if asked_for || kind.is_symlink() { self.resolve(path, kind, asked_for) } else { Ok(kind) };
        let flow = match kind {
            Err(found) => each(Event::Problem(found)),
            Ok(kind) if kind.is_symlink() => skip(each, path, SkipKind::SymbolicLink),
            Ok(kind) if kind.is_file() => self.file(entry.into_path(), each),
            // `stanch scan <(command)`: a FIFO that was named is meant to be read, one that was merely found is not.
            Ok(kind) if asked_for && is_fifo(kind) => self.file(entry.into_path(), each),
            Ok(_) => skip(each, path, SkipKind::SpecialFile),
        };
        (flow, Descend::Yes)
    }

    /// What a link leads to, if it is to be followed.
    fn resolve(&self, path: &Path, kind: FileType, asked_for: bool) -> Result<FileType, Problem> {
        if kind.is_symlink() && !self.options.follow && !asked_for {
            return Ok(kind);
        }
        std::fs::metadata(path).map(|target| target.file_type()).map_err(|error| Problem {
            what: path.to_string_lossy().into_owned(),
            kind: ProblemKind::BrokenLink,
            detail: format!("the symbolic link leads nowhere: {error}"),
        })
    }

    fn file(&self, path: PathBuf, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> ControlFlow<()> {
        let file =
            open(&path).and_then(|file| Ok((self.options.max_file_size.map(|_| file.metadata()).transpose()?, file)));
        match file {
            Err(error) => each(Event::Problem(problem(&path, &error))),
            Ok((Some(data), _)) if self.options.max_file_size.is_some_and(|most| data.len() > most) => {
                each(Event::Problem(Problem {
                    what: path.to_string_lossy().into_owned(),
                    kind: ProblemKind::TooLarge,
                    detail: format!(
                        "{} bytes are over --max-file-size; raise it, leave the file out with --exclude, or pass --allow-incomplete",
                        data.len()
                    ),
                }))
            }
            Ok((_, mut file)) => each(Event::Blob(Blob { provenance: Provenance::File(tidy(path)), bytes: &mut file })),
        }
    }

    fn is_excluded(&self, path: &Path) -> bool {
        if self.excluded.is_empty() {
            return false;
        }
        let root = self.paths.iter().find(|root| path.starts_with(root));
        self.excluded.is_match(root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path))
    }
}

/// Whether to go down into a directory.
enum Descend {
    Yes,
    No,
}

impl Source for Files {
    fn describe(&self) -> String {
        self.paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>().join(", ")
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        let Some((first, rest)) = self.paths.split_first() else { return Ok(()) };
        let mut walk = WalkBuilder::new(first);
        rest.iter().for_each(|path| {
            walk.add(path);
        });
        walk.standard_filters(false).follow_links(self.options.follow).threads(self.options.threads.unwrap_or(0));
        if self.options.gitignore {
            walk.git_ignore(true).git_global(true).git_exclude(true).ignore(true).parents(true).require_git(false);
        }
        walk.build_parallel().run(|| {
            Box::new(|entry| {
                let (flow, descend) = match entry {
                    Ok(entry) => self.entry(entry, each),
                    Err(error) => (each(Event::Problem(walk_problem(&error))), Descend::Yes),
                };
                match (flow, descend) {
                    (ControlFlow::Break(()), _) => WalkState::Quit,
                    (_, Descend::No) => WalkState::Skip,
                    _ => WalkState::Continue,
                }
            })
        });
        Ok(())
    }
}

fn skip(each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync), path: &Path, kind: SkipKind) -> ControlFlow<()> {
    each(Event::Skip(Skip { what: path.to_string_lossy().into_owned(), kind }))
}

#[cfg(unix)]
fn is_fifo(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_fifo(_: FileType) -> bool {
    false
}

/// What the walker could not do.
fn walk_problem(error: &ignore::Error) -> Problem {
    match error {
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => walk_problem(err),
        ignore::Error::WithPath { path, err } => match err.io_error() {
            Some(error) => problem(path, error),
            None => Problem { what: path.to_string_lossy().into_owned(), ..walk_problem(err) },
        },
        ignore::Error::Loop { ancestor, child } => Problem {
            what: child.to_string_lossy().into_owned(),
            kind: ProblemKind::BrokenLink,
            detail: format!("the symbolic link leads back to {}, which is read already", ancestor.display()),
        },
        other => Problem { what: "the walk".to_owned(), kind: ProblemKind::Unreadable, detail: other.to_string() },
    }
}

/// The set of globs, each read as git reads a line of `.gitignore`: without a slash it matches a name at any depth; what it matches is
/// left out with all that lies below.
fn globs(patterns: &[String]) -> Result<GlobSet, SourceError> {
    let mut set = GlobSetBuilder::new();
    let bad = |pattern: &str, error: globset::Error| SourceError::BadGlob {
        glob: pattern.to_owned(),
        detail: error.kind().to_string(),
    };
    let build = |text: &str| -> Result<Glob, globset::Error> { GlobBuilder::new(text).literal_separator(true).build() };
    for pattern in patterns {
        let trimmed = pattern.strip_suffix('/').unwrap_or(pattern);
        let anchored = match trimmed.strip_prefix('/') {
            Some(rooted) => rooted.to_owned(),
            None if trimmed.contains('/') => trimmed.to_owned(),
            None => format!("**/{trimmed}"),
        };
        set.add(build(&anchored).map_err(|error| bad(pattern, error))?);
    }
    set.build().map_err(|error| bad("", error))
}

/// The paths without those that lie below another one, so that no file is read twice.
fn without_nested(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut first: HashMap<PathBuf, usize> = HashMap::new();
    let real: Vec<Option<PathBuf>> = paths.iter().map(|path| path.canonicalize().ok()).collect();
    for (index, path) in real.iter().enumerate() {
        if let Some(path) = path {
            first.entry(path.clone()).or_insert(index);
        }
    }
    let is_nested = |index: usize, path: &Option<PathBuf>| {
        path.as_ref().is_some_and(|path| {
            first.get(path) != Some(&index) || path.ancestors().skip(1).any(|above| first.contains_key(above))
        })
    };
    let keep: Vec<bool> = real.iter().enumerate().map(|(index, path)| !is_nested(index, path)).collect();
    paths.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(path, _)| path).collect()
}

/// The path as a person would write it: `./src/main.rs` is `src/main.rs`.
fn tidy(path: PathBuf) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.to_owned(),
        _ => path,
    }
}
