//! Checks a set of rules as a whole. The parser checks single rules.

use super::{Form, Rule, RuleSet};
use std::collections::BTreeMap;

/// Faults of the set as sentences that name the rules; empty when there are none.
#[must_use]
pub fn faults(set: &RuleSet) -> Vec<String> {
    let mut faults = Vec::new();
    let mut matchers: BTreeMap<String, &Rule> = BTreeMap::new();
    for rule in set.rules() {
        if let Some(other) = matchers.insert(matcher(rule), rule) {
            faults.push(format!("{} and {} match the same: keep one", other.id, rule.id));
        }
        for address in rule.references.iter().chain(rule.rotate.as_ref()) {
            if !address.starts_with("https://") {
                faults.push(format!("{}: `{address}` is not an https URL", rule.id));
            }
        }
        if rule.counter_examples.iter().any(|example| example.contains("{secret}"))
            && matches!(rule.form, Form::Names { .. })
        {
            faults.push(format!("{}: a counter-example with {{secret}} has no meaning for a `names` rule", rule.id));
        }
    }
    faults
}

/// Text of what a rule matches by.
fn matcher(rule: &Rule) -> String {
    let keywords: Vec<&str> = rule.keywords.iter().map(|keyword| keyword.text.as_ref()).collect();
    match &rule.form {
        Form::Pattern { pattern, .. } => pattern.to_string(),
        Form::Near { body, .. } => format!("{body} near {}", keywords.join(" ")),
        Form::Names { .. } => format!("names {}", keywords.join(" ")),
        Form::Whole => format!("whole {}", rule.id),
    }
}
