//! Where a blob came from.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The place that holds a blob. Ordered, so that reports are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// A file, by the path under which it was reached (as the user gave it, extended by the walk).
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// A file as a commit of a repository has it.
    Committed {
        /// The repository, as the user named it.
        repository: PathBuf,
        /// The path within it.
        path: PathBuf,
        /// The commit's name, in hexadecimal.
        commit: Arc<str>,
    },
    /// A file as the index of a repository has it: what the next commit will hold.
    Staged {
        /// The repository, as the user named it.
        repository: PathBuf,
        /// The path within it.
        path: PathBuf,
    },
    /// A file in a repository's work tree.
    WorkTree {
        /// The repository, as the user named it.
        repository: PathBuf,
        /// The path within it.
        path: PathBuf,
    },
    /// The message of a commit or of an annotated tag, or an object that no commit leads to.
    Object {
        /// The repository, as the user named it.
        repository: PathBuf,
        /// What it is: `commit message`, `tag message`, `unreachable blob`.
        what: &'static str,
        /// The object's name, in hexadecimal.
        id: Arc<str>,
    },
}

impl Provenance {
    /// The path, for what has one; of a file of a repository, the path within that.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Provenance::File(path)
            | Provenance::Committed { path, .. }
            | Provenance::Staged { path, .. }
            | Provenance::WorkTree { path, .. } => Some(path),
            Provenance::Stdin | Provenance::Object { .. } => None,
        }
    }

    /// The path as an identity or a report writes it: `/` between its parts on every system, so that Windows and the others agree.
    /// Bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn portable_path(&self) -> Option<Cow<'_, str>> {
        match self {
            Provenance::File(path) => Some(portable(path.to_string_lossy(), cfg!(windows))),
            // Git separates with `/`: a `\` belongs to the name.
            Provenance::Committed { path, .. }
            | Provenance::Staged { path, .. }
            | Provenance::WorkTree { path, .. } => Some(path.to_string_lossy()),
            Provenance::Stdin | Provenance::Object { .. } => None,
        }
    }

    /// The commit, for what has one.
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        match self {
            Provenance::Committed { commit, .. } => Some(commit),
            Provenance::Object { what: "commit message", id, .. } => Some(id),
            _ => None,
        }
    }

    /// What sort of place it is, in one word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Provenance::File(_) => "file",
            Provenance::Stdin => "stdin",
            Provenance::Committed { .. } => "commit",
            Provenance::Staged { .. } => "staged",
            Provenance::WorkTree { .. } => "work-tree",
            Provenance::Object { .. } => "object",
        }
    }

    /// What to call it before a person. Bytes that are not UTF-8 are replaced, so this is not an identity.
    #[must_use]
    pub fn display(&self) -> Cow<'_, str> {
        match self {
            Provenance::File(path) => portable(path.to_string_lossy(), cfg!(windows)),
            Provenance::Stdin => Cow::Borrowed("<stdin>"),
            Provenance::Committed { repository, path, commit } => {
                let repository = portable(repository.to_string_lossy(), cfg!(windows));
                Cow::Owned(format!("{repository}: {} in {:.12}", path.display(), commit))
            }
            // Within the current repository nobody needs to be told which one.
            Provenance::WorkTree { repository, path } if repository.as_path() == Path::new(".") => {
                path.to_string_lossy()
            }
            Provenance::WorkTree { repository, path } => {
                Cow::Owned(format!("{}: {}", repository.display(), path.display()))
            }
            Provenance::Staged { repository, path } if repository.as_path() == Path::new(".") => {
                Cow::Owned(format!("{} (staged)", path.display()))
            }
            Provenance::Staged { repository, path } => {
                Cow::Owned(format!("{}: {} (staged)", repository.display(), path.display()))
            }
            Provenance::Object { repository, what, id } => {
                let repository = portable(repository.to_string_lossy(), cfg!(windows));
                Cow::Owned(format!("{repository}: {what} {id:.12}"))
            }
        }
    }
}

/// A path with `/` between its parts. Only Windows takes a `\` for one: elsewhere it is part of a name.
fn portable(path: Cow<'_, str>, is_windows: bool) -> Cow<'_, str> {
    if is_windows && path.contains('\\') { Cow::Owned(path.replace('\\', "/")) } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_the_same_on_every_system() {
        assert_eq!(portable("src\\main.rs".into(), true), "src/main.rs");
        assert_eq!(portable("C:\\src/main.rs".into(), true), "C:/src/main.rs");
        assert_eq!(portable("src/main.rs".into(), true), "src/main.rs");
        assert_eq!(portable("src/main.rs".into(), false), "src/main.rs");
        assert_eq!(portable("odd\\name".into(), false), "odd\\name");
    }
}
