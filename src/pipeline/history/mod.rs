//! All of a repository's history, at the cost of what changed.
//!
//! Three steps. `delta` scans every blob in the order of the packs' deltas: of a version made from another one only what is new is looked
//! at, and what was found before is carried over. `select` says which commits count. `attribute` relates what was found to commits, paths
//! and references, in one pass over trees and commits, and makes the findings.

mod attribute;
mod delta;
mod select;

pub use select::{SelectError, Selection};

use super::policy::{PolicyError, Scanned, Scope, Scopes, apply};
use super::{Outcome, Progress, Stats};
use crate::engine::Engine;
use crate::git::gap::{Gap, GapKind};
use crate::git::graph::{History, Marks, Starts};
use crate::git::oid::Kind;
use crate::git::refs::Refs;
use crate::git::repo::{OpenError, OpenOptions, Repository};
use crate::git::store::Limits;
use crate::git::walk::walk;
use crate::model::{Confidence, Problem, ProblemKind, Severity};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use thiserror::Error;

/// Why a history could not be scanned: nothing was read.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// The repository cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The commits that were asked for are not there.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// A policy cannot be followed.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// A scan of a repository's history, ready to be run.
#[derive(Debug)]
pub struct HistoryScan<'e> {
    engine: &'e Engine,
    confidence: Confidence,
    severity: Severity,
    policy: Option<&'e Scopes>,
    progress: Arc<Progress>,
}

impl<'e> HistoryScan<'e> {
    /// A scan that reports findings of at least this confidence.
    #[must_use]
    pub fn new(engine: &'e Engine, confidence: Confidence, progress: Arc<Progress>) -> HistoryScan<'e> {
        HistoryScan { engine, confidence, severity: Severity::Low, policy: None, progress }
    }

    /// The same under a policy: that of the repository's root says what is looked for; each finding is judged by that of the directory it is
    /// in, as the work tree has it.
    #[must_use]
    pub fn under(self, scopes: &'e Scopes, root: &Scope) -> HistoryScan<'e> {
        let (confidence, severity) = (root.confidence().value, root.severity().value);
        HistoryScan { confidence, severity, policy: Some(scopes), ..self }
    }

    /// Reads everything that the repository at `path` remembers: blobs, messages of commits and tags.
    ///
    /// # Errors
    /// When there is no repository, or the selection does not resolve.
    pub fn run(&self, path: &Path, selection: &Selection) -> Result<Outcome, HistoryError> {
        let begin = Instant::now();
        let repository = Repository::discover(path, OpenOptions::default())?;
        let refs = Refs::read(&repository);
        let only = selection.references(&refs)?;
        let store = repository.store(Limits::default());
        let scanner = delta::Scanner::new(self.engine, &store, self.confidence, &self.progress);
        let mut gathered = delta::Gathered::default();
        for kind in [Kind::Blob, Kind::Commit, Kind::Tag] {
            walk(&store, kind, &scanner).into_iter().for_each(|scratch| gathered.merge(scratch));
        }
        let (secrets, mut gaps) = scanner.finish();
        let starts = match &only {
            _ if selection.unreachable => Starts::Everything,
            Some(only) => Starts::Only(only),
            None => Starts::Refs,
        };
        let history = History::build(&store, &refs, &gathered.tags, gathered.links, &repository.shallow(), starts);
        let selected = selection.commits(&store, &refs, &history)?;
        let marks = Marks::new(gathered.pairs);
        let attributed = history.attribute(&store, &marks, selected.as_deref());
        for found in [&repository.gaps, store.gaps(), &refs.gaps, history.gaps(), &attributed.gaps] {
            gaps.extend(found.iter().cloned());
        }
        gaps.extend(attributed.submodules.iter().map(|path| {
            let why = "a submodule is a repository of its own; scan it by itself";
            Gap::new(GapKind::Submodule, String::from_utf8_lossy(path), why)
        }));
        let attribute::Attributed { mut findings, suppressed, below_severity } = attribute::Attributor {
            engine: self.engine,
            store: &store,
            refs: &refs,
            history: &history,
            repository: path,
            severity: self.severity,
            policy: self.policy,
        }
        .findings(&secrets, &attributed.marks, &marks, selection)?;
        findings.sort_by(|a, b| (&a.occurrences, a.fingerprint).cmp(&(&b.occurrences, b.fingerprint)));
        let mut problems: Vec<Problem> = gaps.into_iter().map(problem).collect();
        if self.progress.is_stopped() {
            let detail = "it was interrupted; what it found until then is reported".to_owned();
            problems.push(Problem { what: "the scan".to_owned(), kind: ProblemKind::Interrupted, detail });
        }
        problems.sort();
        problems.dedup();
        let stats = Stats { below_severity, ..gathered.stats };
        let mut outcome = Outcome { findings, suppressed, problems, stats, ..Outcome::default() };
        if let Some(scopes) = self.policy {
            let roots = if selection.is_everything() { vec![scopes.dir_of(path)] } else { Vec::new() };
            apply(scopes, &Scanned { roots, history: true }, &mut outcome)?;
        }
        outcome.stats.elapsed = begin.elapsed();
        Ok(outcome)
    }
}

fn problem(gap: Gap) -> Problem {
    let kind = match gap.kind {
        GapKind::Corrupt => ProblemKind::Corrupt,
        GapKind::TooLarge => ProblemKind::TooLarge,
        GapKind::Unsupported => ProblemKind::Unsupported,
        GapKind::Missing | GapKind::Shallow | GapKind::Elsewhere | GapKind::Submodule | GapKind::Lfs => {
            ProblemKind::Elsewhere
        }
    };
    Problem { what: gap.what, kind, detail: gap.why }
}
