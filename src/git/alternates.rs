//! Where else a repository's objects may be: `objects/info/alternates`, and the alternates' own.

use super::gap::{Gap, GapKind};
use super::open_options::OpenOptions;
use super::read;
use std::path::{Path, PathBuf};

/// How deep alternates may be nested; git's own limit.
const DEEPEST: usize = 5;
/// More object directories than this are not read.
const MAX_ALTERNATES: usize = 256;

/// Finds the object directory of the repository at `common_dir` and its alternates. A directory outside `home` is a gap
/// unless the options allow it: whoever made a repository could have it name anybody's objects.
pub(super) fn object_dirs(common_dir: &Path, home: &Path, options: OpenOptions) -> (Vec<PathBuf>, Vec<Gap>) {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut gaps = Vec::new();
    let mut todo = vec![(common_dir.join("objects"), 0)];
    while let Some((named, depth)) = todo.pop() {
        let mut refuse = |why| gaps.push(Gap::new(GapKind::Elsewhere, named.display(), why));
        if found.len() == MAX_ALTERNATES {
            refuse("an object directory beyond the first 256");
            break;
        }
        let Ok(folder) = named.canonicalize() else {
            refuse("an object directory that does not exist");
            continue;
        };
        if found.contains(&folder) {
            continue;
        }
        if !options.allow_outside && !folder.starts_with(home) {
            refuse("an object directory outside the repository's surroundings; if you trust that, use --allow-outside");
            continue;
        }
        let next = alternates(&folder);
        if depth < DEEPEST {
            todo.extend(next.into_iter().rev().map(|next| (next, depth + 1)));
        } else if !next.is_empty() {
            refuse("alternates that are nested too deeply");
        }
        found.push(folder);
    }
    (found, gaps)
}

/// The alternates that an object directory names itself; relative ones are relative to it.
fn alternates(objects: &Path) -> Vec<PathBuf> {
    let info = objects.join("info");
    // A link could lead to any file, whose lines would end up in messages.
    let lines = if info.is_symlink() { Vec::new() } else { read::lines(&info.join("alternates"), 1 << 20) };
    let named = lines.iter().filter(|line| !line.is_empty() && !line.starts_with('#'));
    named.take(MAX_ALTERNATES + 1).map(|line| objects.join(line)).collect()
}
