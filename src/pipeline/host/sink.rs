//! Receives detections of a host and adds how exposed each is.

use super::positional::Positional;
use crate::engine::Engine;
use crate::model::{
    Detection, Exposure, ExposureLevel, FactValue, Origin, Outer, Problem, Proof, Sink, Skip, Span, Step, Suppression,
};
use crate::pipeline::Collector;
use crate::policy::{Candidate, Scope};
use crate::sources::host::Host;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Feeds a [`Collector`].
pub(super) struct HostSink<'h> {
    host: &'h Host,
    collector: Collector,
    /// The last outer source and its exposure: findings of one file come together.
    last: Option<(Outer, Arc<Exposure>)>,
    /// Spans that rules found, by the origin.
    spans: HashMap<Origin, Vec<Span>>,
    /// Processes and variables with findings.
    wanted: BTreeSet<(u32, String)>,
}

impl<'h> HostSink<'h> {
    pub(super) fn new(host: &'h Host, collector: Collector) -> HostSink<'h> {
        HostSink { host, collector, last: None, spans: HashMap::new(), wanted: BTreeSet::new() }
    }

    /// The collector, and the processes and variables in which something was found.
    pub(super) fn finish(self) -> (Collector, BTreeSet<(u32, String)>) {
        (self.collector, self.wanted)
    }

    /// Takes a detection by position, unless a rule found the same bytes.
    pub(super) fn positional(&mut self, one: Positional, scope: &Scope, engine: &Engine) {
        let Positional { detection, is_presence } = one;
        let span = detection.occurrence.location.view;
        let known = self.spans.get(&*detection.occurrence.origin);
        let is_known = known.is_some_and(|known| {
            is_presence || known.iter().any(|other| other.start < span.end && span.start < other.end)
        });
        if is_known {
            return;
        }
        let path = detection.occurrence.origin.path().map(std::path::Path::to_owned);
        let by = scope.suppression_for(&Candidate {
            rule: detection.rule.as_str(),
            family: &detection.family,
            fingerprint: detection.fingerprint,
            secret: detection.secret.expose(),
            around: None,
            rules: engine.rules(),
            at: &|| path.clone(),
        });
        match by {
            Some(by) => self.suppressed(detection, by),
            None => self.detection(detection),
        }
    }

    fn exposed(&mut self, detection: &mut Detection) {
        let origin = Arc::clone(&detection.occurrence.origin);
        let known = self.last.as_ref().filter(|(outer, _)| *outer == origin.outer).map(|(_, known)| Arc::clone(known));
        let exposure = known.or_else(|| {
            let exposure = Arc::new(self.host.exposure(&origin)?);
            self.last = Some((origin.outer.clone(), Arc::clone(&exposure)));
            Some(exposure)
        });
        let Some(mut exposure) = exposure else { return };
        if let Some(is_encrypted) = encrypted(&detection.proof) {
            exposure = Arc::new(Exposure { encrypted: Some(is_encrypted), ..Exposure::clone(&exposure) });
        }
        // What is well kept has the rule's severity: it is told as inventory.
        if exposure.level != ExposureLevel::Kept {
            detection.severity = exposure.level.severity(detection.severity);
        }
        detection.occurrence.exposure = Some(exposure);
        self.wanted.extend(text_of_process(&origin).map(|(pid, _, name)| (pid, name)));
        let span = detection.occurrence.location.view;
        self.spans.entry(Origin::clone(&origin)).or_default().push(span);
    }
}

impl Sink for HostSink<'_> {
    fn detection(&mut self, mut detection: Detection) {
        self.exposed(&mut detection);
        self.collector.detection(detection);
    }

    fn suppressed(&mut self, mut detection: Detection, by: Suppression) {
        self.exposed(&mut detection);
        self.collector.suppressed(detection, by);
    }

    fn problem(&mut self, problem: Problem) {
        self.collector.problem(problem);
    }

    fn skip(&mut self, skip: Skip) {
        self.collector.skip(skip);
    }
}

/// Whether the secret's own bytes say that it is encrypted.
fn encrypted(proof: &Proof) -> Option<bool> {
    proof.facts.iter().find(|fact| fact.name == "encrypted").and_then(|fact| match fact.value {
        FactValue::Is(is) => Some(is),
        _ => None,
    })
}

/// The process, the field, and the name of the text within it: the variable's, or the field's.
pub(super) fn text_of_process(origin: &Origin) -> Option<(u32, &'static str, String)> {
    let Outer::Process { pid, field } = &origin.outer else { return None };
    let variable = origin.steps.iter().find_map(|step| match step {
        Step::Field { path } => path.strip_prefix("env[")?.strip_suffix(']'),
        _ => None,
    });
    Some((*pid, field, variable.unwrap_or(field).to_owned()))
}
