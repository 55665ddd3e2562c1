//! Submodules: repositories in the work tree of another one.

use crate::git::gap::{Gap, GapKind};
use crate::git::repo::{OpenOptions, Repository};
use std::path::{Component, Path};

/// Opens the submodule that is checked out at `path`. The path comes from a tree and is untrusted: only directories strictly below the work
/// tree are opened, so the recursion ends.
pub(super) fn open(outer: &Repository, path: &Path, options: OpenOptions) -> Result<Repository, Gap> {
    let gap = |why: &str| Gap::new(GapKind::Submodule, path.display(), why);
    let absent = || gap("a submodule that is not checked out; `git submodule update --init` brings it");
    let top = outer.work_tree.as_ref().ok_or_else(|| gap("a submodule, a repository of its own that is not here"))?;
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let folder =
        top.join(path).canonicalize().ok().filter(|folder| is_plain && folder.starts_with(top) && folder != top);
    let folder = folder.ok_or_else(absent)?;
    if folder.join(".git").symlink_metadata().is_err() {
        return Err(absent());
    }
    Repository::open(&folder, options).map_err(|error| gap(&format!("a submodule that cannot be opened: {error}")))
}
