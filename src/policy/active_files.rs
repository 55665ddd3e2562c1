//! Which files say what counts.

use super::rules::disabled_by;
use super::scope::Scope;
use super::scopes::{Scopes, all_rules, lock};
use crate::rules::RuleSet;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Scopes {
    /// The files that were met so far and hold somewhere, in words, sorted: configurations, ignore files, baselines, and those of other tools.
    #[must_use]
    pub fn active_files(&self) -> Vec<String> {
        let scopes: Vec<Arc<Scope>> = lock(&self.found).values().cloned().collect();
        let mut lines = BTreeSet::new();
        for scope in scopes {
            lines.extend(scope.layers().map(|layer| format!("configuration {}", layer.file)));
            lines
                .extend(scope.gitleaks().map(|gitleaks| format!("configuration of gitleaks {}", gitleaks.config.file)));
            let ignores = scope.ignores().iter();
            lines.extend(
                ignores
                    .map(|known| format!("ignore file {}, entries: {}", known.file, known.content.entries().count())),
            );
            let others = scope.known().iter();
            lines.extend(
                others.map(|known| format!("list of another tool {}, entries: {}", known.file, known.entries.len())),
            );
            let baseline = scope.baseline();
            lines.extend(
                baseline.map(|known| format!("baseline {}, secrets: {}", known.file, known.content.secrets.len())),
            );
        }
        lines.into_iter().collect()
    }
}

impl Scope {
    /// The rules that there are, those that are off here too, as if no configuration changed one.
    #[must_use]
    pub fn every_rule(&self) -> RuleSet {
        all_rules(self)
    }

    /// Where a rule that is not among [those that are on](Scope::rule_set) is switched off.
    #[must_use]
    pub fn off_by(&self, rule: &str) -> String {
        let gitleaks = || self.gitleaks.as_ref().map(|gitleaks| gitleaks.config.file.clone());
        disabled_by(&self.layers, rule).or_else(gitleaks).unwrap_or_default()
    }
}
