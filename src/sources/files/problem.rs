//! Converts system errors to problems of a scan.

use crate::model::{Problem, ProblemKind};
use ignore::Error;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The problem for a path that could not be opened, listed or examined.
pub(super) fn io_problem(path: &Path, error: &io::Error) -> Problem {
    let (kind, advice) = match error.kind() {
        ErrorKind::PermissionDenied => {
            (ProblemKind::Unreadable, "run as a user who may read it, or leave it out with --exclude")
        }
        // Only after a failure, so the additional system call costs nothing.
        _ if path.is_symlink() => (
            ProblemKind::BrokenLink,
            "the symbolic link leads nowhere; mend or remove it, or leave it out with --exclude",
        ),
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            (ProblemKind::Vanished, "it was listed, and was gone when it was opened")
        }
        _ => (ProblemKind::Unreadable, "leave it out with --exclude if it is not meant to be read"),
    };
    Problem { what: name(path), kind, detail: format!("{error}: {advice}") }
}

/// The problem for a failed walk, if reading failed. A malformed line in an ignore file is not a problem, because it excludes nothing.
pub(super) fn walk_problem(error: &Error) -> Option<Problem> {
    walk_problem_at(Path::new("."), error)
}

fn walk_problem_at(path: &Path, error: &Error) -> Option<Problem> {
    match error {
        Error::WithPath { path, err } => walk_problem_at(path, err),
        Error::WithDepth { err, .. } | Error::WithLineNumber { err, .. } => walk_problem_at(path, err),
        Error::Partial(errors) => errors.iter().find_map(|error| walk_problem_at(path, error)),
        Error::Io(error) => Some(io_problem(path, error)),
        Error::Loop { ancestor, child } => Some(Problem {
            what: name(child),
            kind: ProblemKind::BrokenLink,
            detail: format!(
                "the symbolic link leads back to {}, which is being read; leave it out with --exclude",
                ancestor.display()
            ),
        }),
        Error::Glob { .. } | Error::UnrecognizedFileType(_) | Error::InvalidDefinition => None,
    }
}

fn name(path: &Path) -> String {
    tidy(path.to_owned()).to_string_lossy().into_owned()
}

/// The path without a leading `./`, as code hosts write it.
pub(super) fn tidy(path: PathBuf) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.to_owned(),
        _ => path,
    }
}
