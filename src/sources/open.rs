//! Opens files that somebody else may be changing.

use crate::model::{Problem, ProblemKind};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Opens a regular file for reading.
///
/// Between the listing and this call a file may have become something else. Without blocking: opening a FIFO that was put in its place
/// returns at once, and reads nothing. A terminal never becomes ours.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    options.open(path)
}

/// What to report when a path could not be opened, listed or looked at.
pub(super) fn problem(path: &Path, error: &io::Error) -> Problem {
    let (kind, advice) = match error.kind() {
        ErrorKind::NotFound => (ProblemKind::Vanished, "it was listed, and was gone when it was opened"),
        ErrorKind::PermissionDenied => {
            (ProblemKind::Unreadable, "run as a user who may read it, or leave it out with --exclude")
        }
        _ => (ProblemKind::Unreadable, "leave it out with --exclude if it is not meant to be read"),
    };
    Problem { what: path.to_string_lossy().into_owned(), kind, detail: format!("{error}: {advice}") }
}
