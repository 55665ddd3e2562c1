//! The file of one reference: where it lies, and what it says.

use super::oid::Oid;
use super::path::native;
use super::read;
use super::repo::Repository;
use std::io;
use std::path::{Path, PathBuf};

/// A longer file, bytes, is no reference.
const MAX_FILE_BYTES: u64 = 1 << 12;
/// `FETCH_HEAD` lists everything that was fetched; only its first line counts.
const MAX_FETCH_HEAD_BYTES: u64 = 16 << 20;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An object.
    Direct(Oid),
    /// Another name, in whatever encoding.
    Symbolic(Vec<u8>),
}

/// Reads a reference's file. A link is what symbolic references once were: where it leads is a name, and is not followed.
///
/// # Errors
/// Fails when it cannot be read, or says nothing that a reference can say.
pub(super) fn read_value(path: &Path) -> io::Result<Value> {
    if let Ok(target) = std::fs::read_link(path) {
        let name = target.as_os_str().as_encoded_bytes();
        return if name.starts_with(b"refs/") { Ok(Value::Symbolic(name.to_owned())) } else { Err(no_reference()) };
    }
    let is_fetched = path.file_name().is_some_and(|name| name == "FETCH_HEAD");
    let bytes = read::limited(path, if is_fetched { MAX_FETCH_HEAD_BYTES } else { MAX_FILE_BYTES })?;
    parse(&bytes).ok_or_else(no_reference)
}

/// `ref: NAME`, or an object's name, behind which git takes anything that a blank sets apart.
fn parse(bytes: &[u8]) -> Option<Value> {
    if let Some(name) = bytes.strip_prefix(b"ref:") {
        let line = name.split(|byte| *byte == b'\n').next()?;
        return Some(Value::Symbolic(line.trim_ascii().to_owned()));
    }
    let word = bytes.split(u8::is_ascii_whitespace).find(|word| !word.is_empty())?;
    Oid::from_hex(word).map(Value::Direct)
}

fn no_reference() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a reference")
}

impl Repository {
    /// The file in which a reference of this full name would be; `None` for a name that leads out of the repository. A linked work tree has
    /// some references of its own.
    pub(super) fn ref_file(&self, name: &[u8]) -> Option<PathBuf> {
        let is_plain =
            |part: &[u8]| !matches!(part, b"" | b"." | b"..") && !part.contains(&0) && !part.contains(&b'\\');
        if !name.split(|byte| *byte == b'/').all(is_plain) {
            return None;
        }
        if let Some(name) = name.strip_prefix(b"main-worktree/") {
            return Some(self.common_dir.join(native(name)));
        }
        let folder = if is_private(name) { &self.git_dir } else { &self.common_dir };
        let path = folder.join(native(name));
        // A folder that is a link could lead anywhere.
        let real = path.parent()?.canonicalize().unwrap_or_else(|_| folder.clone());
        let is_inside = [&self.git_dir, &self.common_dir].iter().any(|folder| real.starts_with(folder))
            || self.common_dir.join("refs").canonicalize().is_ok_and(|refs| real.starts_with(refs));
        is_inside.then_some(path)
    }
}

/// Whether a linked work tree has its own reference of this name.
fn is_private(name: &[u8]) -> bool {
    let is_head = |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-');
    name.iter().all(is_head)
        || [&b"refs/bisect/"[..], b"refs/worktree/", b"refs/rewritten/"].iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let oid = Oid::from_hex(&[b'a'; 40]).map(Value::Direct);
        let hex = "a".repeat(40);
        assert_eq!(parse(hex.as_bytes()), oid);
        assert_eq!(parse(format!("{hex}\n").as_bytes()), oid);
        assert_eq!(parse(format!("{hex}\tnot-for-merge\tbranch 'x'\n").as_bytes()), oid);
        assert_eq!(parse(format!("{hex}b\n").as_bytes()), None);
        assert_eq!(parse(b"ref:  refs/heads/caf\xe9 \nmore"), Some(Value::Symbolic(b"refs/heads/caf\xe9".to_vec())));
        assert_eq!(parse(b""), None);
        assert_eq!(parse(b"\n"), None);
    }
}
