//! The policy of one directory.

use super::candidate::Candidate;
use super::compat::GitleaksPolicy;
use super::error::PolicyError;
use super::inline::Comment;
use super::layer::Ready;
use super::loaded_ledger::LoadedLedger;
use super::options::PolicyOptions;
use super::rules::{disabled_by, rule_set};
use crate::compat;
use crate::config::{At, Layer, Patterns, ReportDefaults};
use crate::engine::{DECODE_DEPTH, Engine};
use crate::ledger::{Baseline, IgnoreFile};
use crate::model::{Cause, Confidence, Day, Severity, Suppression};
use crate::rules::RuleSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Origin of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingOrigin {
    /// Built-in default.
    BuiltIn,
    /// A flag of the command line.
    Flag,
    /// A file, as `FILE:LINE`.
    File(String),
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingOrigin::BuiltIn => f.write_str("built-in"),
            SettingOrigin::Flag => f.write_str("flag"),
            SettingOrigin::File(place) => f.write_str(place),
        }
    }
}

/// A setting with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: SettingOrigin,
}

/// The policy of one directory.
#[derive(Debug)]
pub struct Scope {
    pub(super) options: Arc<PolicyOptions>,
    pub(super) today: Day,
    /// Outermost first.
    pub(super) layers: Vec<Arc<Ready>>,
    pub(super) ignores: Vec<Arc<LoadedLedger<IgnoreFile>>>,
    pub(super) baseline: Option<Arc<LoadedLedger<Baseline>>>,
    /// The gitleaks configuration that applies.
    pub(super) gitleaks: Option<Arc<GitleaksPolicy>>,
    /// Other scanners' ignore files and baselines, outermost first.
    pub(super) known: Vec<Arc<compat::KnownList>>,
}

impl Scope {
    /// The enabled rules.
    ///
    /// # Errors
    /// Fails when a rule of the user's is malformed, or all rules are disabled.
    pub fn rule_set(&self) -> Result<RuleSet, PolicyError> {
        rule_set(&self.options.rules, &self.layers, self.gitleaks.as_deref())
    }

    /// An engine for some rules that decodes as deep as was asked for.
    #[must_use]
    pub fn engine(&self, rules: RuleSet) -> Engine {
        Engine::new(rules).with_decode_depth(self.options.decode_depth.unwrap_or(DECODE_DEPTH))
    }

    /// The files that determine the rules; scopes with equal keys have equal rules.
    #[must_use]
    pub fn rules_key(&self) -> Vec<PathBuf> {
        let changing = self.layers.iter().filter(|ready| ready.layer.changes_rules());
        let gitleaks = self.gitleaks.iter().map(|gitleaks| PathBuf::from(&gitleaks.config.file));
        changing.map(|ready| ready.layer.path.clone()).chain(gitleaks).collect()
    }

    /// The gitleaks configuration that applies.
    #[must_use]
    pub fn gitleaks(&self) -> Option<&Arc<GitleaksPolicy>> {
        self.gitleaks.as_ref()
    }

    /// The configuration files that apply, outermost first.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        self.layers.iter().map(|ready| ready.layer.path.clone()).collect()
    }

    /// Their content, outermost first.
    pub fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.layers.iter().map(|ready| ready.layer.as_ref())
    }

    /// The ignore files that apply, outermost first.
    #[must_use]
    pub fn ignores(&self) -> &[Arc<LoadedLedger<IgnoreFile>>] {
        &self.ignores
    }

    /// The baseline that applies.
    #[must_use]
    pub fn baseline(&self) -> Option<&Arc<LoadedLedger<Baseline>>> {
        self.baseline.as_ref()
    }

    /// Other scanners' ignore files and baselines, outermost first.
    #[must_use]
    pub fn known(&self) -> &[Arc<compat::KnownList>] {
        &self.known
    }

    /// Lowest confidence that is reported.
    #[must_use]
    pub fn confidence(&self) -> Setting<Confidence> {
        self.chosen(self.options.confidence, |layer| layer.confidence.as_ref(), Confidence::Medium)
    }

    /// Lowest severity that is reported.
    #[must_use]
    pub fn severity(&self) -> Setting<Severity> {
        self.chosen(self.options.severity, |layer| layer.severity.as_ref(), Severity::Low)
    }

    /// Whether ignore files of version control apply.
    #[must_use]
    pub fn gitignore(&self) -> Setting<bool> {
        self.chosen(self.options.gitignore, |layer| layer.gitignore.as_ref(), false)
    }

    /// Whether comments in scanned files can suppress a finding.
    #[must_use]
    pub fn inline(&self) -> Setting<bool> {
        self.chosen(self.options.no_inline.then_some(false), |layer| layer.inline.as_ref(), true)
    }

    /// Largest file that is read, in bytes.
    #[must_use]
    pub fn max_file_size(&self) -> Option<Setting<u64>> {
        let nothing = Setting { value: u64::MAX, origin: SettingOrigin::BuiltIn };
        let chosen = self.chosen(self.options.max_file_size, |layer| layer.max_file_size.as_ref(), u64::MAX);
        Some(chosen).filter(|chosen| *chosen != nothing)
    }

    /// Report settings for flags that are not given; the innermost value of each key.
    #[must_use]
    pub fn report(&self) -> ReportDefaults {
        let mut defaults = ReportDefaults::default();
        for report in self.layers().map(|layer| &layer.report) {
            let ReportDefaults { format, color, exit_code, allow_incomplete } = report.clone();
            defaults.format = format.or(defaults.format);
            defaults.color = color.or(defaults.color);
            defaults.exit_code = exit_code.or(defaults.exit_code);
            defaults.allow_incomplete = allow_incomplete.or(defaults.allow_incomplete);
        }
        defaults
    }

    /// The patterns of excluded paths, outermost first.
    #[must_use]
    pub fn excludes(&self) -> Vec<Arc<Patterns>> {
        self.layers.iter().map(|ready| Arc::clone(&ready.exclude)).filter(|patterns| !patterns.is_empty()).collect()
    }

    /// The kinds of containers that stay closed: those of all files.
    #[must_use]
    pub fn closed_containers(&self) -> Vec<String> {
        self.layers().flat_map(|layer| layer.closed.iter().map(|kind| kind.value.clone())).collect()
    }

    /// The suppression of an excluded file.
    #[must_use]
    pub fn excluded(&self, path: &Path) -> Option<Suppression> {
        let decided = self.layers.iter().rev().find_map(|ready| Some((ready, ready.exclude.decide_file(path)?)));
        let (ready, _) = decided.filter(|(_, is_excluded)| *is_excluded)?;
        let line = ready.exclude.line_of(path).unwrap_or(0);
        Some(Suppression { cause: Cause::Excluded, ..said(ready.layer.place(line)) })
    }

    /// The suppression of a rule that is disabled or below the thresholds here. Only for histories, which are scanned with one set of
    /// rules; a tree scan applies this before it reads a file.
    pub(crate) fn switched_off(&self, rule: &str, confidence: Confidence, severity: Severity) -> Option<Suppression> {
        if let Some(place) = disabled_by(&self.layers, rule) {
            return Some(said(place));
        }
        let by = |origin: SettingOrigin| Some(said(origin.to_string()));
        let (least_confidence, least_severity) = (self.confidence(), self.severity());
        if confidence < least_confidence.value {
            return by(least_confidence.origin);
        }
        if severity < least_severity.value { by(least_severity.origin) } else { None }
    }

    /// The exception that covers an occurrence: an inline comment or an `[[allow]]`.
    #[must_use]
    pub fn suppression_for(&self, one: &Candidate<'_>) -> Option<Suppression> {
        // Every exception is evaluated, so that unused ones can be reported.
        let mut allowed = None;
        for exception in self.layers.iter().rev().flat_map(|ready| &ready.exceptions) {
            if !exception.is_expired(self.today) && exception.covers(one) && allowed.is_none() {
                allowed = Some(exception.by().clone());
            }
        }
        if self.inline().value
            && let Some(around) = one.around
        {
            let is_name = |word: &str| one.rules.iter().any(|rule| rule.id == word || rule.family == word);
            let in_their_place = self.options.gitleaks.in_their_place;
            let counts = |comment: Comment| !in_their_place || comment.counts_for_gitleaks();
            if let Some(comment) = Comment::find_among(&counts, around, (one.rule, one.family), &is_name) {
                return Some(Suppression { cause: Cause::Inline, ..said(comment.marker.to_owned()) });
            }
        }
        allowed
    }

    fn chosen<T: Copy>(&self, flag: Option<T>, of: impl Fn(&Layer) -> Option<&At<T>>, usual: T) -> Setting<T> {
        if let Some(value) = flag {
            return Setting { value, origin: SettingOrigin::Flag };
        }
        let innermost = self.layers().filter_map(|layer| of(layer).map(|at| (layer, at))).last();
        innermost.map_or(Setting { value: usual, origin: SettingOrigin::BuiltIn }, |(layer, at)| Setting {
            value: at.value,
            origin: SettingOrigin::File(layer.place(at.line)),
        })
    }
}

/// The suppression by a setting, which has no reason.
fn said(place: String) -> Suppression {
    Suppression { cause: Cause::Configured, place, reason: None, owner: None, expires: None }
}
