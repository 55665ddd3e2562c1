//! Scans a host: its places and processes go through the engine, values by position are added, and every occurrence is told how exposed it is.

mod positional;
mod sink;

use super::{Collector, Progress, Scan, TreeError};
use crate::model::{
    Blob, Exposure, ExposureLevel, Finding, Occurrence, Origin, Outcome, Outer, Problem, ProblemKind, Severity,
};
use crate::policy::{Scanned, Scopes, apply};
use crate::sources::host::{Finder, Host, HostEvent, KeyState, Place};
use crate::sources::{Event, Source, SourceError};
use positional::Positional;
use sink::HostSink;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A sweep of a host, ready to be run.
#[derive(Debug)]
pub struct HostScan<'s> {
    host: &'s Host,
    scopes: &'s Scopes,
    /// Lowest severity that is reported, once exposure is counted in.
    severity: Severity,
    progress: Arc<Progress>,
}

impl<'s> HostScan<'s> {
    /// A sweep under these scopes, whose severity is the lowest. Severity is compared when exposure is counted in.
    #[must_use]
    pub fn new(host: &'s Host, scopes: &'s Scopes, severity: Severity, progress: Arc<Progress>) -> HostScan<'s> {
        HostScan { host, scopes, severity, progress }
    }

    /// Runs it.
    ///
    /// # Errors
    /// Fails when a policy is malformed.
    pub fn run(self, collector: Collector) -> Result<Outcome, TreeError> {
        let HostScan { host, scopes, severity, progress } = self;
        let scope = scopes.of_target(Path::new("."))?;
        let engine = scope.engine(scope.rule_set()?);
        let scan = Scan::new(&engine, scope.confidence().value, progress).under(scopes, &scope);
        let positional = Arc::new(Mutex::new(Vec::new()));
        let source = Sweep { host, found: Arc::clone(&positional), max: scope.max_file_size().map(|size| size.value) };
        let mut sink = HostSink::new(host, collector);
        let stats = scan.run_each(&[&source], &mut sink)?;
        let positional = std::mem::take(&mut *positional.lock().unwrap_or_else(PoisonError::into_inner));
        for one in positional {
            sink.positional(one, &scope, &engine);
        }
        let (collector, wanted) = sink.finish();
        let (mut outcome, _) = collector.finish(stats);
        apply(scopes, &Scanned::default(), &mut outcome)?;
        also_in(host, &wanted.into_iter().collect::<Vec<_>>(), &mut outcome);
        sort_out(&mut outcome, severity);
        Ok(outcome)
    }
}

/// Adds the processes that have the same variable or command line as the one where it was found.
fn also_in(host: &Host, wanted: &[(u32, String)], outcome: &mut Outcome) {
    let others = host.same_in_others(wanted);
    if others.is_empty() {
        return;
    }
    let mut exposures: HashMap<(u32, &'static str), Arc<Exposure>> = HashMap::new();
    let suppressed = outcome.suppressed.iter_mut().map(|one| &mut one.finding);
    for finding in outcome.findings.iter_mut().chain(suppressed) {
        let mut more = Vec::new();
        for occurrence in &finding.occurrences {
            let Some((pid, field, name)) = sink::text_of_process(&occurrence.origin) else { continue };
            for pid in others.get(&(pid, name)).into_iter().flatten() {
                let outer = Outer::Process { pid: *pid, field };
                let origin = Origin { outer, steps: occurrence.origin.steps.clone() };
                let exposure = exposures.entry((*pid, field)).or_insert_with(|| {
                    let known = host.exposure(&origin);
                    Arc::new(
                        known.unwrap_or_else(|| Exposure::clone(occurrence.exposure.as_deref().unwrap_or(&UNKNOWN))),
                    )
                });
                let exposure = Some(Arc::clone(exposure));
                more.push(Occurrence { origin: Arc::new(origin), exposure, ..occurrence.clone() });
            }
        }
        finding.occurrences.extend(more);
        finding.tidy();
    }
}

/// What is known of a place of which nothing is.
static UNKNOWN: std::sync::LazyLock<Exposure> = std::sync::LazyLock::new(|| Exposure {
    level: ExposureLevel::Owner,
    store: "unknown".into(),
    belongs: false,
    owner: None,
    group: None,
    mode: None,
    proper_mode: None,
    acl: Vec::new(),
    readers: Vec::new(),
    since: None,
    encrypted: None,
    process: None,
    change: None,
    first_seen: None,
});

/// Puts what lies well kept where it belongs into the inventory, and drops what is below the severity asked for.
fn sort_out(outcome: &mut Outcome, least: Severity) {
    let mut findings = Vec::with_capacity(outcome.findings.len());
    for mut finding in std::mem::take(&mut outcome.findings) {
        let is_open = |one: &Occurrence| one.exposure.as_ref().is_none_or(|exposure| exposure.is_finding());
        let (open, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut finding.occurrences).into_iter().partition(is_open);
        if !kept.is_empty() {
            outcome.inventory.push(Finding { occurrences: kept, ..finding.clone() });
        }
        if open.is_empty() {
            continue;
        }
        if finding.severity < least {
            outcome.stats.below_severity += 1;
            continue;
        }
        finding.occurrences = open;
        findings.push(finding);
    }
    outcome.findings = findings;
}

/// The host as a source of blobs; what it finds without the engine is kept aside.
struct Sweep<'h> {
    host: &'h Host,
    found: Arc<Mutex<Vec<Positional>>>,
    max: Option<u64>,
}

impl Source for Sweep<'_> {
    fn describe(&self) -> String {
        self.host.describe()
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        self.host.visit(&mut |event| match event {
            HostEvent::Problem(problem) => each(Event::Problem(problem)),
            HostEvent::Skip(skip) => each(Event::Skip(skip)),
            HostEvent::Open { origin, file } => each(Event::Blob(Blob::file(origin, file, &mut { file }))),
            HostEvent::Text(text) => {
                let values = text.secrets.iter().cloned();
                self.keep(values.map(|span| {
                    Positional::value(&text.origin, text.text, span, "command-line", text.name, Severity::High)
                }));
                each(Event::Blob(Blob::memory(text.origin, text.text, &mut { text.text })))
            }
            HostEvent::File { origin, place, file } => self.file(origin, place, file, each),
        });
        Ok(())
    }
}

impl Sweep<'_> {
    fn keep(&self, found: impl Iterator<Item = Positional>) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
    }

    fn file(
        &self,
        origin: Origin,
        place: &Arc<Place>,
        mut file: &File,
        each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync),
    ) -> ControlFlow<()> {
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let store = &place.store;
        let name = place.name.as_deref().unwrap_or("Secret by its place");
        if place.finder == Finder::Presence {
            if size > 0 {
                self.keep(std::iter::once(Positional::presence(&origin, store, name, place.severity(), None)));
            }
            return ControlFlow::Continue(());
        }
        if let Some(max) = self.max.filter(|max| size > *max) {
            let what = origin.display().into_owned();
            let detail = format!(
                "{size} bytes, and --max-file-size is {max}; raise it, or accept the gap with --allow-incomplete"
            );
            return each(Event::Problem(Problem { what, kind: ProblemKind::TooLarge, detail }));
        }
        if place.finder == Finder::Key
            && let Ok(Some(state)) = self.host.key_state(file)
            && state != KeyState::OnCard
        {
            let is_closed = Some(state == KeyState::Closed);
            let severity = if state == KeyState::Closed { Severity::Low } else { place.severity() };
            self.keep(std::iter::once(Positional::presence(&origin, store, name, severity, is_closed)));
        }
        // The engine meets the same error and reports it.
        if let Ok(values) = self.host.values(place, file) {
            if values.is_cut {
                let what = origin.display().into_owned();
                let detail = "only its beginning was searched for values by position; all of it by the rules";
                each(Event::Problem(Problem { what, kind: ProblemKind::TooLarge, detail: detail.to_owned() }))?;
            }
            let severity = place.severity();
            let spans = values.spans.iter().cloned();
            self.keep(spans.map(|span| Positional::value(&origin, &values.text, span, store, name, severity)));
        }
        if file.seek(SeekFrom::Start(0)).is_err() {
            return ControlFlow::Continue(());
        }
        each(Event::Blob(Blob::file(origin, file, &mut { file })))
    }
}
