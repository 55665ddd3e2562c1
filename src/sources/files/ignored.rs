//! Ignore files of version control, inside a repository or not: `.ignore`, `.gitignore`, `.git/info/exclude`, and the user's own file.
//!
//! They are read here and not by the walker, which would open anything with these names.

use crate::sources::gitignore::patterns;
use ignore::gitignore::{Gitignore, gitconfig_excludes_path};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// The patterns of a folder and its ancestors. `.ignore` takes precedence over `.gitignore`, that over the repository's own file, and that
/// over the user's; among files of one kind the innermost takes precedence.
#[derive(Debug)]
struct Level {
    ignore: Gitignore,
    git: Gitignore,
    exclude: Gitignore,
    /// Whether this is the root of a repository: git patterns of ancestors do not apply inside.
    is_top: bool,
    above: Option<Arc<Level>>,
}

impl Level {
    fn read(dir: &Path, above: Option<Arc<Level>>) -> Arc<Level> {
        let of = |name: &str| patterns(dir, &dir.join(name), false, true);
        let (ignore, git) = (of(".ignore"), of(".gitignore"));
        let is_top = dir.join(".git").exists();
        let exclude = if is_top { of(".git/info/exclude") } else { Gitignore::empty() };
        match above {
            Some(above) if ignore.is_empty() && git.is_empty() && !is_top => above,
            above => Arc::new(Level { ignore, git, exclude, is_top, above }),
        }
    }

    /// The levels from this one outward.
    fn outwards(&self) -> impl Iterator<Item = &Level> {
        std::iter::successors(Some(self), |level| level.above.as_deref())
    }

    fn leaves_out(&self, path: &Path, is_dir: bool, of_user: &Gitignore) -> bool {
        let decided = |patterns: &Gitignore| {
            let matched = patterns.matched(path, is_dir);
            (!matched.is_none()).then(|| matched.is_ignore())
        };
        let depth = self.outwards().position(|level| level.is_top).map_or(usize::MAX, |top| top + 1);
        let inside = || self.outwards().take(depth);
        let by = self.outwards().find_map(|level| decided(&level.ignore));
        let by = by.or_else(|| inside().find_map(|level| decided(&level.git)));
        let by = by.or_else(|| inside().find_map(|level| decided(&level.exclude)));
        by.or_else(|| decided(of_user)).unwrap_or(false)
    }
}

/// The ignore files of a walk.
#[derive(Debug)]
pub(super) struct Ignored {
    of_user: Gitignore,
    /// Roots of the walk.
    places: HashMap<PathBuf, PathBuf>,
    /// By absolute folder.
    levels: RwLock<HashMap<PathBuf, Arc<Level>>>,
}

impl Ignored {
    /// The ignore files of a walk from these roots.
    pub(super) fn new(roots: &[PathBuf]) -> Ignored {
        let here = std::env::current_dir().unwrap_or_default();
        let of_user = gitconfig_excludes_path();
        let of_user = of_user.map_or_else(Gitignore::empty, |path| patterns(&here, &path, true, true));
        let place = |root: &PathBuf| Some((root.clone(), root.canonicalize().ok()?));
        Ignored { of_user, places: roots.iter().filter_map(place).collect(), levels: RwLock::default() }
    }

    /// Whether an entry at this depth below a root is ignored. Entries below an ignored folder are not checked.
    pub(super) fn leaves_out(&self, path: &Path, depth: usize, is_dir: bool) -> bool {
        let Some(root) = path.ancestors().nth(depth) else { return false };
        let (Some(place), Ok(inside)) = (self.places.get(root), path.strip_prefix(root)) else { return false };
        let full = place.join(inside);
        let Some(dir) = full.parent() else { return false };
        self.level(dir).leaves_out(&full, is_dir, &self.of_user)
    }

    fn level(&self, dir: &Path) -> Arc<Level> {
        let known = |dir: &Path| self.levels.read().unwrap_or_else(PoisonError::into_inner).get(dir).cloned();
        let (mut todo, mut level) = (Vec::new(), None);
        for one in dir.ancestors() {
            level = known(one);
            if level.is_some() {
                break;
            }
            todo.push(one);
        }
        for one in todo.into_iter().rev() {
            let new = Level::read(one, level);
            self.levels.write().unwrap_or_else(PoisonError::into_inner).insert(one.to_owned(), Arc::clone(&new));
            level = Some(new);
        }
        level.unwrap_or_else(|| Level::read(dir, None))
    }
}
