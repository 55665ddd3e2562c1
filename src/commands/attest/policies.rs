//! The policies that held in a scan, as digests.

use crate::attest::{Policy, Sha256Digest, sha256_of};
use crate::commands::Failure;
use crate::commands::rules_json::rule_json;
use crate::policy::{PolicyOptions, Scope, Scopes};
use crate::rules::Rule;
use std::fs::File;

/// The digest of rules: of each as `stanch rules list --format json` has it.
pub(in crate::commands) fn rules_digest(rules: &[Rule]) -> Sha256Digest {
    let all: Vec<_> = rules.iter().map(|rule| rule_json(rule, None)).collect();
    // Texts and numbers can always be written.
    Sha256Digest::of(&serde_json::to_vec(&all).unwrap_or_default())
}

/// The rules of a scope, the options of the command line, and the files that held anywhere.
pub(super) fn policies(scopes: &Scopes, scope: &Scope, options: &PolicyOptions) -> Result<Vec<Policy>, Failure> {
    let mut all = vec![
        Policy { name: "rules".to_owned(), digest: rules_digest(scope.rule_set()?.rules()) },
        Policy { name: "options".to_owned(), digest: Sha256Digest::of(format!("{options:?}").as_bytes()) },
    ];
    for (kind, path) in scopes.active_paths() {
        let name = format!("{kind} {}", path.file_name().unwrap_or_default().to_string_lossy());
        let digest = File::open(&path).and_then(sha256_of);
        let digest = digest.map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        all.push(Policy { name, digest });
    }
    Ok(all)
}
