//! What other scanners left in a repository.

use super::mentions::{Mentions, scripts};
use crate::compat::{Kind, KnownList};
use crate::policy_file::{self, NamedBy};
use std::collections::BTreeSet;
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
    /// Files with regexes of paths that trufflehog leaves out.
    pub(super) exclude_paths: Vec<String>,
    /// What scripts, workflows and hooks say, by file.
    pub(super) mentions: Vec<(String, Mentions)>,
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
        for (file, text) in scripts(top) {
            setup.mentions.push((file, Mentions::of(&text)));
        }
        let named = |list: fn(&Mentions) -> &Vec<String>| -> Vec<String> {
            let all: BTreeSet<String> = setup.mentions.iter().flat_map(|(_, one)| list(one)).cloned().collect();
            let inside = |name: &String| Path::new(name).is_relative() && top.join(name).is_file();
            all.into_iter().map(|name| name.trim_start_matches("./").to_owned()).filter(inside).collect()
        };
        let exclude_paths = named(|one| &one.exclude_paths);
        let mut names: Vec<String> = listed(top).into_iter().filter(|name| is_baseline(name)).collect();
        names.extend(named(|one| &one.baselines));
        names.sort();
        names.dedup();
        setup.exclude_paths = exclude_paths;
        for name in &names {
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
            if read(&name).lines().any(is_action) {
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
            if top.join(name).is_file() && !setup.exclude_paths.iter().any(|taken| taken == name) {
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
            && self.exclude_paths.is_empty()
            && self.mentions.iter().all(|(_, one)| one.calls.is_empty())
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

/// Whether a line names a repository or an action of theirs.
pub(super) fn is_theirs(line: &str) -> bool {
    is_hook(line) || is_action(line)
}

/// The repository that a line of a hook's entry names, if it is one of theirs.
pub(super) fn is_hook(line: &str) -> bool {
    let line = line.trim().trim_start_matches('-').trim_start().to_ascii_lowercase();
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
    let line = line.trim().trim_start_matches('-').trim_start().to_ascii_lowercase();
    let theirs = [
        "gitleaks/gitleaks-action",
        "zricethezav/gitleaks-action",
        "trufflesecurity/trufflehog",
        "gitguardian/ggshield",
        "mongodb/kingfisher",
    ];
    line.strip_prefix("uses:").is_some_and(|uses| theirs.iter().any(|name| uses.contains(name)))
}
