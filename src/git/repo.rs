//! Finding a repository's directories, and what it says itself about being incomplete.
//!
//! Reading stays inside: a `.git` file, a link or an alternate that leads elsewhere is only followed where it is plain that
//! git made it so (a linked work tree that the other side knows, a submodule inside its superproject, an
//! alternate beside the repository) or where the caller allows it.

use super::config::Config;
use super::gap::{Gap, GapKind};
use super::lookup::Lookup;
use super::oid::Oid;
pub use super::open_options::OpenOptions;
use super::store::{Limits, Store};
use super::{alternates, read};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a repository could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is no repository here.
    #[error("{0}: not a git repository")]
    NotARepository(PathBuf),
    /// An address. It is not repeated, for it may hold a password.
    #[error("that is an address, not a directory; `git clone --mirror ADDRESS DIRECTORY`, then scan the directory")]
    Address,
    /// The repository's directory, or a part of it, lies elsewhere, and nothing there points back.
    #[error("{from}: leads to {to}, outside the repository; if you trust that, allow it with --allow-outside")]
    Outside {
        /// The `.git` file or the link.
        from: PathBuf,
        /// Where it leads.
        to: PathBuf,
    },
    /// An index that `GIT_INDEX_FILE` names and that is not there.
    #[error(
        "{0}: GIT_INDEX_FILE names this index, and it is not there; `git status` shows which index git uses without the variable"
    )]
    NoIndex(PathBuf),
    /// An object format that is not SHA-1 or SHA-256.
    #[error("{path}: unknown object format {format:?}")]
    ObjectFormat {
        /// The repository.
        path: PathBuf,
        /// Its `extensions.objectFormat`.
        format: String,
    },
    /// Reading failed.
    #[error("{path}: {source}")]
    Io {
        /// What was read.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

/// What of the shared directory `git-new-workdir` and its like make links to, within the repository's surroundings.
const LINKABLE: [&str; 7] = ["config", "packed-refs", "refs", "reftable", "logs", "shallow", "worktrees"];

/// A repository's directories and settings.
#[derive(Debug)]
pub struct Repository {
    /// The work tree, unless the repository is bare.
    pub work_tree: Option<PathBuf>,
    /// Where this work tree's own `HEAD` and `index` are.
    pub git_dir: PathBuf,
    /// This work tree's index.
    pub index_file: PathBuf,
    /// Where what all work trees share is: references, configuration, objects.
    pub common_dir: PathBuf,
    /// The object directory and its alternates.
    pub object_dirs: Vec<PathBuf>,
    /// The repository's configuration.
    pub config: Config,
    /// Length of an object name, bytes: 20 or 32.
    pub width: usize,
    /// Whether this is (or was made by) a partial clone, so that objects may be missing without anything being broken.
    pub partial: bool,
    /// What is not followed.
    pub gaps: Vec<Gap>,
}

impl Repository {
    /// Opens the repository that `path` is: the top of a work tree, a `.git` directory or a bare repository.
    ///
    /// # Errors
    /// Fails when it is none, it leads outside, or it cannot be read.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Repository, OpenError> {
        Repository::open_with(path, None, options)
    }

    /// The same with the shared directory that `GIT_COMMON_DIR` names.
    ///
    /// # Errors
    /// Fails when it is none, it leads outside, or it cannot be read.
    pub fn open_with(path: &Path, common: Option<&Path>, options: OpenOptions) -> Result<Repository, OpenError> {
        let path = canonical(path)?;
        let (git_dir, work_tree) = locate(&path, options)?;
        let common_dir = common.map_or_else(|| common_dir(&git_dir, options), canonical)?;
        if git_dir.join("HEAD").symlink_metadata().is_err()
            || !common_dir.join("objects").is_dir()
            || !common_dir.join("refs").is_dir()
        {
            return Err(OpenError::NotARepository(path));
        }
        let home = surroundings(&common_dir);
        for name in LINKABLE {
            let (from, to) = (common_dir.join(name), common_dir.join(name).canonicalize());
            if let Some(to) = to.ok().filter(|to| !options.allow_outside && !to.starts_with(&home)) {
                return Err(OpenError::Outside { from, to });
            }
        }
        let config = common_dir.join("config");
        let config = Config::read(&config.canonicalize().unwrap_or(config));
        let width = match config.get("extensions", "objectformat").unwrap_or("sha1") {
            "sha1" => 20,
            "sha256" => 32,
            format => return Err(OpenError::ObjectFormat { path, format: format.to_owned() }),
        };
        let (object_dirs, gaps) = alternates::object_dirs(&common_dir, &home, options);
        let partial = config.any_true("remote", "promisor")
            || config.get("extensions", "partialclone").is_some()
            || object_dirs.iter().any(|folder| has_promisor_pack(folder));
        let index_file = git_dir.join("index");
        Ok(Repository { work_tree, git_dir, index_file, common_dir, object_dirs, config, width, partial, gaps })
    }

    /// Finds the repository that holds `path`, upwards from it as git does.
    ///
    /// # Errors
    /// Fails when there is none, it leads outside, or it cannot be read.
    pub fn discover(path: &Path, options: OpenOptions) -> Result<Repository, OpenError> {
        Repository::discover_below(path, &[], options)
    }

    /// The same without going up into one of `ceilings`. Where the search begins is always looked at.
    ///
    /// # Errors
    /// Fails when there is none, it leads outside, or it cannot be read.
    pub fn discover_below(path: &Path, ceilings: &[PathBuf], options: OpenOptions) -> Result<Repository, OpenError> {
        if is_address(path) && !path.exists() {
            return Err(OpenError::Address);
        }
        let start = canonical(path)?;
        let ceilings: Vec<PathBuf> = ceilings.iter().filter_map(|ceiling| ceiling.canonicalize().ok()).collect();
        for folder in start.ancestors() {
            if folder != start && ceilings.iter().any(|ceiling| ceiling == folder) {
                break;
            }
            match Repository::open(folder, options) {
                Err(OpenError::NotARepository(_)) => {}
                found => return found,
            }
        }
        Err(OpenError::NotARepository(start))
    }

    /// Opens the objects.
    pub fn store(&self, limits: Limits) -> Store {
        Store::open(&self.object_dirs, self.width, limits)
    }

    /// Looks up single objects, and opens nothing yet.
    pub fn lookup(&self, limits: Limits) -> Lookup {
        Lookup::new(&self.object_dirs, self.width, limits)
    }

    /// Whether an alternate is not followed, so that objects may be missing without anything being broken.
    pub fn borrows_elsewhere(&self) -> bool {
        self.gaps.iter().any(|gap| gap.kind == GapKind::Elsewhere)
    }

    /// The commits at which a shallow clone ends.
    pub fn shallow(&self) -> HashSet<Oid> {
        let file = self.common_dir.join("shallow");
        let lines = read::lines(&file.canonicalize().unwrap_or(file), 16 << 20);
        lines.iter().filter_map(|line| Oid::from_hex(line.as_bytes())).collect()
    }
}

/// Whether this is what git would fetch over a network: `scheme://…`, or `[user@]host:path`.
fn is_address(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let before = text.split(['/', '\\']).next().unwrap_or_default();
    text.contains("://") || before.split_once(':').is_some_and(|(host, _)| host.len() > 1)
}

/// The git directory and the work tree that `path` stands for.
fn locate(path: &Path, options: OpenOptions) -> Result<(PathBuf, Option<PathBuf>), OpenError> {
    let dot_git = path.join(".git");
    // Is there any? Reading it does not follow a link to a file, canonical() shows where one to a directory leads.
    let Ok(found) = fs::metadata(&dot_git) else {
        let top = path.file_name().filter(|name| *name == ".git").and_then(|_| path.parent());
        return Ok((path.to_owned(), top.map(Path::to_owned)));
    };
    let target = if found.is_dir() {
        dot_git.clone()
    } else {
        let line = read::lines(&dot_git, 1 << 16).into_iter().next().unwrap_or_default();
        let Some(target) = line.strip_prefix("gitdir: ") else {
            return Err(OpenError::NotARepository(path.to_owned()));
        };
        path.join(target)
    };
    let git_dir = canonical(&target)?;
    let inside = path.parent().is_some_and(|around| around.parent().is_some() && git_dir.starts_with(around))
        || git_dir.starts_with(path);
    if inside || options.allow_outside || points_back(&git_dir, path) {
        return Ok((git_dir, Some(path.to_owned())));
    }
    Err(OpenError::Outside { from: dot_git, to: git_dir })
}

/// Whether a git directory knows this work tree: as a linked one, or as a submodule's.
fn points_back(git_dir: &Path, work_tree: &Path) -> bool {
    let linked = read::lines(&git_dir.join("gitdir"), 1 << 16).into_iter().next();
    if linked.is_some_and(|line| git_dir.join(line).canonicalize().ok() == Some(work_tree.join(".git"))) {
        return true;
    }
    let config = Config::read(&git_dir.join("config"));
    let named = config.get("core", "worktree").map(|path| git_dir.join(path));
    named.is_some_and(|path| path.canonicalize().ok().as_deref() == Some(work_tree))
}

/// The directory shared by all work trees. That of a linked one lies in `worktrees` of the shared one.
fn common_dir(git_dir: &Path, options: OpenOptions) -> Result<PathBuf, OpenError> {
    let Some(line) = read::lines(&git_dir.join("commondir"), 1 << 16).into_iter().next() else {
        return Ok(git_dir.to_owned());
    };
    let common = canonical(&git_dir.join(line))?;
    if options.allow_outside || git_dir.starts_with(common.join("worktrees")) {
        return Ok(common);
    }
    Err(OpenError::Outside { from: git_dir.join("commondir"), to: common })
}

/// The folder that holds the repository, and so its siblings, from which `git clone --shared` borrows; or the repository
/// itself where that folder is the whole file system.
fn surroundings(common_dir: &Path) -> PathBuf {
    let top = match common_dir.file_name() {
        Some(name) if name == ".git" => common_dir.parent().unwrap_or(common_dir),
        _ => common_dir,
    };
    top.parent().filter(|parent| parent.parent().is_some()).unwrap_or(top).to_owned()
}

fn has_promisor_pack(objects: &Path) -> bool {
    let files = fs::read_dir(objects.join("pack")).into_iter().flatten().flatten();
    files.map(|file| file.path()).any(|path| path.extension().is_some_and(|extension| extension == "promisor"))
}

fn canonical(path: &Path) -> Result<PathBuf, OpenError> {
    path.canonicalize().map_err(|source| OpenError::Io { path: path.to_owned(), source })
}
