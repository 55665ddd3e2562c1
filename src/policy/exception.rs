//! A compiled `[[allow]]` of a configuration.

use super::candidate::Candidate;
use super::selector::selects;
use crate::config::{Allow, At, ConfigError, Layer, Patterns};
use crate::model::{Cause, Day, Fingerprint, Suppression};
use crate::rules::compile;
use regex_automata::meta::Regex;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// An exception. It applies when, of each kind of criterion that it has, at least one matches.
#[derive(Debug)]
pub(super) struct Exception {
    allow: Allow,
    paths: Option<Patterns>,
    fingerprints: HashSet<Fingerprint>,
    values: HashSet<Vec<u8>>,
    patterns: Vec<Regex>,
    lines: Vec<Regex>,
    words: Vec<Vec<u8>>,
    by: Suppression,
    is_met: AtomicBool,
}

impl Exception {
    /// Compiles an `[[allow]]`.
    ///
    /// # Errors
    /// Fails when a pattern is malformed.
    pub(super) fn new(layer: &Layer, allow: &Allow) -> Result<Exception, ConfigError> {
        let regexes = |all: &[At<String>]| {
            let compiled = all.iter().map(|one| {
                compile(&one.value)
                    .map_err(|error| ConfigError::one(&layer.file, one.line, format!("`{}`: {error}", one.value)))
            });
            compiled.collect::<Result<Vec<_>, _>>()
        };
        let paths = if allow.paths.is_empty() {
            None
        } else {
            let bad = |bad: crate::config::BadPattern| ConfigError::one(&layer.file, bad.line, bad.message);
            Some(Patterns::new(&layer.base, &allow.paths).map_err(bad)?)
        };
        Ok(Exception {
            paths,
            fingerprints: allow.fingerprints.iter().map(|one| one.value).collect(),
            values: allow.values.iter().map(|one| one.value.clone().into_bytes()).collect(),
            patterns: regexes(&allow.patterns)?,
            lines: regexes(&allow.lines)?,
            words: allow.words.iter().map(|word| word.value.to_ascii_lowercase().into_bytes()).collect(),
            by: Suppression {
                cause: Cause::Allowed,
                place: layer.place(allow.line),
                reason: allow.reason.clone(),
                owner: allow.owner.clone(),
                expires: allow.expires.as_ref().map(|day| day.value),
            },
            is_met: AtomicBool::new(false),
            allow: allow.clone(),
        })
    }

    /// The rule selectors, with their lines.
    pub(super) fn rules(&self) -> &[At<String>] {
        &self.allow.rules
    }

    /// The suppression that it causes.
    pub(super) fn by(&self) -> &Suppression {
        &self.by
    }

    pub(super) fn is_expired(&self, today: Day) -> bool {
        self.by.expires.is_some_and(|last| last < today)
    }

    /// Whether it has matched.
    pub(super) fn is_met(&self) -> bool {
        self.is_met.load(Ordering::Relaxed)
    }

    /// Whether it applies to an occurrence.
    pub(super) fn covers(&self, one: &Candidate<'_>) -> bool {
        let is_of_rule =
            self.allow.rules.is_empty() || self.allow.rules.iter().any(|rule| selects(&rule.value, one.rule));
        if !is_of_rule || !self.covers_secret(one) {
            return false;
        }
        let is_of_line = || self.lines.is_empty() || one.around.is_some_and(|around| any(&self.lines, around.line()));
        let is_of_path = || {
            self.paths
                .as_ref()
                .is_none_or(|paths| one.path().is_some_and(|path| paths.decide_file(&path) == Some(true)))
        };
        let covers = is_of_line() && is_of_path();
        if covers {
            self.is_met.store(true, Ordering::Relaxed);
        }
        covers
    }

    fn covers_secret(&self, one: &Candidate<'_>) -> bool {
        let is_known = (self.fingerprints.is_empty() && self.values.is_empty())
            || self.fingerprints.contains(&one.fingerprint)
            || self.values.contains(one.secret);
        let says = |word: &Vec<u8>| {
            word.len() <= one.secret.len() && one.secret.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
        };
        is_known
            && (self.patterns.is_empty() || any(&self.patterns, one.secret))
            && (self.words.is_empty() || self.words.iter().any(says))
    }
}

fn any(regexes: &[Regex], text: &[u8]) -> bool {
    regexes.iter().any(|regex| regex.is_match(text))
}
