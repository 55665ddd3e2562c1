//! A compiled configuration file.

use super::error::PolicyError;
use super::exception::Exception;
use super::selector::unknown;
use crate::config::{ConfigError, Layer, Patterns};
use crate::model::Day;
use crate::rules::RuleSet;
use std::sync::Arc;

/// A layer with its compiled patterns and exceptions.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) layer: Arc<Layer>,
    pub(super) exclude: Arc<Patterns>,
    pub(super) exceptions: Vec<Exception>,
}

impl Ready {
    /// Compiles a layer.
    ///
    /// # Errors
    /// Fails when a pattern is malformed.
    pub(super) fn new(layer: Arc<Layer>) -> Result<Ready, PolicyError> {
        let bad = |bad: crate::config::BadPattern| ConfigError::one(&layer.file, bad.line, bad.message);
        let exclude = Arc::new(Patterns::new(&layer.base, &layer.exclude).map_err(bad)?);
        let exceptions = layer.allow.iter().map(|allow| Exception::new(&layer, allow)).collect::<Result<_, _>>()?;
        Ok(Ready { layer, exclude, exceptions })
    }

    /// Settings that have no effect on any scan.
    pub(super) fn dead(&self, set: &RuleSet, today: Day) -> Vec<String> {
        let layer = &self.layer;
        let mut notes = Vec::new();
        let selectors = layer.disable.iter().chain(layer.rules.iter().map(|(id, _)| id));
        for selector in selectors.chain(self.exceptions.iter().flat_map(Exception::rules)) {
            if let Some(why) = unknown(&selector.value, set) {
                notes.push(format!("{}: {why}", layer.place(selector.line)));
            }
        }
        for exception in self.exceptions.iter().filter(|exception| exception.is_expired(today)) {
            let by = exception.by();
            let day = by.expires.map_or_else(String::new, |day| day.to_string());
            notes.push(format!("{}: this [[allow]] expired on {day}: renew it or take it away", by.place));
        }
        notes
    }

    /// Settings that had no effect in a scan of everything that they apply to.
    pub(super) fn unused(&self, was_walked: bool, today: Day) -> Vec<String> {
        let layer = &self.layer;
        let mut notes = Vec::new();
        if was_walked {
            let unmet = self.exclude.unmet().filter(|glob| !glob.value.starts_with('!'));
            notes.extend(
                unmet.map(|glob| format!("{}: `{}` in `exclude` matches nothing", layer.place(glob.line), glob.value)),
            );
        }
        for exception in self.exceptions.iter().filter(|exception| !exception.is_met() && !exception.is_expired(today))
        {
            notes.push(format!("{}: this [[allow]] allows nothing that is here", exception.by().place));
        }
        notes
    }
}
