//! Policy files in effect.

use super::rules::disabled_by;
use super::scope::Scope;
use super::scopes::{Scopes, all_rules, lock};
use crate::rules::RuleSet;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

impl Scopes {
    /// Descriptions of the policy files that were loaded and apply, sorted: configurations, ignore files, baselines, and those of other
    /// scanners.
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

impl Scopes {
    /// The paths of those files, with what they are: `configuration`, `ignores`, `baseline`, or `list` of another scanner. Sorted, each once.
    #[must_use]
    pub fn active_paths(&self) -> Vec<(&'static str, PathBuf)> {
        let scopes: Vec<Arc<Scope>> = lock(&self.found).values().cloned().collect();
        let mut paths = BTreeSet::new();
        for scope in scopes {
            paths.extend(scope.files().into_iter().map(|path| ("configuration", path)));
            let gitleaks = scope.gitleaks().map(|one| PathBuf::from(&one.config.file));
            paths.extend(gitleaks.filter(|path| path.is_file()).map(|path| ("configuration", path)));
            paths.extend(scope.ignores().iter().map(|known| ("ignores", known.path.clone())));
            let lists = scope.known().iter().map(|known| PathBuf::from(&known.file));
            paths.extend(lists.filter(|path| path.is_file()).map(|path| ("list", path)));
            paths.extend(scope.baseline().map(|known| ("baseline", known.path.clone())));
        }
        paths.into_iter().collect()
    }
}

impl Scope {
    /// All rules, including those that are disabled here, before overrides.
    #[must_use]
    pub fn every_rule(&self) -> RuleSet {
        all_rules(self)
    }

    /// The location that disables a rule that is not among [the enabled ones](Scope::rule_set).
    #[must_use]
    pub fn off_by(&self, rule: &str) -> String {
        let gitleaks = || self.gitleaks.as_ref().map(|gitleaks| gitleaks.config.file.clone());
        disabled_by(&self.layers, rule).or_else(gitleaks).unwrap_or_default()
    }
}
