//! The configuration of ggshield (`.gitguardian.yaml`), as far as it says what to let be.
//!
//! Only its lists are read, in the block form that everybody writes (<https://docs.gitguardian.com/ggshield-docs/configuration>, read
//! 2026-11-24); whatever else stands there is named.

use super::{Failure, unreadable};
use crate::policy_file::{self, NamedBy};
use std::path::Path;

/// What it says.
#[derive(Debug, Default)]
pub(super) struct Shield {
    pub(super) file: String,
    /// Paths that are not looked at.
    pub(super) paths: Vec<String>,
    /// Secrets, or their SHA-256, with the lines that name them.
    pub(super) matches: Vec<(String, usize)>,
    /// Lines of what is not understood.
    pub(super) others: Vec<(usize, String)>,
}

/// Reads it.
pub(super) fn read(top: &Path, file: &str) -> Result<Shield, Failure> {
    let path = top.join(file);
    let text = policy_file::lines(&path, NamedBy::Repository).map_err(|error| unreadable(&path, &error))?;
    Ok(parse(file, &text))
}

fn parse(file: &str, text: &str) -> Shield {
    let mut shield = Shield { file: file.to_owned(), ..Shield::default() };
    let mut list = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split(" #").next().unwrap_or_default();
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed == "---" {
            continue;
        }
        let item = trimmed.strip_prefix("- ").map(str::trim);
        let (key, value) = item.unwrap_or(trimmed).split_once(':').unwrap_or(("", item.unwrap_or(trimmed)));
        let value = unquoted(value);
        let key = key.trim().replace('-', "_");
        match (list.as_str(), item, key.as_str()) {
            ("paths", Some(item), _) => shield.paths.push(unquoted(item).to_owned()),
            ("matches", _, "match") => shield.matches.push((value.to_owned(), number)),
            ("matches", _, "name") => {}
            ("matches", Some(item), _) => shield.matches.push((unquoted(item).to_owned(), number)),
            ("other", Some(_), _) => {}
            (_, None, "ignored_paths" | "paths_ignore") => "paths".clone_into(&mut list),
            (_, None, "ignored_matches" | "matches_ignore") => "matches".clone_into(&mut list),
            (_, None, "version" | "secret" | "v2") => list.clear(),
            _ => {
                "other".clone_into(&mut list);
                shield.others.push((number, key));
            }
        }
    }
    shield
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn its_lists_are_read_and_the_rest_is_named() {
        let text = "version: 2\nexit_zero: true\nsecret:\n  ignored_paths:\n    - \"**/README.md\"\n    - docs/ # old\n  ignored_matches:\n    - name: a test\n      match: swordfish\n    - match: 'tuna'\n  ignored_detectors:\n    - Generic Password\n";
        let shield = parse("f", text);
        assert_eq!(shield.paths, ["**/README.md", "docs/"]);
        assert_eq!(shield.matches, [("swordfish".to_owned(), 9), ("tuna".to_owned(), 10)]);
        assert_eq!(shield.others, [(2, "exit_zero".to_owned()), (11, "ignored_detectors".to_owned())]);
    }
}
