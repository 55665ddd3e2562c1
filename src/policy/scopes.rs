//! Finds the scope of a path.

use super::compat::GitleaksPolicy;
use super::error::PolicyError;
use super::layer::Ready;
use super::loaded_ledger::LoadedLedger;
use super::options::{BaselineChoice, PolicyOptions};
use super::scope::Scope;
use crate::compat;
use crate::compat::gitleaks::Input;
use crate::config::{self, ConfigError, is_repository, slashed};
use crate::ledger::{Baseline, IgnoreFile};
use crate::model::{Day, Origin, Outer};
use crate::policy_file::{self, NamedBy};
use crate::rules::RuleSet;
use std::collections::{HashMap, HashSet};
use std::env;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Longest path of a directory, in bytes (Linux's `PATH_MAX`); files below a longer one cannot be opened. A history can name longer paths.
const MAX_PATH_BYTES: usize = 4096;
/// Name of gitleaks' ignore file.
const GITLEAKS_IGNORE: &str = ".gitleaksignore";

/// The scopes of all scanned paths.
#[derive(Debug)]
pub struct Scopes {
    options: Arc<PolicyOptions>,
    today: Day,
    here: PathBuf,
    /// Targets of the scan: the prefix of reported paths, and the absolute path.
    roots: HashMap<PathBuf, PathBuf>,
    forced: Option<Vec<Arc<Ready>>>,
    /// The gitleaks configuration that the user named.
    gitleaks: Option<Arc<GitleaksPolicy>>,
    /// Root of the scan: the repository, or the directory, of the first target.
    top: PathBuf,
    pub(super) found: Mutex<HashMap<PathBuf, Arc<Scope>>>,
    /// Scopes of directories with findings, by the reported path.
    pub(super) met: Mutex<HashMap<PathBuf, Arc<Scope>>>,
    baselines: Mutex<HashMap<PathBuf, Arc<LoadedLedger<Baseline>>>>,
    /// Policy files that are ignored because another user owns them.
    strangers: Mutex<HashSet<PathBuf>>,
}

/// The current day, in UTC.
#[must_use]
pub fn today() -> Day {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Day::of(since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
}

impl Scopes {
    /// The scopes for these targets. `-` is standard input, which belongs to the current directory.
    ///
    /// # Errors
    /// Fails when a policy file that applies to one of them is malformed.
    pub fn new(options: PolicyOptions, targets: &[PathBuf]) -> Result<Scopes, PolicyError> {
        let here = env::current_dir().and_then(|dir| dir.canonicalize()).unwrap_or_else(|_| PathBuf::from("/"));
        let mut scopes = Scopes {
            options: Arc::new(options),
            today: today(),
            roots: HashMap::from([(PathBuf::new(), here.clone()), (PathBuf::from("."), here.clone())]),
            here,
            forced: None,
            gitleaks: None,
            top: PathBuf::new(),
            found: Mutex::default(),
            met: Mutex::default(),
            baselines: Mutex::default(),
            strangers: Mutex::default(),
        };
        for target in targets.iter().filter(|target| *target != Path::new("-")) {
            let full = target.canonicalize().unwrap_or_else(|_| scopes.here.join(target));
            let tidy = target.strip_prefix(".").unwrap_or(target).to_owned();
            scopes.roots.insert(target.clone(), full.clone());
            scopes.roots.insert(tidy, full);
        }
        let first = scopes.dir_of(targets.first().map_or(Path::new("."), PathBuf::as_path));
        scopes.top = first.ancestors().find(|dir| is_repository(dir)).unwrap_or(&first).to_owned();
        let named = scopes.options.config.as_ref().filter(|file| is_gitleaks(file)).cloned().map(Input::File);
        if let Some(input) = scopes.options.gitleaks.config.as_ref().or(named.as_ref()) {
            let only = &scopes.options.gitleaks.only;
            let gitleaks = GitleaksPolicy::load(input, only, &scopes.top, &|path| scopes.name(path))?;
            scopes.gitleaks = Some(Arc::new(gitleaks));
        }
        scopes.forced = scopes.force(targets.first().map_or(Path::new("."), PathBuf::as_path))?;
        for target in targets {
            scopes.of_target(target)?;
        }
        Ok(scopes)
    }

    /// The layers when the user named one configuration, or none.
    fn force(&self, target: &Path) -> Result<Option<Vec<Arc<Ready>>>, PolicyError> {
        if self.options.no_config {
            return Ok(Some(Vec::new()));
        }
        let Some(file) = &self.options.config else { return Ok(None) };
        if is_gitleaks(file) {
            return Ok(Some(Vec::new()));
        }
        let path = file
            .canonicalize()
            .map_err(|error| ConfigError::one(&file.to_string_lossy(), 0, format!("--config: {error}")))?;
        let target = self.dir_of(target);
        let root = target.ancestors().find(|dir| is_repository(dir)).unwrap_or(&target);
        // Its patterns are relative to its own directory if it would have been found there, and otherwise to the target.
        let own = path.parent().filter(|dir| target.starts_with(dir));
        Ok(Some(self.load(&path, own.unwrap_or(root), NamedBy::User)?))
    }

    fn load(&self, path: &Path, base: &Path, by: NamedBy) -> Result<Vec<Arc<Ready>>, PolicyError> {
        let layers = config::load(path, base, by, &|path| self.name(path))?;
        layers.into_iter().map(|layer| Ready::new(layer).map(Arc::new)).collect()
    }

    /// Whether `stanch.toml` files are searched for.
    #[must_use]
    pub fn finds_configuration(&self) -> bool {
        self.forced.is_none()
    }

    /// The scope of a target.
    ///
    /// # Errors
    /// Fails when a policy file that applies there is malformed.
    pub fn of_target(&self, target: &Path) -> Result<Arc<Scope>, PolicyError> {
        let dir = self.dir_of(target);
        if let Some(known) = lock(&self.found).get(&dir) {
            return Ok(Arc::clone(known));
        }
        let mut scope = self.outermost()?;
        let above = config::above(&dir);
        lock(&self.strangers).extend(above.strangers);
        for one in above.dirs {
            let known = lock(&self.found).get(&one).cloned();
            scope = match known {
                Some(known) => known,
                None => self.refine(&scope, &one)?,
            };
            lock(&self.found).insert(one, Arc::clone(&scope));
        }
        lock(&self.found).insert(dir, Arc::clone(&scope));
        Ok(scope)
    }

    /// The scope of a directory below a target.
    ///
    /// # Errors
    /// Fails when a policy file that applies there is malformed.
    pub(crate) fn of_nested(&self, dir: &Path) -> Result<Arc<Scope>, PolicyError> {
        self.of_dir(&self.full(dir))
    }

    /// The scope of an origin, and its absolute path if it is a file.
    ///
    /// # Errors
    /// Fails when a policy file that applies there is malformed.
    pub fn of(&self, origin: &Origin) -> Result<(Arc<Scope>, Option<PathBuf>), PolicyError> {
        let path = self.absolute(origin);
        let scope = match (&path, &origin.outer) {
            (Some(path), _) => self.of_dir(path.parent().unwrap_or(path))?,
            (None, Outer::Object { repository, .. }) => self.of_target(repository)?,
            (None, _) => self.of_target(Path::new("."))?,
        };
        Ok((scope, path))
    }

    /// The scope of an absolute directory.
    fn of_dir(&self, dir: &Path) -> Result<Arc<Scope>, PolicyError> {
        let mut scope = None;
        let mut todo = Vec::new();
        // No recursion: the directories of a history can be nested to any depth.
        for one in dir.ancestors().filter(|one| one.as_os_str().len() <= MAX_PATH_BYTES) {
            scope = lock(&self.found).get(one).cloned();
            if scope.is_some() {
                break;
            }
            todo.push(one);
        }
        let mut scope = scope.map_or_else(|| self.outermost(), Ok)?;
        for one in todo.into_iter().rev() {
            scope = self.refine(&scope, one)?;
            lock(&self.found).insert(one.to_owned(), Arc::clone(&scope));
        }
        Ok(scope)
    }

    fn outermost(&self) -> Result<Arc<Scope>, PolicyError> {
        let layers = self.forced.clone().unwrap_or_default();
        let mut known = Vec::new();
        if let Some(path) = &self.options.gitleaks.ignores {
            let file = if path.is_dir() { path.join(GITLEAKS_IGNORE) } else { path.clone() };
            // By default gitleaks looks in the current directory and accepts that there is no ignore file.
            if policy_file::exists(&file) || !path.is_dir() {
                known.push(self.gitleaks_ignore(&file, &self.top, NamedBy::User)?);
            }
        }
        let baseline = match &self.options.baseline {
            BaselineChoice::File(path) => self.any_baseline(path, NamedBy::User, &mut known)?,
            _ => self.configured_baseline(&layers, &mut known)?,
        };
        let gitleaks = match &self.gitleaks {
            Some(gitleaks) => Some(Arc::clone(gitleaks)),
            None => self.configured_gitleaks(&layers)?,
        };
        let (options, today, ignores) = (Arc::clone(&self.options), self.today, Vec::new());
        let scope = Scope { options, today, baseline, layers, ignores, gitleaks, known };
        Ok(Arc::new(scope))
    }

    /// The scope of a directory, derived from that of its parent.
    fn refine(&self, outer: &Arc<Scope>, dir: &Path) -> Result<Arc<Scope>, PolicyError> {
        let mut layers = outer.layers.clone();
        if self.forced.is_none() && config::exists_in(dir, config::NAME) {
            let known: HashSet<PathBuf> = outer.files().into_iter().collect();
            let new = self.load(&dir.join(config::NAME), dir, NamedBy::Repository)?;
            layers.extend(new.into_iter().filter(|ready| !known.contains(&ready.layer.path)));
        }
        let mut ignores = outer.ignores.clone();
        if !self.options.no_ignores && config::exists_in(dir, ".stanchignore") {
            ignores.push(Arc::new(self.ignore_file(&dir.join(".stanchignore"))?));
        }
        let mut known = outer.known.clone();
        if !self.options.no_ignores && config::exists_in(dir, GITLEAKS_IGNORE) {
            let file = dir.join(GITLEAKS_IGNORE);
            // The file that the user named may also be found here.
            if known.iter().all(|known| known.file != self.name(&file)) {
                known.push(self.gitleaks_ignore(&file, dir, NamedBy::Repository)?);
            }
        }
        let mut gitleaks = outer.gitleaks.clone();
        if self.gitleaks.is_none() && layers.len() > outer.layers.len() {
            gitleaks = self.configured_gitleaks(&layers[outer.layers.len()..])?.or(gitleaks);
        }
        let mut baseline = outer.baseline.clone();
        if self.options.baseline == BaselineChoice::Found {
            if layers.len() > outer.layers.len() {
                baseline = self.configured_baseline(&layers, &mut known)?.or(baseline);
            }
            let is_configured = layers.iter().any(|ready| ready.layer.baseline.is_some());
            if !is_configured && config::exists_in(dir, ".stanch-baseline") {
                baseline = Some(self.baseline(&dir.join(".stanch-baseline"), NamedBy::Repository)?);
            }
        }
        let is_same = layers.len() == outer.layers.len()
            && ignores.len() == outer.ignores.len()
            && known.len() == outer.known.len()
            && baseline.as_ref().map(Arc::as_ptr) == outer.baseline.as_ref().map(Arc::as_ptr);
        if is_same {
            return Ok(Arc::clone(outer));
        }
        let (options, today) = (Arc::clone(&self.options), self.today);
        Ok(Arc::new(Scope { options, today, layers, ignores, baseline, gitleaks, known }))
    }

    fn configured_baseline(
        &self,
        layers: &[Arc<Ready>],
        known: &mut Vec<Arc<compat::KnownList>>,
    ) -> Result<Option<Arc<LoadedLedger<Baseline>>>, PolicyError> {
        if self.options.baseline != BaselineChoice::Found {
            return Ok(None);
        }
        let innermost = layers.iter().rev().find_map(|ready| Some((ready, ready.layer.baseline.as_ref()?)));
        let Some((ready, name)) = innermost else { return Ok(None) };
        let path = ready.layer.path.parent().unwrap_or(Path::new(".")).join(&name.value);
        if !path.exists() {
            let why = format!("baseline `{}`: no such file; `stanch baseline create` makes one", name.value);
            return Err(ConfigError::one(&ready.layer.file, name.line, why).into());
        }
        self.any_baseline(&path, NamedBy::Repository, known)
    }

    /// The innermost gitleaks configuration that a layer names.
    fn configured_gitleaks(&self, layers: &[Arc<Ready>]) -> Result<Option<Arc<GitleaksPolicy>>, PolicyError> {
        let innermost = layers.iter().rev().find_map(|ready| Some((ready, ready.layer.gitleaks.as_ref()?)));
        let Some((ready, name)) = innermost else { return Ok(None) };
        let path = ready.layer.path.parent().unwrap_or(Path::new(".")).join(&name.value);
        if !path.exists() {
            let why = format!("gitleaks `{}`: no such file", name.value);
            return Err(ConfigError::one(&ready.layer.file, name.line, why).into());
        }
        let gitleaks = GitleaksPolicy::load(&Input::Found(path), &[], &ready.layer.base, &|path| self.name(path))?;
        Ok(Some(Arc::new(gitleaks)))
    }

    fn gitleaks_ignore(&self, path: &Path, base: &Path, by: NamedBy) -> Result<Arc<compat::KnownList>, PolicyError> {
        let text = text_of(path, by, "ignore file")?;
        Ok(Arc::new(compat::KnownList::ignore_file(&self.name(path), base, &text)?))
    }

    /// A stanch baseline, or a list of another scanner, which is added to `known`.
    fn any_baseline(
        &self,
        path: &Path,
        by: NamedBy,
        known: &mut Vec<Arc<compat::KnownList>>,
    ) -> Result<Option<Arc<LoadedLedger<Baseline>>>, PolicyError> {
        let text = text_of(path, by, "baseline")?;
        if !compat::KnownList::is_list(&text) {
            return self.baseline(path, by).map(Some);
        }
        known.push(Arc::new(compat::KnownList::list(&self.name(path), &self.top, &text)?));
        Ok(None)
    }

    fn baseline(&self, path: &Path, by: NamedBy) -> Result<Arc<LoadedLedger<Baseline>>, PolicyError> {
        let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if let Some(known) = lock(&self.baselines).get(&place) {
            return Ok(Arc::clone(known));
        }
        let file = self.name(path);
        let content = Baseline::parse(&file, &text_of(path, by, "baseline")?)?;
        let slow = content.secrets.iter().filter(|(mark, _)| mark.salt.is_some()).map(|(_, family)| family.clone());
        let slow_families = slow.collect();
        let known = Arc::new(LoadedLedger { file, path: place.clone(), content, slow_families, met: Mutex::default() });
        lock(&self.baselines).insert(place, Arc::clone(&known));
        Ok(known)
    }

    fn ignore_file(&self, path: &Path) -> Result<LoadedLedger<IgnoreFile>, PolicyError> {
        let file = self.name(path);
        let content = IgnoreFile::parse(&file, &text_of(path, NamedBy::Repository, "ignore file")?)?;
        let slow =
            content.entries().filter(|(_, entry)| entry.mark.salt.is_some()).map(|(_, entry)| entry.family.clone());
        let slow_families = slow.collect();
        Ok(LoadedLedger { file, path: path.to_owned(), content, slow_families, met: Mutex::default() })
    }

    /// The absolute path of a file, by any path that leads to it.
    #[must_use]
    pub fn absolute(&self, origin: &Origin) -> Option<PathBuf> {
        match &origin.outer {
            Outer::File(path) => Some(self.full(path)),
            Outer::Committed { repository, path, .. }
            | Outer::Staged { repository, path }
            | Outer::WorkTree { repository, path } => Some(self.work_tree(repository).join(path)),
            Outer::Stdin | Outer::Object { .. } | Outer::Image { .. } | Outer::Process { .. } => None,
        }
    }

    /// Whether this path is a target.
    pub(super) fn is_root(&self, path: &Path) -> bool {
        self.roots.contains_key(path)
    }

    /// The absolute path, by the target that contains it.
    #[must_use]
    pub fn full(&self, path: &Path) -> PathBuf {
        let root = path.ancestors().find_map(|above| Some((above, self.roots.get(above)?)));
        let Some((above, full)) = root else { return self.here.join(path) };
        let inside = path.strip_prefix(above).unwrap_or(path);
        if inside.as_os_str().is_empty() {
            return full.clone();
        }
        // `a/../b` below the current directory is not a target under that name, but callers may pass it.
        if inside.components().any(|part| part == Component::ParentDir) {
            return full.join(inside).canonicalize().unwrap_or_else(|_| full.join(inside));
        }
        full.join(inside)
    }

    /// The root of a repository's work tree, or the repository itself when it is bare.
    fn work_tree(&self, repository: &Path) -> PathBuf {
        let full = self.full(repository);
        full.ancestors().find(|dir| is_repository(dir)).map(Path::to_owned).unwrap_or(full)
    }

    /// The absolute directory of a target: the target itself, or the directory that contains it.
    #[must_use]
    pub fn dir_of(&self, target: &Path) -> PathBuf {
        if target == Path::new("-") {
            return self.here.clone();
        }
        let full = self.full(target);
        if full.is_dir() { full } else { full.parent().map_or_else(|| self.here.clone(), Path::to_owned) }
    }

    /// Name of a file in messages: relative to the current directory if it is below it, with `/` on every system.
    #[must_use]
    pub fn name(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.here).unwrap_or(path);
        slashed(&inside.to_string_lossy(), cfg!(windows)).into_owned()
    }

    /// The ignore files that were loaded, sorted by path.
    #[must_use]
    pub fn ignore_files(&self) -> Vec<Arc<LoadedLedger<IgnoreFile>>> {
        let scopes: Vec<Arc<Scope>> = lock(&self.found).values().cloned().collect();
        let mut files: Vec<_> = scopes.iter().flat_map(|scope| scope.ignores.iter().cloned()).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        files
    }

    /// Settings without effect in all loaded scopes. `roots` are directories that were walked completely (or, in a history, of which all
    /// versions were read).
    pub(super) fn dead(&self, roots: &[PathBuf], was_walked: bool, is_complete: bool) -> Vec<String> {
        let mut seen: HashSet<PathBuf> = HashSet::new();
        let stranger = |path: &PathBuf| {
            let why = "it lies above what is scanned, outside of a repository, and belongs to another user";
            format!("{}: not followed: {why}; --config names it", self.name(path))
        };
        let mut notes: Vec<String> = lock(&self.strangers).iter().map(stranger).collect();
        let scopes: Vec<Arc<Scope>> = lock(&self.found).values().cloned().collect();
        for scope in scopes {
            notes.extend(scope.known.iter().flat_map(|known| known.notes.iter().cloned()));
            notes.extend(scope.gitleaks.iter().flat_map(|gitleaks| gitleaks.config.notes.iter().cloned()));
            let rules = scope.layers.iter().any(|ready| !seen.contains(&ready.layer.path)).then(|| all_rules(&scope));
            let Some(rules) = rules else { continue };
            for ready in scope.layers.iter().filter(|ready| seen.insert(ready.layer.path.clone())) {
                notes.extend(ready.dead(&rules, self.today));
                if is_complete && roots.iter().any(|root| ready.layer.base.starts_with(root)) {
                    notes.extend(ready.unused(was_walked, self.today));
                }
            }
        }
        notes
    }
}

/// The rules of a scope, including disabled ones.
pub(super) fn all_rules(scope: &Scope) -> RuleSet {
    let mut set = RuleSet::builtin();
    let files = scope.options.rules.iter().map(|file| (file.clone(), NamedBy::User));
    let configured = scope.layers().flat_map(|layer| {
        let dir = layer.path.parent().unwrap_or(Path::new("."));
        layer.rule_files.iter().map(|file| (dir.join(&file.value), NamedBy::Repository))
    });
    for (file, by) in files.chain(configured) {
        // Faults of rule files were reported when the rules were built.
        let _ = set.add_file(&file, by);
    }
    for layer in scope.layers().filter(|layer| layer.own_rules.is_some()) {
        let _ = set.add_configuration(&layer.file, &layer.text);
    }
    match &scope.gitleaks {
        Some(gitleaks) => {
            RuleSet::of(set.rules().iter().chain(gitleaks.rule_set(RuleSet::of(Vec::new())).rules()).cloned().collect())
        }
        None => set,
    }
}

/// Whether a configuration file is one of gitleaks, by its name.
fn is_gitleaks(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().contains("gitleaks"))
}

fn text_of(path: &Path, by: NamedBy, what: &'static str) -> Result<String, PolicyError> {
    policy_file::lines(path, by).map_err(|error| PolicyError::Unreadable {
        what,
        path: path.to_owned(),
        error: error.to_string(),
    })
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
