//! Reading small files whose length and nature the repository chose.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The whole file, unless it is over `most` bytes, not a regular file (a pipe would be waited on for ever), or a link (which could
/// lead to anybody's file, and what stands there could end up in a message).
pub(crate) fn limited(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let found = fs::symlink_metadata(path)?;
    if !found.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len().min(most)).unwrap_or(0) + 1);
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("over {most} bytes")));
    }
    Ok(bytes)
}

/// The lines of a file in one of git's formats, without white space at their ends; none if it cannot be read.
pub(crate) fn lines(path: &Path, most: u64) -> Vec<String> {
    let bytes = limited(path, most).unwrap_or_default();
    String::from_utf8_lossy(&bytes).lines().map(|line| line.trim_end().to_owned()).collect()
}
