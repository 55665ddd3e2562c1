//! What other scanners left in a repository.

use crate::compat::{Kind, KnownList};
use crate::policy_file::{self, NamedBy};
use std::fs;
use std::path::Path;

/// Whose set-ups are known.
pub(super) const KNOWN: &str = "gitleaks, detect-secrets, trufflehog, kingfisher or ggshield";

/// What was found; names are relative to the top.
#[derive(Debug, Default)]
pub(super) struct Setup {
    pub(super) gitleaks_config: Option<String>,
    pub(super) gitleaks_ignore: bool,
    /// Reports of gitleaks, and baselines of detect-secrets.
    pub(super) baselines: Vec<(String, Kind)>,
    pub(super) ggshield: Option<String>,
    /// A configuration of trufflehog, with detectors.
    pub(super) trufflehog: Option<String>,
    /// Whether the pre-commit framework runs one of them.
    pub(super) pre_commit: bool,
    /// Workflows of GitHub that run one of them.
    pub(super) workflows: Vec<String>,
    /// What is only named, and whose it is.
    pub(super) others: Vec<(String, &'static str)>,
}

impl Setup {
    /// Looks around.
    pub(super) fn look(top: &Path) -> Setup {
        let first = |names: &[&str]| names.iter().find(|name| top.join(name).is_file()).map(|name| (*name).to_owned());
        let read = |name: &str| policy_file::lines(&top.join(name), NamedBy::Repository).unwrap_or_default();
        let mut setup = Setup {
            gitleaks_config: first(&[
                ".gitleaks.toml",
                "gitleaks.toml",
                ".github/.gitleaks.toml",
                ".gitleaks/config.toml",
            ]),
            gitleaks_ignore: top.join(".gitleaksignore").is_file(),
            trufflehog: first(&[".trufflehog.yml", ".trufflehog.yaml", "trufflehog.yml", "trufflehog.yaml"]),
            ggshield: first(&[".gitguardian.yaml", ".gitguardian.yml"]),
            pre_commit: read(".pre-commit-config.yaml").lines().any(is_hook),
            ..Setup::default()
        };
        let names = listed(top);
        for name in names.iter().filter(|name| is_baseline(name)) {
            let text = read(name);
            if let Some(known) = Some(&text)
                .filter(|text| KnownList::is_list(text))
                .and_then(|text| KnownList::list(name, top, text).ok())
            {
                setup.baselines.push((name.clone(), known.kind));
            }
        }
        for name in listed(&top.join(".github/workflows")) {
            let name = format!(".github/workflows/{name}");
            if read(&name).lines().any(|line| is_action(line) || calls(line).is_some()) {
                setup.workflows.push(name);
            }
        }
        for (name, whose) in [
            (".trufflehogignore", "trufflehog"),
            ("trufflehog-exclude.txt", "trufflehog"),
            (".kingfisher.yaml", "kingfisher"),
            ("kingfisher.yaml", "kingfisher"),
            (".kingfisherignore", "kingfisher"),
        ] {
            if top.join(name).is_file() {
                setup.others.push((name.to_owned(), whose));
            }
        }
        setup
    }

    pub(super) fn is_empty(&self) -> bool {
        self.gitleaks_config.is_none()
            && !self.gitleaks_ignore
            && self.baselines.is_empty()
            && self.ggshield.is_none()
            && self.trufflehog.is_none()
            && !self.pre_commit
            && self.workflows.is_empty()
            && self.others.is_empty()
    }
}

/// The names of the files in a directory, sorted.
fn listed(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn is_baseline(name: &str) -> bool {
    name == ".secrets.baseline"
        || (name.contains("gitleaks") && name.ends_with(".json"))
        || (name.ends_with(".yml") || name.ends_with(".yaml"))
            && (name.contains("kingfisher") || name.contains("baseline"))
}

/// The repository that a line of a hook's entry names, if it is one of theirs.
pub(super) fn is_hook(line: &str) -> bool {
    let line = line.trim().trim_start_matches("- ").to_ascii_lowercase();
    let theirs = [
        "gitleaks/gitleaks",
        "zricethezav/gitleaks",
        "yelp/detect-secrets",
        "ibm/detect-secrets",
        "trufflesecurity/trufflehog",
        "mongodb/kingfisher",
        "gitguardian/ggshield",
    ];
    line.strip_prefix("repo:").is_some_and(|repo| theirs.iter().any(|name| repo.contains(name)))
}

/// Whether a line of a workflow uses one of their actions.
pub(super) fn is_action(line: &str) -> bool {
    let line = line.trim().trim_start_matches("- ").to_ascii_lowercase();
    let theirs = [
        "gitleaks/gitleaks-action",
        "zricethezav/gitleaks-action",
        "trufflesecurity/trufflehog",
        "gitguardian/ggshield",
        "mongodb/kingfisher",
    ];
    line.strip_prefix("uses:").is_some_and(|uses| theirs.iter().any(|name| uses.contains(name)))
}

/// The program of theirs that a line of a script calls.
pub(super) fn calls(line: &str) -> Option<&'static str> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let calls = [
        "gitleaks detect",
        "gitleaks git",
        "gitleaks dir",
        "gitleaks protect",
        "trufflehog git",
        "trufflehog filesystem",
        "detect-secrets scan",
        "detect-secrets-hook",
        "ggshield secret",
        "kingfisher scan",
    ];
    let called = calls.into_iter().find(|call| line.contains(call) && !line.contains(&format!("stanch {call}")))?;
    called.split(' ').next()
}
