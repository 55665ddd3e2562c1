//! What the user does not want to be read.

use crate::sources::SourceError;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Error};
use std::path::{Component, PathBuf};

/// Globs, each read as git reads a line of a `.gitignore` file that lies in the directory that was asked for: without a slash it
/// matches a name at any depth, with one at the end only directories, and `!` takes back what an earlier one left out.
#[derive(Debug)]
pub(super) struct Exclude(Gitignore);

impl Exclude {
    /// Compiles the globs.
    ///
    /// # Errors
    /// When one is malformed.
    pub(super) fn new(globs: &[String]) -> Result<Exclude, SourceError> {
        let mut builder = GitignoreBuilder::new(".");
        // Git takes `[abc` as it stands; from a person it is a slip.
        builder.allow_unclosed_class(false);
        for glob in globs {
            // No comments on a command line: `#*#` are an editor's files.
            let line = if glob.starts_with('#') { format!("\\{glob}") } else { glob.clone() };
            builder.add_line(None, &line).map_err(|error| bad(glob, error))?;
        }
        builder.build().map(Exclude).map_err(|error| bad(&globs.join(" "), error))
    }

    /// Whether this is left out. Nothing below a directory that is needs to be asked about, nor a directory that the
    /// user named. A file that the user named does, because hooks name every file that changed.
    pub(super) fn leaves_out(&self, entry: &DirEntry, is_dir: bool) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let path = entry.path();
        match entry.depth() {
            0 => {
                let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_));
                let inside: PathBuf = path.components().filter(is_name).collect();
                self.0.matched_path_or_any_parents(inside, false).is_ignore()
            }
            depth => {
                let inside = path.ancestors().nth(depth).and_then(|root| path.strip_prefix(root).ok());
                self.0.matched(inside.unwrap_or(path), is_dir).is_ignore()
            }
        }
    }
}

fn bad(glob: &str, error: Error) -> SourceError {
    let detail = match error {
        Error::Glob { err, .. } => err,
        other => other.to_string(),
    };
    SourceError::BadGlob { glob: glob.to_owned(), detail }
}
