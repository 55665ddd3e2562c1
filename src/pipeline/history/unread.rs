//! What a repository does not hold itself, or holds only in part: named, so that a clean answer is one.

use super::attribute::path_of;
use crate::git::gap::{Gap, GapKind};
use crate::git::graph::{Attribution, History};
use crate::git::repo::Repository;
use crate::git::store::{ObjectId, Store};
use crate::model::{Problem, ProblemKind};

/// So many commits at which a shallow clone ends are named.
const NAMED_COMMITS: usize = 5;
/// So many Git LFS files are named; the others are counted.
const MOST_POINTERS: usize = 10_000;

/// A gap as the report has it.
pub(in crate::pipeline) fn problem(gap: Gap, repository: &Repository) -> Problem {
    let kind = match gap.kind {
        GapKind::Corrupt => ProblemKind::Corrupt,
        GapKind::TooLarge => ProblemKind::TooLarge,
        GapKind::Unsupported => ProblemKind::Unsupported,
        GapKind::Missing | GapKind::Shallow | GapKind::Elsewhere | GapKind::Submodule | GapKind::Lfs => {
            ProblemKind::Elsewhere
        }
    };
    let mut detail = gap.why;
    if gap.kind == GapKind::Missing {
        detail += if repository.partial {
            "; this is a partial clone: clone it again without --filter"
        } else if repository.borrows_elsewhere() {
            "; it may be in the object directory outside the repository that is not followed: if you trust that, use --allow-outside"
        } else {
            "; the repository is damaged: `git fsck` tells more"
        };
    }
    Problem { what: gap.what, kind, detail }
}

/// Where a shallow clone ends, if that matters to the commits that count.
pub(super) fn shallow(store: &Store, history: &History, selected: Option<&[bool]>) -> Option<Gap> {
    let counts = |place: &&u32| selected.is_none_or(|selected| selected[**place as usize]);
    let ends: Vec<&u32> = history.boundary().iter().filter(counts).collect();
    let named = ends.iter().filter_map(|place| store.oid(history.commits().id(**place)));
    let named: Vec<String> = named.take(NAMED_COMMITS).map(|oid| format!("{:.12}", oid.to_string())).collect();
    if ends.is_empty() {
        return None;
    }
    let commits = if ends.len() == 1 { "commit" } else { "commits" };
    let more = if ends.len() > named.len() { ", …" } else { "" };
    let what = format_args!("history before {} {commits} ({}{more})", ends.len(), named.join(", "));
    let why = "a shallow clone ends there; `git fetch --unshallow` brings the rest";
    Some(Gap::new(GapKind::Shallow, what, why))
}

/// Blobs that stand for files which Git LFS keeps. They are attributed like secrets, with numbers behind those of the secrets, for whoever
/// reads the report wants to know their names.
pub(super) struct Pointers {
    blobs: Vec<ObjectId>,
    first: u32,
}

impl Pointers {
    /// The pointers, numbered from `first` on.
    pub(super) fn new(mut blobs: Vec<ObjectId>, first: u32) -> Pointers {
        blobs.sort_unstable();
        blobs.dedup();
        Pointers { blobs, first }
    }

    /// Which blob has which number.
    pub(super) fn marks(&self) -> impl Iterator<Item = (ObjectId, u32)> {
        self.blobs.iter().take(MOST_POINTERS).copied().zip(self.first..)
    }

    /// Those that the commits which count have brought.
    pub(super) fn gaps(&self, store: &Store, history: &History, all: &[Attribution], keeps_all: bool) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let why = "a Git LFS file; its content is not among the objects of the repository";
        let id = |object| store.oid(object).map_or_else(String::new, |oid| format!("{:.12}", oid.to_string()));
        for (blob, secret_id) in self.marks() {
            let Some(found) = all.get(secret_id as usize) else { continue };
            match (found.introduced, found.introduced_at.first()) {
                (Some(place), Some(at)) => {
                    let commit = id(history.commits().id(place));
                    let path = path_of(&at.path);
                    gaps.push(Gap::new(GapKind::Lfs, format_args!("{} in {commit}", path.display()), why));
                }
                (None, _) if !keeps_all => {}
                _ => gaps.push(Gap::new(GapKind::Lfs, format_args!("blob {}", id(blob)), why)),
            }
        }
        if self.blobs.len() > MOST_POINTERS {
            let what = format_args!("{} more blobs", self.blobs.len() - MOST_POINTERS);
            gaps.push(Gap::new(GapKind::Lfs, what, why));
        }
        gaps
    }
}
