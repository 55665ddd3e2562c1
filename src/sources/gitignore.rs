//! Reads files of patterns as git does: `.gitignore` and similar.
//!
//! The `ignore` crate parses the patterns; this module decides what may be opened, because a repository can have anything under these
//! names. A FIFO would block forever, a device never ends, and git itself follows no link of this name.

use super::files::open::open_regular;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::io::Read;
use std::path::Path;

/// Largest file of patterns that is read, in bytes; git's limit is 100 MiB.
const MAX_IGNORE_FILE_BYTES: u64 = 16 << 20;

/// Reads a file of patterns that apply from `folder` on. Malformed lines, and anything that is not a regular file, ignore nothing.
pub(super) fn patterns(folder: &Path, path: &Path, follow: bool, has_case: bool) -> Gitignore {
    let Ok(file) = open_regular(path, follow) else { return Gitignore::empty() };
    let mut bytes = Vec::new();
    let is_read = file.metadata().is_ok_and(|data| data.is_file() && data.len() <= MAX_IGNORE_FILE_BYTES)
        && file.take(MAX_IGNORE_FILE_BYTES).read_to_end(&mut bytes).is_ok();
    if !is_read {
        return Gitignore::empty();
    }
    let mut builder = GitignoreBuilder::new(folder);
    if builder.case_insensitive(!has_case).is_err() {
        return Gitignore::empty();
    }
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes));
    for line in text.lines() {
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
