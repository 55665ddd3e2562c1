//! Rule selectors of configurations: an id, or a prefix followed by `*`.

use crate::config::nearest;
use crate::rules::RuleSet;

/// Whether a selector matches a rule.
pub(super) fn selects(selector: &str, rule: &str) -> bool {
    match selector.strip_suffix('*') {
        Some(beginning) => rule.starts_with(beginning),
        None => selector == rule,
    }
}

/// The message for a selector that matches no rule of the set.
pub(super) fn unknown(selector: &str, set: &RuleSet) -> Option<String> {
    if set.rules().iter().any(|rule| selects(selector, &rule.id)) {
        return None;
    }
    let ids = || set.rules().iter().map(|rule| rule.id.as_ref());
    let of_family = ids().find(|id| id.strip_prefix(selector).is_some_and(|rest| rest.starts_with('-')));
    let hint = match (of_family, nearest(selector, ids())) {
        (Some(_), _) => format!("did you mean `{selector}-*`?"),
        (None, Some(meant)) => format!("did you mean `{meant}`?"),
        (None, None) => "`stanch rules list` has them all".to_owned(),
    };
    Some(format!("there is no rule `{selector}`; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_or_a_beginning() {
        assert!(selects("generic-password", "generic-password"));
        assert!(selects("generic-*", "generic-password"));
        assert!(selects("*", "generic-password"));
        assert!(!selects("generic", "generic-password"));
        let set = RuleSet::builtin();
        assert_eq!(unknown("generic-*", &set), None);
        assert!(unknown("generic", &set).is_some_and(|said| said.contains("`generic-*`")));
        assert!(unknown("generic-pasword", &set).is_some_and(|said| said.contains("`generic-password`")));
    }
}
