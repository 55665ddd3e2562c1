//! Which directories are the object stores of version control.
//!
//! A store holds compressed copies of what the work tree holds or held: reading it as files would find nothing, cost much, and
//! make a clean answer worthless. `stanch git` reads git's properly. Everything beside the store is read: `.git/config` and
//! `.hg/hgrc` may hold a URL with a password, a hook or a reflog a token, and a submodule has its own `.git/modules/NAME/config`.

use std::path::Path;

/// Stores by the end of their path. CVS has none on the client's side; Fossil's is a file, and read as one.
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

/// Whether this directory is a store. Only a name that could be one of git's costs a look at the disk.
pub(super) fn is_store(dir: &Path) -> bool {
    let Some(name) = dir.file_name() else { return false };
    if name == "objects" || name == "lfs" {
        return dir.parent().is_some_and(is_git);
    }
    // To take a path nested_configs is dear, and the last name dismisses nearly all.
    STORES.iter().any(|store| store.rsplit('/').next().is_some_and(|last| name == last) && dir.ends_with(store))
}

/// Whether this directory is what git takes for a repository: a `.git`, a bare one, or a submodule's below `.git/modules`.
fn is_git(dir: &Path) -> bool {
    dir.join("HEAD").is_file() && dir.join("objects").is_dir() && dir.join("refs").is_dir()
}
