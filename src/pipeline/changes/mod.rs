//! Scans a change: the next commit, the work tree, or a push.
//!
//! Three steps. The git room says which files are new or changed, reading trees only. The engine scans those, as it scans any source. Then
//! `before` drops what was found and is no news: a secret counts when no parent of the commit has it in the same file, nor in a file that
//! the change takes away, at a place where it would have been reported: so neither a moved line nor a rename stops anybody, and what leaves a
//! folder that is exempt does.

mod before;
mod pushed;

pub use pushed::{Push, Receiver};

use super::history::unread::problem;
use super::history::{HistoryError, SelectError};
use super::{Collector, Progress, Scan};
use crate::engine::Engine;
use crate::git::changes::{self, Changes, Removed};
use crate::git::commit::Commit;
use crate::git::environment::Environment;
use crate::git::gap::{Fault, Gap, GapKind};
use crate::git::index;
use crate::git::lookup::Lookup;
use crate::git::oid::{Kind, Oid};
use crate::git::path::{self, native};
use crate::git::repo::{OpenError, OpenOptions, Repository};
use crate::git::store::Limits;
use crate::git::tree::EntryKind;
use crate::model::Outcome;
use crate::model::{Confidence, Origin, Outer, Skip, SkipKind};
use crate::policy::{PolicyError, Scanned, Scope, Scopes, apply};
use crate::sources::{Item, Listing, Objects, Source, SourceError, WorkFiles, list};
use before::Before;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use thiserror::Error;

/// Reason why a change could not be scanned. Nothing was read.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// The repository cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A bare repository has no index or work tree.
    #[error("{0}: a bare repository has no {1}; `stanch git` scans its history")]
    Bare(String, &'static str),
    /// A source could not start.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The history of a large push could not be scanned.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The commits of a push do not exist.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// A policy is malformed.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// A scan of a change, ready to be run.
#[derive(Debug)]
pub struct ChangeScan<'e> {
    engine: &'e Engine,
    confidence: Confidence,
    policy: Option<(&'e Scopes, &'e Scope)>,
    progress: Arc<Progress>,
    environment: Environment,
    open: OpenOptions,
}

/// The part of the work tree that is scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeScope {
    /// Staged changes: the next commit.
    Staged,
    /// Staged, unstaged and untracked changes without ignored files: everything that could be committed.
    WorkTree,
}

impl<'e> ChangeScan<'e> {
    /// A scan that reports findings of at least this confidence. The environment locates the parts of the current repository.
    #[must_use]
    pub fn new(
        engine: &'e Engine,
        confidence: Confidence,
        progress: Arc<Progress>,
        environment: Environment,
    ) -> ChangeScan<'e> {
        ChangeScan { engine, confidence, policy: None, progress, environment, open: OpenOptions::default() }
    }

    /// Applies a policy: the one of the repository's root selects the rules, and each finding is checked against the one of its own
    /// directory in the work tree.
    #[must_use]
    pub fn under(self, scopes: &'e Scopes, root: &'e Scope) -> ChangeScan<'e> {
        ChangeScan { policy: Some((scopes, root)), ..self }
    }

    /// Sets which references out of the repository are followed.
    #[must_use]
    pub fn opening(self, open: OpenOptions) -> ChangeScan<'e> {
        ChangeScan { open, ..self }
    }

    /// Follows references out of the repository, such as alternates, as git does. For use in hooks, where git trusts the repository
    /// already.
    #[must_use]
    pub fn trusting(self) -> ChangeScan<'e> {
        self.opening(OpenOptions { allow_outside: true, ..OpenOptions::default() })
    }

    /// Scans the changes since the last commit of the repository that contains `name`.
    ///
    /// # Errors
    /// Fails when there is no repository, or it is bare.
    pub fn run(&self, name: &Path, extent: ChangeScope) -> Result<Outcome, ChangeError> {
        let begin = Instant::now();
        let repository = self.environment.repository(name, self.open)?;
        let bare = |what| ChangeError::Bare(name.display().to_string(), what);
        let top = match (extent, &repository.work_tree) {
            (ChangeScope::Staged, _) => None,
            (ChangeScope::WorkTree, Some(top)) => Some(top.clone()),
            (ChangeScope::WorkTree, None) => return Err(bare("work tree")),
        };
        if repository.work_tree.is_none() && !repository.index_file.exists() {
            return Err(bare("index"));
        }

        let mut lookup = repository.lookup(Limits::default());
        let mut gaps = repository.gaps.clone();
        let parents = parents(&repository, &mut lookup, &mut gaps);
        let compared = index::read(&repository.index_file, &repository.git_dir, repository.width, |loaded| {
            let staged = changes::of_index(&mut lookup, &loaded.index, &parents);
            (staged, top.as_deref().map(|top| list(&repository, top, loaded)))
        });
        let (mut staged, listing) = match compared {
            Ok(((staged, listing), gap)) => {
                gaps.extend(gap);
                (staged, listing)
            }
            Err(fault) => {
                gaps.push(Gap::from_fault("the index", &fault));
                (Changes::default(), None)
            }
        };
        gaps.append(&mut staged.gaps);
        gaps.extend(lookup.take_gaps());

        let mut removed = std::mem::take(&mut staged.removed);
        let gone = listing.iter().flat_map(|listing| listing.removed.clone());
        removed.extend(gone.map(|(path, oid)| Removed { path, kind: EntryKind::Blob, oid }));
        let before = Before { parents, removed };
        self.prepare(staged.files.iter().map(|file| staged_at(name, &file.path)))?;
        let work_files = listing.iter().flat_map(|listing| &listing.files);
        self.prepare(work_files.map(|file| {
            let (repository, path) = (name.to_owned(), native(&file.path));
            Outer::WorkTree { repository, path }.into()
        }))?;
        let (sources, skips) = sources(name, &repository, staged, listing.zip(top));
        let mut outcome = self.scan(&sources)?;
        let mut fingerprints = before::Fingerprints::new(self.before(), name, &repository);
        before::keep_news(&mut outcome, |place, secret| match place.path() {
            Some(path) if before.holds(&mut fingerprints, &path::of(path), secret) => Vec::new(),
            _ => vec![Arc::clone(place)],
        });
        self.apply(&mut outcome)?;
        outcome.skips.extend(skips);
        finish(&mut outcome, &repository, gaps, begin);
        Ok(outcome)
    }

    /// The files of the next commit that the last one does not have so, from the top of the work tree.
    ///
    /// # Errors
    /// Fails when there is no repository.
    pub fn staged_paths(&self, name: &Path) -> Result<Vec<PathBuf>, ChangeError> {
        let repository = self.environment.repository(name, self.open)?;
        let mut lookup = repository.lookup(Limits::default());
        // What cannot be read is a problem of the scan.
        let parents = parents(&repository, &mut lookup, &mut Vec::new());
        let staged = index::read(&repository.index_file, &repository.git_dir, repository.width, |loaded| {
            changes::of_index(&mut lookup, &loaded.index, &parents)
        });
        let files = staged.map(|(staged, _)| staged.files).unwrap_or_default();
        Ok(files.iter().map(|file| native(&file.path)).collect())
    }

    /// The same scan for what was there before. It has a progress of its own: that is not counted as read.
    fn before(&self) -> Scan<'e> {
        self.scan_of(Arc::new(Progress::default()))
    }

    fn scan_of(&self, progress: Arc<Progress>) -> Scan<'e> {
        let scan = Scan::new(self.engine, self.confidence, progress);
        match self.policy {
            Some((scopes, root)) => scan.under_each(scopes, root),
            None => scan,
        }
    }

    fn scan(&self, sources: &[Box<dyn Source>]) -> Result<Outcome, SourceError> {
        let mut collector = Collector::default();
        let stats = self.scan_of(Arc::clone(&self.progress)).run(sources, &mut collector)?;
        Ok(collector.finish(stats).0)
    }

    /// Loads the policies of the files to be scanned.
    fn prepare(&self, places: impl Iterator<Item = Origin>) -> Result<(), PolicyError> {
        let Some((scopes, _)) = self.policy else { return Ok(()) };
        places.into_iter().try_for_each(|place| scopes.prepare([&place]))
    }

    /// Applies ignore files and the baseline to new findings.
    fn apply(&self, outcome: &mut Outcome) -> Result<(), PolicyError> {
        // A change never covers a whole baseline, so unused entries are not reported.
        self.policy.map_or(Ok(()), |(scopes, _)| apply(scopes, &Scanned::default(), outcome))
    }
}

/// The trees of the next commit's parents.
fn parents(repository: &Repository, lookup: &mut Lookup, gaps: &mut Vec<Gap>) -> Vec<Oid> {
    let head = repository.head().unwrap_or_else(|gap| {
        gaps.push(gap);
        None
    });
    let commits: Vec<Oid> = head.into_iter().chain(repository.merge_heads()).collect();
    trees(lookup, &commits, gaps)
}

/// The trees of commits. A commit that cannot be read is a gap, and its content counts as new.
fn trees(lookup: &mut Lookup, commits: &[Oid], gaps: &mut Vec<Gap>) -> Vec<Oid> {
    let found = commits.iter().map(|commit| tree_of(lookup, commit).map_err(|gap| gaps.push(gap)));
    found.filter_map(Result::ok).collect()
}

fn tree_of(lookup: &mut Lookup, commit: &Oid) -> Result<Oid, Gap> {
    let what = || format!("commit {commit}");
    let object = lookup.read(commit).map_err(|fault| Gap::from_fault(what(), &fault))?;
    let object = object.ok_or_else(|| Gap::new(GapKind::Missing, what(), "not stored here"))?;
    let parsed = Commit::parse(&object).filter(|_| object.kind == Kind::Commit);
    parsed.map(|parsed| parsed.tree).ok_or_else(|| Gap::from_fault(what(), &Fault::Corrupt("this is no commit")))
}

fn staged_at(name: &Path, path: &[u8]) -> Origin {
    Outer::Staged { repository: name.to_owned(), path: native(path) }.into()
}

/// The files to be scanned, and those that are skipped.
fn sources(
    name: &Path,
    repository: &Repository,
    staged: Changes,
    work_tree: Option<(Listing, PathBuf)>,
) -> (Vec<Box<dyn Source>>, Vec<Skip>) {
    let place = |path: &[u8]| staged_at(name, path);
    let mut skips = Vec::new();
    if work_tree.is_none() {
        let skip = |path: &Vec<u8>| Skip { what: place(path).display().into_owned(), kind: SkipKind::Submodule };
        skips.extend(staged.submodules.iter().map(skip));
    }
    let items = staged.files.iter().map(|file| Item { oid: file.blob, origin: place(&file.path) }).collect();
    let mut sources: Vec<Box<dyn Source>> = vec![Box::new(Objects::new(repository, items))];
    if let Some((listing, top)) = work_tree {
        sources.push(Box::new(WorkFiles::new(top, name.to_owned(), listing)));
    }
    (sources, skips)
}

/// Adds the gaps as problems, and sorts the outcome.
fn finish(outcome: &mut Outcome, repository: &Repository, gaps: Vec<Gap>, begin: Instant) {
    outcome.problems.extend(gaps.into_iter().map(|gap| problem(gap, repository)));
    outcome.problems.sort();
    outcome.problems.dedup();
    outcome.skips.sort();
    outcome.skips.dedup();
    outcome.stats.elapsed = begin.elapsed();
}
