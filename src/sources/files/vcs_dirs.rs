//! Recognises object stores of version control.
//!
//! A store contains compressed copies of what the work tree contains or contained. Reading it as files would find nothing, take long, and
//! make a clean result worthless; `stanch git` reads git's stores properly. Everything next to the store is read: `.git/config` and
//! `.hg/hgrc` may contain a URL with a password, a hook or a reflog a token, and a submodule has its own `.git/modules/NAME/config`.

use std::path::Path;

/// Stores by the end of their path. CVS has none on the client; Fossil's is a file and read as one.
const STORES: [&str; 12] = [
    ".hg/store",
    ".svn/pristine",
    // Subversion before 1.7 had a `.svn` in every directory.
    ".svn/text-base",
    ".jj/repo/store",
    ".jj/repo/op_store",
    ".jj/repo/index",
    ".bzr/repository",
    "_darcs/patches",
    "_darcs/inventories",
    "_darcs/pristine.hashed",
    ".pijul/changes",
    ".pijul/pristine",
];

/// Whether this directory is a store. Only names that git may use cost a system call.
pub(super) fn is_store(dir: &Path) -> bool {
    let Some(name) = dir.file_name() else { return false };
    if name == "objects" || name == "lfs" {
        return dir.parent().is_some_and(is_git);
    }
    // Splitting a path is expensive, and comparing the last name rejects nearly all paths.
    STORES.iter().any(|store| store.rsplit('/').next().is_some_and(|last| name == last) && dir.ends_with(store))
}

/// Whether git treats this directory as a repository: a `.git`, a bare repository, or a submodule's below `.git/modules`.
fn is_git(dir: &Path) -> bool {
    dir.join("HEAD").is_file() && dir.join("objects").is_dir() && dir.join("refs").is_dir()
}
