//! Where links lead: whoever makes a repository can put a link to anybody's file in it.

use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// As many links of a chain as Linux follows.
const MAX_LINKS: usize = 40;

/// Whether a directory is the root of a repository: its work tree, or a bare one.
#[must_use]
pub fn is_repository(dir: &Path) -> bool {
    dir.join(".git").exists()
        || (dir.join("HEAD").is_file() && dir.join("objects").is_dir() && dir.join("refs").is_dir())
}

/// Whether a path that is spelled as one within a repository leads out of it, by a link in it. A link that leads nowhere is judged by where
/// its target would be.
pub(crate) fn is_linked_out(path: &Path) -> bool {
    let full = spelled_out(path);
    let Some(top) = full.ancestors().skip(1).find(|dir| is_repository(dir)) else { return false };
    match (top.canonicalize(), end(&full)) {
        (Ok(top), Ok(end)) => !end.starts_with(top),
        // What cannot be found out about cannot be read either.
        _ => false,
    }
}

/// Says no to writing a file that configures through a link that leads nowhere, or out of the repository; without a repository, out of the
/// link's own directory.
///
/// # Errors
/// Fails when the path is such a link.
pub(crate) fn no_way_out(path: &Path) -> io::Result<()> {
    let refused = |why: &str| Err(io::Error::new(ErrorKind::PermissionDenied, format!("{why}; remove the link first")));
    if is_linked_out(path) {
        return refused("it is a link that leads out of the repository");
    }
    if !path.is_symlink() {
        return Ok(());
    }
    let full = spelled_out(path);
    let Ok(target) = full.canonicalize() else { return refused("it is a link that leads nowhere") };
    let is_in_repository = full.ancestors().skip(1).any(is_repository);
    let dir = full.parent().and_then(|dir| dir.canonicalize().ok());
    if is_in_repository || dir.is_some_and(|dir| target.starts_with(dir)) {
        return Ok(());
    }
    refused("it is a link that leads out of its directory")
}

/// The absolute path without `.` and `..`, which are taken as they are spelled: links are not looked at.
fn spelled_out(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut full = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => _ = full.pop(),
            Component::CurDir => {}
            other => full.push(other),
        }
    }
    full
}

/// Where a path ends when all links are followed, whether there is something or not.
fn end(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match (path.canonicalize(), path.read_link()) {
            (Ok(end), _) => return Ok(end),
            (Err(_), Ok(to)) => path = path.parent().unwrap_or(Path::new("/")).join(to),
            (Err(_), Err(_)) => {
                let (dir, name) = (path.parent().unwrap_or(Path::new("/")), path.file_name().unwrap_or_default());
                return Ok(dir.canonicalize()?.join(name));
            }
        }
    }
    Err(io::Error::other("its symbolic links lead in a circle"))
}
