//! Which directories are the object stores of version control.
//!
//! A store holds compressed copies of what the work tree holds or held; reading it as files would find nothing and cost much.
//! `stanch git` reads it properly. What lies beside the objects is read: `.git/config` may hold a URL with a password, a hook a token.

use std::ffi::OsStr;
use std::path::Path;

/// Directories inside a `.git` directory, or a bare repository, that are its store.
const GIT_STORES: [&str; 3] = ["objects", "lfs", "modules"];
/// Directories that are stores whole.
const STORES: [&str; 6] = [".hg", ".svn", ".bzr", ".jj", "_darcs", ".pijul"];

/// Whether this directory is an object store. Only a name that could be one costs a look at the disk.
pub(super) fn is_store(dir: &Path) -> bool {
    let Some(name) = dir.file_name() else { return false };
    if STORES.iter().any(|store| name == OsStr::new(store)) {
        return dir.join("store").is_dir()
            || dir.join("wc.db").is_file()
            || dir.join("branch-format").is_file()
            || dir.join("repo").is_dir()
            || dir.join("inventories").is_dir()
            || dir.join("pristine").exists()
            || dir.join("changes").is_dir();
    }
    let of_git = GIT_STORES.iter().any(|store| name == OsStr::new(store));
    of_git
        && dir
            .parent()
            .is_some_and(|git| git.join("HEAD").is_file() && git.join("objects").is_dir() && git.join("refs").is_dir())
}
