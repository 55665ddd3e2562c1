//! Paths that git ignores: `.gitignore` in every folder, `info/exclude` of the repository, and the user's own file.
//!
//! The `ignore` crate parses the patterns; this module decides where they are read from, as git does (<https://git-scm.com/docs/gitignore>,
//! read 2026-11-24): nothing above the work tree applies, and a `.gitignore` must be a regular file.

use crate::git::repo::Repository;
use crate::sources::gitignore::patterns;
use ignore::gitignore::{Gitignore, gitconfig_excludes_path};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The patterns that apply in a folder. Deeper ones take precedence, and in one file the last match.
#[derive(Debug)]
pub(super) struct Ignored {
    patterns: Gitignore,
    above: Option<Arc<Ignored>>,
    has_case: bool,
}

impl Ignored {
    /// The patterns for the whole work tree at `top`: the user's, then the repository's.
    pub(super) fn top(repository: &Repository, top: &Path) -> Ignored {
        let has_case = repository.config.get("core", "ignorecase") != Some("true");
        let users = match repository.config.get("core", "excludesfile") {
            // The repository may only name a file of its own: its configuration may come from another person.
            Some(named) => Some(top.join(named)).filter(|path| is_inside(path, repository, top)),
            None => gitconfig_excludes_path(),
        };
        let users = Ignored { patterns: read(top, users, true, has_case), above: None, has_case };
        let exclude = Some(repository.common_dir.join("info/exclude"));
        Ignored { patterns: read(top, exclude, true, has_case), above: Some(Arc::new(users)), has_case }
    }

    /// The patterns that apply in a folder.
    pub(super) fn below(above: &Arc<Ignored>, folder: &Path) -> Arc<Ignored> {
        let patterns = read(folder, Some(folder.join(".gitignore")), false, above.has_case);
        if patterns.is_empty() {
            return Arc::clone(above);
        }
        Arc::new(Ignored { patterns, above: Some(Arc::clone(above)), has_case: above.has_case })
    }

    /// Whether git ignores a path in one of these folders. Paths below an ignored folder are not checked.
    pub(super) fn matches(&self, path: &Path, is_folder: bool) -> bool {
        let mut level = Some(self);
        while let Some(ignored) = level {
            let matched = ignored.patterns.matched(path, is_folder);
            if !matched.is_none() {
                return matched.is_ignore();
            }
            level = ignored.above.as_deref();
        }
        false
    }
}

/// Reads a file of patterns that apply from `folder` on, if there is one.
fn read(folder: &Path, path: Option<PathBuf>, follow: bool, has_case: bool) -> Gitignore {
    path.map_or_else(Gitignore::empty, |path| patterns(folder, &path, follow, has_case))
}

fn is_inside(path: &Path, repository: &Repository, top: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| path.starts_with(top) || path.starts_with(&repository.common_dir))
}
