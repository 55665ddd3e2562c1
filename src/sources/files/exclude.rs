//! What the user does not want to be read.

use crate::config::Patterns;
use crate::sources::SourceError;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Error};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Globs, each read as git reads a line of a `.gitignore` file that lies in the directory that was asked for: without a slash it
/// matches a name at any depth, with one at the end only directories, and `!` takes back what an earlier one left out.
///
/// Beside them patterns that know their own directory: those of configuration files.
#[derive(Debug)]
pub(super) struct Exclude {
    globs: Gitignore,
    patterns: Vec<Arc<Patterns>>,
    /// Where the walk's roots are, if there are such patterns.
    places: HashMap<PathBuf, PathBuf>,
}

impl Exclude {
    /// Compiles the globs.
    ///
    /// # Errors
    /// When one is malformed.
    pub(super) fn new(globs: &[String], patterns: &[Arc<Patterns>], roots: &[PathBuf]) -> Result<Exclude, SourceError> {
        let mut builder = GitignoreBuilder::new(".");
        // Git takes `[abc` as it stands; from a person it is a slip.
        builder.allow_unclosed_class(false);
        for glob in globs {
            // No comments on a command line: `#*#` are an editor's files.
            let line = if glob.starts_with('#') { format!("\\{glob}") } else { glob.clone() };
            builder.add_line(None, &line).map_err(|error| bad(glob, error))?;
        }
        let place = |root: &PathBuf| Some((root.clone(), root.canonicalize().ok()?));
        let places = if patterns.is_empty() { HashMap::new() } else { roots.iter().filter_map(place).collect() };
        let globs = builder.build().map_err(|error| bad(&globs.join(" "), error))?;
        Ok(Exclude { globs, patterns: patterns.to_vec(), places })
    }

    /// Whether this is left out. Nothing below a directory that is needs to be asked about, nor a directory that the
    /// user named. A file that the user named does, because hooks name every file that changed.
    pub(super) fn leaves_out(&self, entry: &DirEntry, is_dir: bool) -> bool {
        let path = entry.path();
        if !self.patterns.is_empty() && self.is_named(path, entry.depth(), is_dir) {
            return true;
        }
        if self.globs.is_empty() {
            return false;
        }
        match entry.depth() {
            0 => {
                let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_));
                let inside: PathBuf = path.components().filter(is_name).collect();
                self.globs.matched_path_or_any_parents(inside, false).is_ignore()
            }
            depth => {
                let inside = path.ancestors().nth(depth).and_then(|root| path.strip_prefix(root).ok());
                self.globs.matched(inside.unwrap_or(path), is_dir).is_ignore()
            }
        }
    }

    /// Whether the patterns name a path: the innermost that say something decide.
    fn is_named(&self, path: &Path, depth: usize, is_dir: bool) -> bool {
        let Some(root) = path.ancestors().nth(depth) else { return false };
        let Some(place) = self.places.get(root) else { return false };
        let inside = path.strip_prefix(root).unwrap_or(Path::new(""));
        let full = if inside.as_os_str().is_empty() { place.clone() } else { place.join(inside) };
        let decided = self.patterns.iter().rev().find_map(|patterns| match depth {
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
