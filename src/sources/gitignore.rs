//! A file of patterns as git reads one: `.gitignore` and its like.
//!
//! The patterns are the `ignore` crate's; what may be read is decided here, for a repository can have anything under these names. A FIFO would
//! be waited on for ever, a device never ends, and git itself follows no link of this name.

use super::files::open::open_regular;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::io::Read;
use std::path::Path;

/// A longer file of patterns, bytes, is not read; git's limit is 100 MiB.
const MAX_IGNORE_FILE_BYTES: u64 = 16 << 20;

/// Reads a file of patterns that count from `folder` on. A line that is no pattern ignores nothing, and so does a file that is none.
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
