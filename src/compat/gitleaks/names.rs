//! Maps the names of gitleaks' rules to stanch's families.
//!
//! The names come from users' configurations and ignore files. The content of gitleaks' rules is not used.

/// Names that do not begin with the name of stanch's family.
const OTHERS: [(&str, &str); 9] = [
    ("facebook-page", "facebook"),
    ("gcp-", "gcp"),
    ("google-", "gcp"),
    ("age-secret", "age"),
    ("aws-", "aws"),
    ("generic-api-key", "generic"),
    ("hashicorp-tf-api-token", "hashicorp-terraform"),
    ("private-key", "private-key"),
    ("vault-", "hashicorp-vault"),
];

/// The family, among the given ones, that replaces one of gitleaks' rules.
#[must_use]
pub fn ours<'f>(id: &str, families: impl IntoIterator<Item = &'f str>) -> Option<&'f str> {
    let meant = OTHERS.iter().find(|(beginning, _)| id.starts_with(beginning)).map(|(_, family)| *family);
    let mut best: Option<&'f str> = None;
    for family in families {
        if Some(family) == meant {
            return Some(family);
        }
        let is_of = id == family || id.strip_prefix(family).is_some_and(|rest| rest.starts_with('-'));
        if is_of && best.is_none_or(|best| best.len() < family.len()) {
            best = Some(family);
        }
    }
    best
}

/// Whether a rule name of gitleaks, in an ignore list, covers a rule of stanch. Its `generic-api-key` also matches tokens that stanch finds
/// by provider, so this name covers all rules; so does an unknown name.
#[must_use]
pub fn selects_ours<'f>(id: &str, rule: &str, family: &str, families: impl IntoIterator<Item = &'f str>) -> bool {
    if id == rule || id.starts_with("generic") {
        return true;
    }
    ours(id, families).is_none_or(|meant| meant == family || family == "generic")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_families() {
        let families = ["aws", "generic", "github", "slack", "slack-app", "gcp"];
        for (id, family) in [
            ("aws-access-token", Some("aws")),
            ("github-pat", Some("github")),
            ("slack-app-token", Some("slack-app")),
            ("slack-bot-token", Some("slack")),
            ("gcp-api-key", Some("gcp")),
            ("my-own", None),
        ] {
            assert_eq!(ours(id, families), family, "{id}");
        }
        assert!(selects_ours("generic-api-key", "slack-bot", "slack", families));
        assert!(selects_ours("my-own", "slack-bot", "slack", families));
        assert!(selects_ours("github-pat", "github-token", "github", families));
        assert!(!selects_ours("github-pat", "slack-bot", "slack", families));
    }
}
