//! Reads the environment variables that git sets for hooks and other programs.
//!
//! Variables after <https://git-scm.com/docs/git#_environment_variables> and <https://git-scm.com/docs/githooks> (read 2026-11-24). They
//! come from git or from whoever calls us, never from the repository, so what they name is followed.
//!
//! Git goes to the top of the work tree before it reads `GIT_INDEX_FILE` and the object directories, and calls hooks there with relative
//! paths. So these are relative to the top, wherever the hook has gone since; `GIT_DIR`, `GIT_COMMON_DIR` and `GIT_WORK_TREE` are relative
//! to the current directory (`setup.c` of git 2.47, read 2026-12-01).

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
    /// `GIT_COMMON_DIR`: where what all work trees share is.
    pub common_dir: Option<PathBuf>,
    /// `GIT_CEILING_DIRECTORIES`: the search for a repository does not go up into these.
    pub ceilings: Vec<PathBuf>,
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
        let paths = |name: &str| list(&std::env::var_os(name).unwrap_or_default());
        let mut object_dirs: Vec<PathBuf> = path("GIT_OBJECT_DIRECTORY").into_iter().collect();
        object_dirs.extend(paths("GIT_ALTERNATE_OBJECT_DIRECTORIES"));
        Environment {
            git_dir: path("GIT_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            common_dir: path("GIT_COMMON_DIR"),
            ceilings: paths("GIT_CEILING_DIRECTORIES"),
            index_file: path("GIT_INDEX_FILE"),
            object_dirs,
        }
    }

    /// Opens the repository that holds `path`. If that is the current one, the environment says where its parts are.
    ///
    /// # Errors
    /// Fails when there is none, it cannot be opened, or the index that is named is not there.
    pub fn repository(&self, path: &Path, options: OpenOptions) -> Result<Repository, OpenError> {
        let here = Path::new(".");
        let discover = |path| Repository::discover_below(path, &self.ceilings, options);
        let current = || match &self.git_dir {
            Some(git_dir) => Repository::open_with(git_dir, self.common_dir.as_deref(), options)
                .map(|found| self.with_work_tree(found)),
            None => discover(here).map(|found| self.with_named_work_tree(found)),
        };
        if path == here {
            return current().and_then(|found| self.apply(found));
        }
        let found = discover(path)?;
        let is_current = current().is_ok_and(|current| current.git_dir == found.git_dir);
        if is_current { self.apply(found) } else { Ok(found) }
    }

    /// A repository that `GIT_DIR` names has the current directory as its work tree, unless it is bare or another one is named.
    fn with_work_tree(&self, mut found: Repository) -> Repository {
        if self.work_tree.is_some() {
            return self.with_named_work_tree(found);
        }
        let is_bare = found.config.get("core", "bare") == Some("true");
        let named = match found.config.get("core", "worktree") {
            Some(named) if !is_bare => Some(found.git_dir.join(named)),
            _ => (!is_bare).then(|| PathBuf::from(".")),
        };
        found.work_tree = named.and_then(|path| path.canonicalize().ok());
        found
    }

    fn with_named_work_tree(&self, mut found: Repository) -> Repository {
        if let Some(named) = &self.work_tree {
            found.work_tree = named.canonicalize().ok();
        }
        found
    }

    fn apply(&self, mut found: Repository) -> Result<Repository, OpenError> {
        let base = base(&found);
        if let Some(index_file) = &self.index_file {
            let named = base.join(index_file);
            // Before the first commit there need not be an index yet; otherwise git has written the one that it names.
            let is_unborn = named == found.index_file && matches!(found.head(), Ok(None));
            if !is_unborn && named.symlink_metadata().is_err() {
                return Err(OpenError::NoIndex(named));
            }
            found.index_file = named;
        }
        let mut object_dirs: Vec<PathBuf> =
            self.object_dirs.iter().filter_map(|folder| base.join(folder).canonicalize().ok()).collect();
        object_dirs.append(&mut found.object_dirs);
        for folder in object_dirs {
            if !found.object_dirs.contains(&folder) {
                found.object_dirs.push(folder);
            }
        }
        Ok(found)
    }
}

/// The directory to which git would have gone: the top of the work tree, if the current directory is in it.
fn base(found: &Repository) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    match &found.work_tree {
        Some(top) if here.starts_with(top) => top.clone(),
        _ => here,
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
