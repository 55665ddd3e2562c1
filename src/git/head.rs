//! Single references, looked up without reading all of them.

use super::gap::{Gap, GapKind};
use super::oid::Oid;
use super::read;
use super::refs::{MAX_PACKED_REFS_BYTES, Refs, read_one};
use super::reftable::Value;
use super::repo::Repository;
use std::io;

/// How often a reference may point to another; git's own limit.
const DEEPEST: usize = 5;

impl Repository {
    /// What `HEAD` names; `None` on a branch without commits.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn head(&self) -> Result<Option<Oid>, Gap> {
        if self.config.get("extensions", "refstorage").is_some_and(|format| format != "files") {
            let refs = Refs::read(self);
            let head = refs.head();
            return refs.gaps.into_iter().find(|_| refs.are_unknown).map_or(Ok(head), Err);
        }
        let mut value = read_one(&self.git_dir.join("HEAD"));
        for _ in 0..DEEPEST {
            let name = match value {
                Some(Value::Direct(target)) => return Ok(Some(target)),
                Some(Value::Symbolic(name)) if is_name(&name) => name,
                _ => return Err(Gap::new(GapKind::Corrupt, "HEAD", "not a reference")),
            };
            // A linked work tree has some references of its own.
            let folder = if is_private(&name) { &self.git_dir } else { &self.common_dir };
            let path = folder.join(&name);
            value = match path.symlink_metadata() {
                Ok(data) if !data.is_dir() => read_one(&path),
                _ => return self.packed(&name),
            };
        }
        Err(Gap::new(GapKind::Corrupt, "HEAD", "it leads in circles"))
    }

    /// The other commits of a merge that is being made.
    pub fn merge_heads(&self) -> Vec<Oid> {
        let lines = read::lines(&self.git_dir.join("MERGE_HEAD"), 1 << 16);
        lines.iter().filter_map(|line| Oid::from_hex(line.as_bytes())).collect()
    }

    /// Looks a full name up among the packed references.
    fn packed(&self, name: &str) -> Result<Option<Oid>, Gap> {
        let bytes = match read::limited(&self.common_dir.join("packed-refs"), MAX_PACKED_REFS_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Gap::new(GapKind::Corrupt, "packed-refs", error)),
        };
        let line = format!(" {name}\n");
        let mut found = memchr::memmem::find_iter(&bytes, line.as_bytes());
        Ok(found.find_map(|at| {
            let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
            Oid::from_hex(&bytes[start..at])
        }))
    }
}

/// Whether a reference may have this name, so that its file is below `refs`.
fn is_name(name: &str) -> bool {
    name.starts_with("refs/") && !name.split('/').any(|part| matches!(part, "" | "." | "..")) && !name.contains('\\')
}

/// Whether a linked work tree has its own reference of this name.
fn is_private(name: &str) -> bool {
    ["refs/bisect/", "refs/worktree/", "refs/rewritten/"].iter().any(|prefix| name.starts_with(prefix))
}
