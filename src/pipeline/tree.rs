//! Scans files under the policies of their directories.
//!
//! A `stanch.toml` below a target may change which files are read and which rules apply. A sub-tree with its own configuration is therefore
//! skipped by the outer walk and scanned separately under its own scope: one *unit* after another, each with all threads.

use super::{Collector, Progress, Scan};
use crate::config;
use crate::engine::Engine;
use crate::model::RejectedMatch;
use crate::model::{Outcome, Stats};
use crate::policy::{PolicyError, Scanned, Scope, Scopes, apply};
use crate::sources::{FileOptions, Files, NestedConfigs, Source, SourceError, Stdin};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// Reason why files could not be scanned. The results are incomplete.
#[derive(Debug, Error)]
pub enum TreeError {
    /// A policy is malformed.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A source could not start.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// A scan of files, ready to be run.
#[derive(Debug)]
pub struct TreeScan<'s> {
    scopes: &'s Scopes,
    files: FileOptions,
    progress: Arc<Progress>,
    engines: HashMap<Vec<PathBuf>, Arc<Engine>>,
}

impl<'s> TreeScan<'s> {
    /// A scan under these scopes. File options that a policy can set are taken from the policy.
    #[must_use]
    pub fn new(scopes: &'s Scopes, files: FileOptions, progress: Arc<Progress>) -> TreeScan<'s> {
        TreeScan { scopes, files, progress, engines: HashMap::new() }
    }

    /// Scans everything below the targets; `-` is standard input.
    ///
    /// # Errors
    /// Fails when a target does not exist, or a policy of a sub-tree is at fault.
    pub fn run(
        mut self,
        targets: &[PathBuf],
        mut collector: Collector,
    ) -> Result<(Outcome, Vec<RejectedMatch>), TreeError> {
        let mut stats = Stats::default();
        let mut units: BTreeMap<Vec<PathBuf>, (Arc<Scope>, Vec<PathBuf>)> = BTreeMap::new();
        for target in targets {
            let scope = self.scopes.of_target(target)?;
            units.entry(scope.files()).or_insert_with(|| (scope, Vec::new())).1.push(target.clone());
        }
        while let Some((_, (scope, paths))) = units.pop_first() {
            let (done, nested) = self.unit(&scope, paths, targets, &mut collector)?;
            stats.add(&done);
            stats.elapsed += done.elapsed;
            for dir in nested {
                let scope = self.scopes.of_nested(&dir)?;
                units.entry(scope.files()).or_insert_with(|| (scope, Vec::new())).1.push(dir);
            }
        }
        let (mut outcome, rejected) = collector.finish(stats);
        let roots = targets.iter().filter(|target| target.is_dir());
        let scanned = Scanned { roots: roots.map(|target| self.scopes.dir_of(target)).collect(), history: false };
        apply(self.scopes, &scanned, &mut outcome)?;
        Ok((outcome, rejected))
    }

    /// Scans one unit; returns the directories below it that have a configuration of their own.
    fn unit(
        &mut self,
        scope: &Arc<Scope>,
        paths: Vec<PathBuf>,
        targets: &[PathBuf],
        collector: &mut Collector,
    ) -> Result<(Stats, Vec<PathBuf>), TreeError> {
        let engine = self.engine(scope)?;
        let (inputs, paths): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| path == Path::new("-"));
        let mut sources: Vec<Box<dyn Source>> = Vec::new();
        if !inputs.is_empty() {
            sources.push(Box::new(Stdin { name: self.files.stdin_name.clone() }));
        }
        let nested_configs = Arc::new(NestedConfigs::new(config::NAME));
        if !paths.is_empty() {
            let own: HashSet<&PathBuf> = paths.iter().collect();
            let others = targets.iter().filter(|target| !own.contains(target) && *target != Path::new("-"));
            let elsewhere: Vec<PathBuf> = others.cloned().collect();
            let options = FileOptions {
                gitignore: scope.gitignore().value,
                max_file_size: scope.max_file_size().map(|size| size.value),
                patterns: scope.excludes(),
                elsewhere,
                nested_configs: self.scopes.finds_configuration().then(|| Arc::clone(&nested_configs)),
                ..self.files.clone()
            };
            sources.push(Box::new(Files::new(paths, options)?));
        }
        let scan = Scan::new(&engine, scope.confidence().value, Arc::clone(&self.progress)).under(self.scopes, scope);
        let stats = scan.run(&sources, collector)?;
        Ok((stats, nested_configs.take()))
    }

    /// The engine for a scope's rules, shared by scopes with the same rules.
    fn engine(&mut self, scope: &Scope) -> Result<Arc<Engine>, PolicyError> {
        let key = scope.rules_key();
        if let Some(engine) = self.engines.get(&key) {
            return Ok(Arc::clone(engine));
        }
        let engine = Arc::new(scope.engine(scope.rule_set()?));
        self.engines.insert(key, Arc::clone(&engine));
        Ok(engine)
    }
}
