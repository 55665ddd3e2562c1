//! The index as a file of a repository.

use super::entries::Index;
use super::stat::Written;
use crate::git::gap::{Fault, Gap, GapKind};
use crate::git::read;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::Path;

/// A longer index, bytes, is not read: some 10 million entries.
const MAX_INDEX_BYTES: u64 = 1 << 30;

/// An index that was read, and when it was written.
pub struct Loaded<'b> {
    /// The index, with the entries that it shares.
    pub index: Index<'b>,
    /// When the file was written: what changed after that is not known to it.
    pub written: Written,
}

/// Reads the index at `path`, of the repository whose own directory is `git_dir`, where names have `width` bytes, and does something with
/// it. A repository without an index has an empty one.
///
/// Beside what `work` returns stands what is wrong with the file although it could be parsed: the checksum is compared meanwhile.
///
/// # Errors
/// Fails when the file, or the one that it shares entries with, cannot be read or contradicts itself.
pub fn read<R>(
    path: &Path,
    git_dir: &Path,
    width: usize,
    work: impl FnOnce(&Loaded<'_>) -> R,
) -> Result<(R, Option<Gap>), Fault> {
    let written = match fs::metadata(path) {
        Ok(data) => Written::of(&data),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let index = Index { slots: Vec::new(), names: Vec::new(), width, tree: None, link: None };
            return Ok((work(&Loaded { index, written: Written::default() }), None));
        }
        Err(error) => return Err(error.into()),
    };
    let bytes = read::limited(path, MAX_INDEX_BYTES)?;
    let shared_bytes;
    let mut index = Index::parse(&bytes, width)?;
    let mut all = vec![bytes.as_slice()];
    if let Some(shared) = index.shared() {
        let name = format!("sharedindex.{shared}");
        shared_bytes = read::limited(&git_dir.join(name), MAX_INDEX_BYTES).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Fault::Corrupt("the shared index that it names is not there"),
            _ => Fault::Io(error),
        })?;
        index = index.merged(Index::parse(&shared_bytes, width)?)?;
        all.push(&shared_bytes);
    }
    let loaded = Loaded { index, written };
    let (result, is_sound) = std::thread::scope(|threads| {
        let check = threads.spawn(|| all.iter().all(|bytes| is_sound(bytes, width)));
        (work(&loaded), check.join().unwrap_or(false))
    });
    let gap = (!is_sound).then(|| {
        let why = "its checksum is wrong: what it says may not be what git wrote; `git read-tree HEAD` makes it anew";
        Gap::new(GapKind::Corrupt, "the index", why)
    });
    Ok((result, gap))
}

/// Whether an index's checksum is right. Git writes zeros when it was told to spare itself the work (`index.skipHash`).
fn is_sound(bytes: &[u8], width: usize) -> bool {
    let Some((content, sum)) = bytes.len().checked_sub(width).map(|end| bytes.split_at(end)) else { return false };
    sum.iter().all(|byte| *byte == 0)
        || match width {
            20 => Sha1::digest(content).as_slice() == sum,
            _ => Sha256::digest(content).as_slice() == sum,
        }
}
