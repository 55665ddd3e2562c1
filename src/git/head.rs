//! Looks up single references without reading all of them.

use super::gap::{Gap, GapKind};
use super::oid::Oid;
use super::read;
use super::ref_file::{Value, read_value};
use super::refs::{MAX_PACKED_REFS_BYTES, MOST_HOPS, Refs};
use super::repo::Repository;
use std::io;

impl Repository {
    /// What `HEAD` names; `None` on a branch without commits.
    ///
    /// # Errors
    /// Fails when that cannot be told.
    pub fn head(&self) -> Result<Option<Oid>, Gap> {
        if self.config.get("extensions", "refstorage").is_some_and(|format| format != "files") {
            let refs = Refs::read(self);
            let head = refs.head();
            return refs.gaps.into_iter().find(|_| refs.are_unknown).map_or(Ok(head), Err);
        }
        let broken = |error: io::Error| Gap::new(GapKind::Corrupt, "HEAD", error);
        let mut value = read_value(&self.git_dir.join("HEAD")).map_err(broken)?;
        for _ in 0..=MOST_HOPS {
            let name = match value {
                Value::Direct(target) => return Ok(Some(target)),
                Value::Symbolic(name) => name,
            };
            let path = self.ref_file(&name).ok_or_else(|| Gap::new(GapKind::Corrupt, "HEAD", "not a reference"))?;
            value = match path.symlink_metadata() {
                Ok(data) if !data.is_dir() => read_value(&path).map_err(broken)?,
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
    fn packed(&self, name: &[u8]) -> Result<Option<Oid>, Gap> {
        let bytes = match read::limited(&self.common_dir.join("packed-refs"), MAX_PACKED_REFS_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Gap::new(GapKind::Corrupt, "packed-refs", error)),
        };
        let line = [b" ", name, b"\n"].concat();
        let mut found = memchr::memmem::find_iter(&bytes, &line);
        Ok(found.find_map(|at| {
            let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
            Oid::from_hex(&bytes[start..at])
        }))
    }
}
