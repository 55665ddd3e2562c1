//! Names the objects that a repository lacks, so that a clean result is not claimed for them.

use super::paths::path_of;
use crate::git::gap::{Gap, GapKind};
use crate::git::graph::{Attribution, History};
use crate::git::repo::Repository;
use crate::git::store::{ObjectId, Store};
use crate::model::{Problem, ProblemKind};

/// Largest number of named commits at which a shallow clone ends.
const NAMED_COMMITS: usize = 5;
/// Largest number of named Git LFS files; the others are counted.
const MOST_POINTERS: usize = 10_000;

/// A gap as a problem for reports.
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

/// The end of a shallow clone, if it affects the selected commits.
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

/// Blobs that are Git LFS pointers, or that were not read wholly. They are attributed like secrets, with ids after those of the secrets, so
/// that reports can name their paths.
pub(super) struct Pointers {
    blobs: Vec<ObjectId>,
    first: u32,
}

impl Pointers {
    /// The pointers, with ids from `first` on.
    pub(super) fn new(mut blobs: Vec<ObjectId>, first: u32) -> Pointers {
        blobs.sort_unstable();
        blobs.dedup();
        Pointers { blobs, first }
    }

    /// Pairs of blob and id.
    pub(super) fn marks(&self) -> impl Iterator<Item = (ObjectId, u32)> {
        self.blobs.iter().take(MOST_POINTERS).copied().zip(self.first..)
    }

    /// The first number behind them.
    pub(super) fn next_mark(&self) -> u32 {
        self.first + self.blobs.len().min(MOST_POINTERS) as u32
    }

    /// The blobs that the commits which count have brought, and what these call them.
    pub(super) fn names(
        &self,
        store: &Store,
        history: &History,
        all: &[Attribution],
        keeps_all: bool,
    ) -> Vec<(ObjectId, String)> {
        let mut names = Vec::new();
        let id = |object| store.oid(object).map_or_else(String::new, |oid| format!("{:.12}", oid.to_string()));
        for (blob, secret_id) in self.marks() {
            let Some(found) = all.get(secret_id as usize) else { continue };
            match (found.introduced, found.introduced_at.first()) {
                (Some(place), Some(at)) => {
                    let commit = id(history.commits().id(place));
                    names.push((blob, format!("{} in {commit}", path_of(&at.path).display())));
                }
                (None, _) if !keeps_all => {}
                _ => names.push((blob, format!("blob {}", id(blob)))),
            }
        }
        names
    }

    /// Those that the commits which count have brought.
    pub(super) fn gaps(&self, store: &Store, history: &History, all: &[Attribution], keeps_all: bool) -> Vec<Gap> {
        let why = "a Git LFS file; its content is not among the objects of the repository";
        let names = self.names(store, history, all, keeps_all);
        let mut gaps: Vec<Gap> = names.into_iter().map(|(_, name)| Gap::new(GapKind::Lfs, name, why)).collect();
        if self.blobs.len() > MOST_POINTERS {
            let what = format_args!("{} more blobs", self.blobs.len() - MOST_POINTERS);
            gaps.push(Gap::new(GapKind::Lfs, what, why));
        }
        gaps
    }
}
