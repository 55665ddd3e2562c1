//! Paths that the user excludes.

use crate::config::{Patterns, from_here};
use crate::sources::SourceError;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Error, Match};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Globs with the syntax of a `.gitignore` line in the target directory: without a slash a glob matches a name at any depth, with a
/// trailing slash only directories, and `!` re-includes what an earlier one excluded.
///
/// In addition, patterns of configuration files, which are relative to their own directories.
#[derive(Debug)]
pub(super) struct Exclude {
    globs: Gitignore,
    patterns: Vec<Arc<Patterns>>,
    /// Where the walk's roots are.
    places: HashMap<PathBuf, PathBuf>,
    here: PathBuf,
}

impl Exclude {
    /// Compiles the globs.
    ///
    /// # Errors
    /// Fails when one is malformed.
    pub(super) fn new(globs: &[String], patterns: &[Arc<Patterns>], roots: &[PathBuf]) -> Result<Exclude, SourceError> {
        let is_needed = !patterns.is_empty() || !globs.is_empty();
        let here = if is_needed { std::env::current_dir().unwrap_or_default() } else { PathBuf::new() };
        let here = here.canonicalize().unwrap_or(here);
        let mut builder = GitignoreBuilder::new(".");
        // Git takes `[abc` literally; on the command line it is a typing error.
        builder.allow_unclosed_class(false);
        for glob in globs {
            // The command line has no comments: `#*#` matches an editor's files.
            let inside = Path::new(glob).strip_prefix(&here).ok().filter(|_| !here.as_os_str().is_empty());
            let glob_here = match inside {
                Some(inside) => format!("/{}{}", inside.display(), if glob.ends_with('/') { "/" } else { "" }),
                None => from_here(glob).into_owned(),
            };
            let line = if glob_here.starts_with('#') { format!("\\{glob_here}") } else { glob_here };
            builder.add_line(None, &line).map_err(|error| bad(glob, error))?;
        }
        let place = |root: &PathBuf| Some((root.clone(), root.canonicalize().ok()?));
        let places = if is_needed { roots.iter().filter_map(place).collect() } else { HashMap::new() };
        let globs = builder.build().map_err(|error| bad(&globs.join(" "), error))?;
        Ok(Exclude { globs, patterns: patterns.to_vec(), places, here })
    }

    /// Whether a path is excluded. Paths below an excluded directory and directories that the user named are not checked. Files that the
    /// user named are checked, because hooks name every changed file.
    pub(super) fn leaves_out(&self, entry: &DirEntry, is_dir: bool) -> bool {
        let path = entry.path();
        if !self.patterns.is_empty() && self.is_named(path, entry.depth(), is_dir) {
            return true;
        }
        if self.globs.is_empty() {
            return false;
        }
        let Some(root) = path.ancestors().nth(entry.depth()) else { return false };
        let inside = path.strip_prefix(root).unwrap_or(Path::new(""));
        let of_root = match entry.depth() {
            0 => Match::None,
            _ => self.globs.matched(inside, is_dir),
        };
        if !of_root.is_none() {
            return of_root.is_ignore();
        }
        // A root that is the current directory calls everything the same as it does itself.
        let Some(place) = self.places.get(root).filter(|place| entry.depth() == 0 || **place != self.here) else {
            return false;
        };
        match place.join(inside).strip_prefix(&self.here) {
            Ok(from_here) if from_here.as_os_str().is_empty() => false,
            Ok(from_here) => self.globs.matched_path_or_any_parents(from_here, is_dir).is_ignore(),
            // Elsewhere only a file's own directories were asked for by name; a directory's name is its own.
            Err(_) if entry.depth() == 0 && is_dir => {
                place.file_name().is_some_and(|name| self.globs.matched(name, true).is_ignore())
            }
            Err(_) if entry.depth() == 0 => {
                let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_));
                let inside: PathBuf = path.components().filter(is_name).collect();
                self.globs.matched_path_or_any_parents(inside, false).is_ignore()
            }
            Err(_) => false,
        }
    }

    /// The decision of the innermost patterns that match a path.
    fn is_named(&self, path: &Path, depth: usize, is_dir: bool) -> bool {
        let Some(root) = path.ancestors().nth(depth) else { return false };
        let Some(place) = self.places.get(root) else { return false };
        let inside = path.strip_prefix(root).unwrap_or(Path::new(""));
        let full = if inside.as_os_str().is_empty() { place.clone() } else { place.join(inside) };
        let decided = self.patterns.iter().rev().find_map(|patterns| match depth {
            0 if is_dir => patterns.decide_dir(&full),
            0 => patterns.decide_file(&full),
            _ => patterns.decide(&full, is_dir),
        });
        decided == Some(true)
    }
}

fn bad(glob: &str, error: Error) -> SourceError {
    let detail = match error {
        Error::Glob { err, .. } => err,
        other => other.to_string(),
    };
    SourceError::BadGlob { glob: glob.to_owned(), detail }
}
