//! Git's paths are bytes with `/` between folders; the system's are its own.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// The system's path for one of git's. Off Unix, what is not UTF-8 is replaced.
#[cfg(unix)]
#[must_use]
pub fn native(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// The system's path for one of git's. Off Unix, what is not UTF-8 is replaced.
#[cfg(not(unix))]
#[must_use]
pub fn native(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Git's path for a relative one of the system's.
#[must_use]
pub fn of(path: &Path) -> Cow<'_, [u8]> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) {
        return bytes.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect();
    }
    Cow::Borrowed(bytes)
}
