//! Scans a repository's whole history at the cost of what changed.
//!
//! There are three steps. `delta` scans every blob in the order of the packs' deltas: of a version that is stored as a delta only the new
//! parts are scanned, and `carry_over` reuses the matches of its base; `secrets` numbers the secrets. `select` determines the selected
//! commits. `attribute` relates secrets to commits, paths and references in one pass over trees and commits and builds the findings;
//! `unread` names what could not be read.

mod attribute;
mod carry_over;
mod contents;
mod dates;
mod delta;
mod distinct;
mod findings;
mod located;
mod paths;
mod pathspec;
mod reconsider;
mod secrets;
mod select;
mod submodules;
mod told;
pub(super) mod unread;
mod whole_text_attribution;

pub use select::{SelectError, Selection};

use super::Progress;
use super::whole_text::WholeText;
use crate::engine::Engine;
use crate::git::environment::Environment;
use crate::git::gap::{Gap, GapKind};
use crate::git::graph::{History, SecretHolders, Starts};
use crate::git::oid::Kind;
use crate::git::refs::Refs;
use crate::git::repo::{OpenError, OpenOptions, Repository};
use crate::git::store::{Limits, Store};
use crate::git::walk::walk;
use crate::model::{Confidence, Fingerprint, Problem, ProblemKind, Severity};
use crate::model::{Occurrence, Origin, Outcome, Outer, ScannedRepository, Stats};
use crate::pipeline::MEMORY;
use crate::policy::{self, PolicyError, Scope, Scopes};
use attribute::SHOWN_PLACES;
use located::Sightings;
use rayon::slice::ParallelSliceMut;
use secrets::{NumberedSecret, Sighted};
use select::Selected;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use thiserror::Error;

/// Reason why a history could not be scanned. Nothing was read.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// The repository cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The selected commits do not exist.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// A policy is malformed.
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
    whole_text: Option<WholeText>,
    /// Kinds of containers that stay closed.
    closed: Vec<String>,
    progress: Arc<Progress>,
    open: OpenOptions,
    environment: Environment,
}

impl<'e> HistoryScan<'e> {
    /// A scan that reports findings of at least this confidence.
    #[must_use]
    pub fn new(engine: &'e Engine, confidence: Confidence, progress: Arc<Progress>) -> HistoryScan<'e> {
        let (severity, policy, whole_text, open) = (Severity::Low, None, None, OpenOptions::default());
        let (closed, environment) = (Vec::new(), Environment::default());
        HistoryScan { engine, confidence, severity, policy, whole_text, closed, progress, open, environment }
    }

    /// The environment says where the parts of the current repository are.
    #[must_use]
    pub fn in_environment(self, environment: Environment) -> HistoryScan<'e> {
        HistoryScan { environment, ..self }
    }

    /// Applies a policy: the one of the repository's root selects the rules, and each finding is checked against the one of its own
    /// directory in the work tree.
    #[must_use]
    pub fn under(self, scopes: &'e Scopes, root: &Scope) -> HistoryScan<'e> {
        let (confidence, severity) = (root.confidence().value, root.severity().value);
        let whole_text = WholeText::of(root, self.engine);
        let closed = root.closed_containers();
        HistoryScan { confidence, severity, policy: Some(scopes), whole_text, closed, ..self }
    }

    /// Sets which references out of the repository are followed.
    #[must_use]
    pub fn opening(self, open: OpenOptions) -> HistoryScan<'e> {
        HistoryScan { open, ..self }
    }

    /// Scans the whole history of the repository at `path`: blobs, and messages of commits and tags. Unless specific commits are selected,
    /// this includes the histories of checked-out submodules.
    ///
    /// # Errors
    /// Fails when there is no repository, or the selection does not resolve.
    pub fn run(&self, path: &Path, selection: &Selection) -> Result<Outcome, HistoryError> {
        self.run_in(&self.environment.repository(path, self.open)?, path, selection)
    }

    /// Like [`HistoryScan::run`] for an open repository that the user calls `path`.
    ///
    /// # Errors
    /// Fails when the selection does not resolve.
    pub(in crate::pipeline) fn run_in(
        &self,
        repository: &Repository,
        path: &Path,
        selection: &Selection,
    ) -> Result<Outcome, HistoryError> {
        let begin = Instant::now();
        let (mut outcome, is_everything) = self.read(repository, path, selection)?;
        if !selection.paths.is_empty() {
            let counts = |one: &Occurrence| {
                one.origin.path().is_none_or(|path| pathspec::names(&selection.paths, &path.to_string_lossy()))
            };
            outcome.findings.retain(|finding| finding.occurrences.iter().any(counts));
        }
        outcome.problems.sort();
        outcome.problems.dedup();
        if let Some(scopes) = self.policy {
            let roots = if is_everything { vec![scopes.dir_of(path)] } else { Vec::new() };
            policy::apply(scopes, &policy::Scanned { roots, history: true }, &mut outcome)?;
        }
        shorten(&mut outcome);
        outcome.stats.elapsed = begin.elapsed();
        Ok(outcome)
    }

    /// Scans a repository and its checked-out submodules. Also returns whether all of its commits were selected.
    fn read(
        &self,
        repository: &Repository,
        path: &Path,
        selection: &Selection,
    ) -> Result<(Outcome, bool), HistoryError> {
        let refs = Refs::read(repository);
        let store = repository.store(Limits::of_memory(self.open.memory.unwrap_or(MEMORY)));
        let selected = selection.find(repository, &refs, &store)?;
        let scanned = Scanned { repository, refs: &refs, store: &store, path };
        let (mut outcome, submodules) = self.scan(&scanned, &selected, selection.unreachable || refs.are_unknown)?;
        drop(store);
        if self.progress.is_stopped() {
            let detail = "it was interrupted; what it found until then is reported".to_owned();
            outcome.problems.push(Problem { what: "the scan".to_owned(), kind: ProblemKind::Interrupted, detail });
        }
        let is_everything = selected.is_everything();
        if is_everything {
            for submodule in &submodules {
                match submodules::open(repository, submodule, self.open) {
                    Ok(inner) => {
                        let mut of_submodule = self.read(&inner, &path.join(submodule), selection)?.0;
                        for one in of_submodule.repositories.values_mut() {
                            let inside = one.submodule.take();
                            one.submodule = Some(inside.map_or_else(|| submodule.clone(), |path| submodule.join(path)));
                        }
                        outcome.merge(of_submodule);
                    }
                    Err(gap) => outcome.problems.push(unread::problem(gap, repository)),
                }
            }
        }
        Ok((outcome, is_everything))
    }

    /// Every sighting of every secret in every stored object, reachable or not, in order: object id, fingerprint, and start offset in the
    /// object's text, in bytes. A test compares this with separate scans of all objects.
    ///
    /// # Errors
    /// Fails when there is no repository.
    #[doc(hidden)]
    pub fn sightings(&self, path: &Path) -> Result<Vec<(String, Fingerprint, u64)>, HistoryError> {
        let repository = Repository::discover(path, self.open)?;
        let store = repository.store(Limits::default());
        let (gathered, secrets, _, _) = self.walk(&store);
        let name = |one: &Sighted| store.oid(one.object).map_or_else(String::new, |oid| oid.to_string());
        let sighting = |one: &Sighted| (name(one), secrets[one.found_id as usize].fingerprint, one.place.start());
        let mut sightings: Vec<_> = gathered.sighted.iter().map(sighting).collect();
        sightings.sort();
        sightings.dedup();
        Ok(sightings)
    }

    /// Scans all objects. Returns the results, the secrets by id, the gaps, and whether a limit was exceeded.
    fn walk(&self, store: &Store) -> (delta::Gathered, Vec<NumberedSecret>, Vec<Gap>, bool) {
        let scanner = delta::Scanner::new(self.engine, store, self.confidence, &self.progress)
            .with_whole_text_rules(self.whole_text.as_ref())
            .keeping_closed(&self.closed);
        let mut gathered = delta::Gathered::default();
        for kind in [Kind::Commit, Kind::Tag, Kind::Blob] {
            walk(store, kind, &scanner).into_iter().for_each(|worker| gathered.merge(worker));
        }
        gathered.sighted.par_sort_unstable();
        gathered.sighted.dedup();
        if let Some(observer) = self.progress.observer() {
            told::tell(&gathered, store, observer);
        }
        let (secrets, gaps, is_full) = scanner.finish();
        gathered.count(self.engine, &secrets);
        (gathered, secrets, gaps, is_full)
    }

    fn scan(
        &self,
        scanned: &Scanned<'_>,
        selected: &Selected,
        unreachable: bool,
    ) -> Result<(Outcome, Vec<PathBuf>), PolicyError> {
        let Scanned { repository, refs, store, path } = *scanned;
        let (gathered, found, mut gaps, is_full) = self.walk(store);
        let delta::Gathered { sighted, links, tags, pointers, closed, stats, .. } = gathered;

        let named = selected.named();
        // No reference reaches the commits of a push that is being received.
        let starts = if unreachable || selected.only.is_some() { Starts::Everything } else { Starts::Refs(&named) };
        let history = History::build(store, refs, &tags, links, &repository.shallow(), starts);
        let commits = selected.commits(store, &history);
        let secrets = found.iter().map(|one| one.secret_id + 1).max().unwrap_or(0);
        let pointers = unread::Pointers::new(pointers, secrets);
        let containers = unread::Pointers::new(closed.iter().map(|(blob, ..)| *blob).collect(), pointers.next_mark());
        let of = |one: &Sighted| (one.object, found[one.found_id as usize].secret_id);
        let marks = sighted
            .chunk_by(|one, next| of(one) == of(next))
            .map(|same| of(&same[0]))
            .chain(pointers.marks())
            .chain(containers.marks());
        let attributed = history.attribute(store, &SecretHolders::new(marks.collect()), commits.as_deref());

        for found in [&repository.gaps, store.gaps(), &refs.gaps, history.gaps(), &attributed.gaps] {
            gaps.extend(found.iter().cloned());
        }
        gaps.extend(unread::shallow(store, &history, commits.as_deref()));
        gaps.extend(pointers.gaps(store, &history, &attributed.marks, unreachable));
        // After an interruption nothing is known about the remaining objects, and objects that seem unreachable may be reachable.
        let is_stopped = self.progress.is_stopped();
        gaps.retain(|_| !is_stopped);
        let is_partial = is_full || is_stopped;
        let lacks_places = AtomicBool::new(attributed.marks.iter().any(|mark| mark.lacks_places));
        let contents = contents::Contents { engine: self.engine, progress: &self.progress, closed: &self.closed };
        let sightings = Sightings { engine: self.engine, contents, found: &found, sighted: &sighted, lacks_places };
        let attributor = attribute::Attributor {
            engine: self.engine,
            store,
            refs,
            history: &history,
            repository: path,
            sightings: &sightings,
            is_partial,
            lacks_sightings: is_full,
            confidence: self.confidence,
            severity: self.severity,
            policy: self.policy,
            whole_text: self.whole_text.as_ref(),
        };
        let mut made = attributor.findings(&attributed.marks, unreachable || is_partial)?;
        let has_more = attributor.reconsider(&attributed.marks, &attributed.followed, commits.as_deref(), &mut made)?;
        if has_more || sightings.lacks_places.load(Ordering::Relaxed) {
            let why = "a secret stands in more places than are judged: one that is exempt could hide one that is not";
            gaps.push(Gap::new(GapKind::TooLarge, "places of secrets", why));
        }
        let mut problems: Vec<Problem> = gaps.into_iter().map(|gap| unread::problem(gap, repository)).collect();
        if !is_stopped {
            problems.extend(contents::problems(closed, &containers, store, &history, &attributed.marks, unreachable));
        }
        let attribute::Attributed { mut findings, suppressed, below_confidence, below_severity, .. } = made;
        findings.sort_by(|a, b| (&a.occurrences, a.fingerprint).cmp(&(&b.occurrences, b.fingerprint)));
        let submodules = attributed.submodules.iter().map(|path| paths::path_of(path)).collect();
        let below_confidence = stats.below_confidence + below_confidence;
        let stats = Stats { below_confidence, below_severity, ..stats };
        let root_commit = root_commit(store, &history);
        let repositories = [(path.to_owned(), ScannedRepository { root_commit, submodule: None })].into();
        Ok((Outcome { findings, suppressed, problems, repositories, stats, ..Outcome::default() }, submodules))
    }
}

/// The oldest commit without parents. Where a shallow clone ends, commits have parents that are not stored: none is the root then.
fn root_commit(store: &Store, history: &History) -> Option<Arc<str>> {
    let commits = history.commits();
    let is_root = |at: &u32| commits.parents(*at).is_empty() && store.kind(commits.id(*at)) == Some(Kind::Commit);
    let first = (0..commits.len()).find(is_root).filter(|at| !history.boundary().contains(at))?;
    store.oid(commits.id(first)).map(|oid| oid.to_string().into())
}

/// Leaves of each finding so many places in a commit as are shown, now that all have been judged.
fn shorten(outcome: &mut Outcome) {
    let suppressed = outcome.suppressed.iter_mut().map(|one| &mut one.finding);
    for finding in outcome.findings.iter_mut().chain(suppressed) {
        let (mut files, mut others) = (0, 0);
        let mut last: Option<Arc<Origin>> = None;
        finding.occurrences.retain(|Occurrence { origin, .. }| {
            let count = if matches!(origin.outer, Outer::Committed { .. }) { &mut files } else { &mut others };
            if last.as_ref() != Some(origin) {
                *count += 1;
                last = Some(Arc::clone(origin));
            }
            *count <= SHOWN_PLACES
        });
    }
}

/// A repository that is being scanned.
struct Scanned<'r> {
    repository: &'r Repository,
    refs: &'r Refs,
    store: &'r Store,
    /// Its path as the user gave it.
    path: &'r Path,
}
