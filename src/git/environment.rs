//! What git tells the programs that it runs: hooks above all.
//!
//! Variables after <https://git-scm.com/docs/git#_environment_variables> and <https://git-scm.com/docs/githooks> (read 2026-11-24). They
//! come from git or from whoever calls us, never from the repository, so what they name is followed.

use super::path::native;
use super::repo::{OpenError, OpenOptions, Repository};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The variables that say which files make up the repository. They are about the repository of the current directory.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `GIT_DIR`: the repository's own directory.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`: the top of the work tree.
    pub work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: the index, which for `git commit -a` and `git commit PATH` is not the usual one.
    pub index_file: Option<PathBuf>,
    /// `GIT_OBJECT_DIRECTORY`, then `GIT_ALTERNATE_OBJECT_DIRECTORIES`: where objects are. While a push is being received the first one is
    /// a quarantine, which is thrown away when a hook objects.
    pub object_dirs: Vec<PathBuf>,
}

impl Environment {
    /// The variables of this process.
    pub fn read() -> Environment {
        let path = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let mut object_dirs: Vec<PathBuf> = path("GIT_OBJECT_DIRECTORY").into_iter().collect();
        if !object_dirs.is_empty() {
            object_dirs.extend(list(&std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default()));
        }
        Environment {
            git_dir: path("GIT_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            index_file: path("GIT_INDEX_FILE"),
            object_dirs,
        }
    }

    /// Opens the repository that holds `path`. If that is the current one, the environment says where its parts are.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn repository(&self, path: &Path, options: OpenOptions) -> Result<Repository, OpenError> {
        let here = Path::new(".");
        let current = || match &self.git_dir {
            Some(git_dir) => Repository::open(git_dir, options).map(|found| self.with_work_tree(found)),
            None => Repository::discover(here, options),
        };
        if path == here {
            return current().map(|found| self.apply(found));
        }
        let found = Repository::discover(path, options)?;
        let is_current = current().is_ok_and(|current| current.git_dir == found.git_dir);
        Ok(if is_current { self.apply(found) } else { found })
    }

    /// A repository that `GIT_DIR` names has the current directory as its work tree, unless it is bare or another one is named.
    fn with_work_tree(&self, mut found: Repository) -> Repository {
        let is_bare = found.config.get("core", "bare") == Some("true");
        let named = self.work_tree.clone().or_else(|| (!is_bare).then(|| PathBuf::from(".")));
        found.work_tree = named.and_then(|path| path.canonicalize().ok());
        found
    }

    fn apply(&self, mut found: Repository) -> Repository {
        if let Some(index_file) = &self.index_file {
            found.index_file.clone_from(index_file);
        }
        let mut object_dirs: Vec<PathBuf> =
            self.object_dirs.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
        object_dirs.append(&mut found.object_dirs);
        for folder in object_dirs {
            if !found.object_dirs.contains(&folder) {
                found.object_dirs.push(folder);
            }
        }
        found
    }
}

/// A list of paths as `PATH` has them, where one that begins with a quote is written as git quotes: a colon may stand in it.
fn list(value: &OsStr) -> Vec<PathBuf> {
    let separator = if cfg!(windows) { b';' } else { b':' };
    let mut paths = Vec::new();
    let mut rest = value.as_encoded_bytes();
    while !rest.is_empty() {
        let (path, after) = match rest.strip_prefix(b"\"") {
            Some(quoted) => unquote(quoted),
            None => {
                let end = memchr::memchr(separator, rest).unwrap_or(rest.len());
                (rest[..end].to_vec(), &rest[end..])
            }
        };
        rest = after.strip_prefix(&[separator]).unwrap_or_default();
        if !path.is_empty() {
            paths.push(native(&path));
        }
    }
    paths
}

/// What stands before the closing quote, with its escapes resolved, and what stands behind it.
fn unquote(quoted: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut plain = Vec::new();
    let mut at = 0;
    while let Some(byte) = quoted.get(at) {
        at += 1;
        match byte {
            b'"' => break,
            b'\\' => {
                let escaped = quoted.get(at).copied().unwrap_or(b'\\');
                at += 1;
                match escaped {
                    b'n' => plain.push(b'\n'),
                    b't' => plain.push(b'\t'),
                    b'0'..=b'3' => {
                        let digits = quoted.get(at - 1..at + 2).unwrap_or_default();
                        plain.push(digits.iter().fold(0u8, |value, digit| value.wrapping_mul(8) + (digit & 7)));
                        at += 2;
                    }
                    other => plain.push(other),
                }
            }
            other => plain.push(*other),
        }
    }
    (plain, quoted.get(at..).unwrap_or_default())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn lists_of_paths_may_be_quoted() {
        let paths = |text: &str| list(OsStr::new(text)).iter().map(|p| p.display().to_string()).collect::<Vec<_>>();
        assert_eq!(paths("/a:/b c"), ["/a", "/b c"]);
        assert_eq!(paths("\"/a:\\\"b\\303\\251\":/c"), ["/a:\"b\u{e9}", "/c"]);
        assert_eq!(paths(""), [""; 0]);
        assert_eq!(paths("\"/a\\"), ["/a\\"]);
    }
}
