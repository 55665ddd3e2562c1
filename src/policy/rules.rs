//! The rules of a scope.

use super::compat::GitleaksPolicy;
use super::error::PolicyError;
use super::layer::Ready;
use super::selector::selects;
use crate::policy_file::NamedBy;
use crate::rules::RuleSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The built-in rules and those of rule files, with the additions and overrides of the layers, outermost first.
///
/// # Errors
/// Fails when a rule is malformed, has an id that exists already, or all rules are disabled.
pub(super) fn rule_set(
    files: &[PathBuf],
    layers: &[Arc<Ready>],
    gitleaks: Option<&GitleaksPolicy>,
) -> Result<RuleSet, PolicyError> {
    let mut set = gitleaks.map_or_else(RuleSet::builtin, |gitleaks| gitleaks.rule_set(RuleSet::builtin()));
    for file in files {
        set.add_file(file, NamedBy::User)?;
    }
    for layer in layers.iter().map(|ready| &ready.layer) {
        for file in &layer.rule_files {
            let path = layer.path.parent().unwrap_or(Path::new(".")).join(&file.value);
            set.add_file(&path, NamedBy::Repository)?;
        }
        if layer.own_rules.is_some() {
            set.add_configuration(&layer.file, &layer.text)?;
        }
    }
    if layers.iter().any(|ready| !(ready.layer.disable.is_empty() && ready.layer.rules.is_empty())) {
        set.revise(|rule| {
            for setting in layers.iter().flat_map(|ready| &ready.layer.rules).filter(|(id, _)| *id.value == rule.id) {
                let (_, setting) = setting;
                rule.severity = setting.severity.as_ref().map_or(rule.severity, |one| one.value);
                rule.confidence = setting.confidence.as_ref().map_or(rule.confidence, |one| one.value);
                rule.entropy = setting.entropy.as_ref().map_or(rule.entropy, |one| one.value);
            }
            is_enabled(layers, &rule.id)
        });
    }
    if set.rules().is_empty() {
        let last = layers.iter().rev().find(|ready| !ready.layer.disable.is_empty() || !ready.layer.rules.is_empty());
        let gitleaks = gitleaks.map_or_else(|| "rules".to_owned(), |gitleaks| gitleaks.config.file.clone());
        return Err(PolicyError::NoRules(last.map_or(gitleaks, |ready| ready.layer.file.clone())));
    }
    Ok(set)
}

/// Whether a rule is enabled.
fn is_enabled(layers: &[Arc<Ready>], id: &str) -> bool {
    disabled_by(layers, id).is_none()
}

/// The location that disables a rule. The innermost layer that mentions the rule decides; within a layer its own table takes precedence
/// over `disable`.
pub(super) fn disabled_by(layers: &[Arc<Ready>], id: &str) -> Option<String> {
    let decided = layers.iter().rev().map(|ready| &ready.layer).find_map(|layer| {
        let own = layer.rules.iter().filter(|(rule, _)| rule.value == id);
        let own = own.filter_map(|(_, setting)| setting.enabled.as_ref()).next_back();
        let disabled = || layer.disable.iter().find(|selector| selects(&selector.value, id));
        own.map(|enabled| (layer, enabled.line, enabled.value))
            .or_else(|| disabled().map(|selector| (layer, selector.line, false)))
    });
    decided.filter(|(_, _, is_on)| !is_on).map(|(layer, line, _)| layer.place(line))
}
