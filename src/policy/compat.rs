//! A gitleaks configuration as part of a policy: the rules that it enables, and what its allowlists exempt.

use super::error::PolicyError;
use crate::compat::gitleaks::{self, Allowlist, Config, Input, Subject, TextContext, ours};
use crate::engine::Surroundings;
use crate::model::{Cause, Confidence, Origin, Outer, Severity, Suppression};
use crate::rules::{Form, Rule, RuleSet};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A gitleaks configuration, and the directory that its paths are relative to.
#[derive(Debug)]
pub struct GitleaksPolicy {
    /// The configuration.
    pub config: Config,
    pub(super) base: PathBuf,
    /// Allowlists that apply to all of stanch's rules.
    for_all: Vec<Arc<Allowlist>>,
    /// Allowlists for families that replace a rule of gitleaks.
    by_family: HashMap<String, Vec<Arc<Allowlist>>>,
    /// Disabled families, with the location that disables them.
    off: HashMap<String, String>,
    /// The only enabled rules; empty for all.
    only: Vec<String>,
}

/// All families of stanch.
pub(super) fn families() -> Vec<String> {
    let families: BTreeSet<String> = RuleSet::builtin().rules().iter().map(|rule| rule.family.to_string()).collect();
    families.into_iter().collect()
}

impl GitleaksPolicy {
    /// Reads a configuration. `only` names the enabled rules; empty for all.
    ///
    /// # Errors
    /// Fails when the configuration is malformed.
    pub(super) fn load(
        input: &Input,
        only: &[String],
        base: &Path,
        name: &dyn Fn(&Path) -> String,
    ) -> Result<GitleaksPolicy, PolicyError> {
        let mut config = gitleaks::load(input, name)?;
        if !only.is_empty() {
            // A disabled rule may still be required by an enabled one.
            let wanted = |id: &String| only.iter().any(|one| one == id);
            config.rules.iter_mut().for_each(|rule| rule.skip_report |= !wanted(&rule.id));
        }
        let families = families();
        let of = |id: &str| ours(id, families.iter().map(String::as_str)).map(str::to_owned);
        let mut gitleaks = GitleaksPolicy {
            base: base.to_owned(),
            for_all: Vec::new(),
            by_family: HashMap::new(),
            off: HashMap::new(),
            only: only.to_vec(),
            config,
        };
        let mut notes = Vec::new();
        if gitleaks.config.use_default {
            let file = &gitleaks.config.file;
            notes.push(format!("{file}: `useDefault`: stanch's own rules stand for those of gitleaks"));
        }
        for list in &gitleaks.config.allowlists {
            if list.rules.is_empty() {
                gitleaks.for_all.push(Arc::clone(list));
            }
            for (id, line) in list.rules.iter().filter(|(id, _)| gitleaks.config.rule(id).is_none()) {
                match of(id).filter(|_| gitleaks.config.use_default) {
                    Some(family) => gitleaks.by_family.entry(family).or_default().push(Arc::clone(list)),
                    None if gitleaks.config.use_default => {
                        notes.push(format!("{}:{line}: none of our rules stands for `{id}`", list.file));
                    }
                    None => {}
                }
            }
        }
        for rule in &gitleaks.config.of_default {
            let place = format!("{}:{}", rule.file, rule.line);
            match of(&rule.id) {
                Some(family) => {
                    notes.push(format!(
                        "{place}: `{}` is gitleaks' own: its exceptions hold for our rules `{family}-*`",
                        rule.id
                    ));
                    gitleaks.by_family.entry(family).or_default().extend(rule.allowlists.iter().cloned());
                }
                None => {
                    notes.push(format!("{place}: none of our rules stands for `{}`: this changes nothing", rule.id))
                }
            }
        }
        for (id, place) in gitleaks.config.disabled.iter().filter(|_| gitleaks.config.use_default) {
            match of(id) {
                Some(family) => {
                    notes.push(format!("{place}: with `{id}` our rules `{family}-*` are switched off"));
                    gitleaks.off.insert(family, place.clone());
                }
                None => {
                    notes.push(format!("{place}: none of our rules stands for `{id}`: there is nothing to switch off"))
                }
            }
        }
        gitleaks.config.notes.append(&mut notes);
        Ok(gitleaks)
    }

    /// The rules under this configuration: the enabled rules of the set, and its own rules, of which the engine only knows the ids.
    pub(super) fn rule_set(&self, mut set: RuleSet) -> RuleSet {
        let wants = |rule: &Rule| {
            let named = |id: &String| *id == rule.id || ours(id, [rule.family.as_ref()]).is_some();
            self.only.is_empty() || self.only.iter().any(named)
        };
        set.revise(|rule| {
            self.config.use_default
                && !self.off.contains_key(rule.family.as_ref())
                && self.config.rule(&rule.id).is_none()
                && wants(rule)
        });
        let own = self.config.rules.iter().filter(|rule| !rule.skip_report).map(named);
        RuleSet::of(set.rules().iter().cloned().chain(own).collect())
    }

    /// A path relative to its directory, if the path is inside.
    pub(crate) fn path(&self, absolute: Option<&Path>) -> Option<String> {
        let absolute = absolute?;
        let inside = absolute.strip_prefix(&self.base).unwrap_or(absolute).to_string_lossy();
        Some(crate::config::slashed(&inside, cfg!(windows)).into_owned())
    }

    /// Whether a file is this configuration, whose regexes would match themselves.
    pub(crate) fn is_itself(&self, absolute: &Path) -> bool {
        self.config.files.iter().any(|file| Path::new(file) == absolute)
    }

    /// The suppression of a match of stanch's rules by an allowlist.
    pub(crate) fn exempts(
        &self,
        family: &str,
        secret: &[u8],
        around: Option<&Surroundings>,
        place: &TextContext<'_>,
    ) -> Option<Suppression> {
        let lists = self.for_all.iter().chain(self.by_family.get(family).into_iter().flatten());
        let line = around.map_or(secret, Surroundings::line);
        // The match of gitleaks' own rule is unknown; the line up to the end of the secret is the best approximation.
        let matched = around.map_or(secret, |around| {
            &line[..around.beside().0.len() + secret.len().min(line.len() - around.beside().0.len())]
        });
        let subject = Subject { secret, matched, line, place };
        lists.into_iter().find(|list| list.covers(&subject)).map(|list| exempted(list))
    }
}

/// A rule of gitleaks in the form that reports need.
fn named(rule: &gitleaks::Rule) -> Rule {
    let text = |text: &String| Cow::Owned(text.clone());
    Rule {
        id: text(&rule.id),
        // A family name that ignore files accept.
        family: Cow::Owned(
            rule.id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect(),
        ),
        provider: Cow::Borrowed("gitleaks configuration"),
        name: if rule.description.is_empty() { text(&rule.id) } else { text(&rule.description) },
        structural: false,
        encoded: false,
        judged: false,
        judged_as: None,
        form: Form::Whole,
        keywords: Cow::Borrowed(&[]),
        entropy: 0.0,
        proof: None,
        severity: Severity::High,
        confidence: Confidence::High,
        rotate: None,
        references: Cow::Borrowed(&[]),
        examples: Cow::Borrowed(&[]),
        counter_examples: Cow::Borrowed(&[]),
    }
}

/// The suppression that an allowlist causes.
pub(crate) fn exempted(list: &Allowlist) -> Suppression {
    Suppression {
        cause: Cause::Allowed,
        place: format!("{}:{}", list.file, list.line),
        reason: Some(list.description.clone()).filter(|text| !text.is_empty()),
        owner: None,
        expires: None,
    }
}

/// Whether gitleaks would scan this origin: it does not scan messages of commits and tags.
pub(crate) fn is_looked_at(origin: &Origin) -> bool {
    !matches!(&origin.outer, Outer::Object { what, .. } if what.ends_with("message"))
}
