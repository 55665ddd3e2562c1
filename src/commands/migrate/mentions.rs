//! What scripts, workflows and hooks say of another scanner: which program they call, and which files they name for it.

use crate::policy_file::{self, NamedBy};
use std::fs;
use std::path::Path;

/// Files in which people call scanners, beside workflows of GitHub.
const SCRIPTS: &[&str] = &[
    ".pre-commit-config.yaml",
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".circleci/config.yml",
    ".travis.yml",
    "Jenkinsfile",
    "Makefile",
    "justfile",
    "Taskfile.yml",
    "package.json",
    "lefthook.yml",
    "lefthook.yaml",
    ".husky/pre-commit",
    ".husky/pre-push",
    ".githooks/pre-commit",
    ".githooks/pre-push",
    ".git/hooks/pre-commit",
    ".git/hooks/pre-push",
];

/// Programs, with the first words that follow them.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("gitleaks", &["detect", "git", "dir", "directory", "file", "files", "protect", "stdin"]),
    ("trufflehog", &["git", "github", "gitlab", "filesystem", "docker", "s3", "stdin", "file"]),
    ("trufflehog3", &[]),
    ("detect-secrets", &["scan", "audit"]),
    ("detect-secrets-hook", &[]),
    ("ggshield", &["secret", "scan", "install", "iac", "sca"]),
    ("kingfisher", &["scan"]),
];

/// Images of theirs.
const IMAGES: &[&str] = &[
    "gitleaks/gitleaks",
    "zricethezav/gitleaks",
    "trufflesecurity/trufflehog",
    "gitguardian/ggshield",
    "mongodb/kingfisher",
];

/// What was found in one text, with the lines' numbers.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// Programs that are called.
    pub(super) calls: Vec<(usize, &'static str)>,
    /// Baselines that are named.
    pub(super) baselines: Vec<String>,
    /// Files with regexes of paths that trufflehog leaves out.
    pub(super) exclude_paths: Vec<String>,
    /// Flags without an equivalent, and why.
    pub(super) lost: Vec<(usize, String, &'static str)>,
}

/// Every file that may call a scanner, with its text.
pub(super) fn scripts(top: &Path) -> Vec<(String, String)> {
    let mut names: Vec<String> = SCRIPTS.iter().map(|name| (*name).to_owned()).collect();
    let workflows = fs::read_dir(top.join(".github/workflows")).into_iter().flatten().flatten();
    let mut workflows: Vec<String> = workflows.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    workflows.sort();
    names.extend(workflows.iter().map(|name| format!(".github/workflows/{name}")));
    let read = |name: String| {
        let text = policy_file::lines(&top.join(&name), NamedBy::Repository).ok()?;
        Some((name, text))
    };
    names.into_iter().filter_map(read).collect()
}

impl Mentions {
    /// Reads a text.
    pub(super) fn of(text: &str) -> Mentions {
        let mut mentions = Mentions::default();
        // A flag's value may stand on the next line of a list.
        let mut waiting = None;
        let is_theirs = text.lines().any(|line| calls(line).is_some() || super::setup::is_theirs(line));
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim_start().starts_with('#') {
                continue;
            }
            if let Some(program) = calls(line) {
                mentions.calls.push((number, program));
            }
            if !is_theirs {
                continue;
            }
            for word in words(line) {
                match waiting.take() {
                    Some(Flag::Baseline) if !word.starts_with('-') => mentions.baselines.push(word.to_owned()),
                    Some(Flag::ExcludePaths) if !word.starts_with('-') => mentions.exclude_paths.push(word.to_owned()),
                    _ => {}
                }
                waiting = mentions.flag(word, number);
            }
        }
        mentions
    }

    /// Takes a flag; what its next word is for.
    fn flag(&mut self, word: &str, number: usize) -> Option<Flag> {
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value.to_owned())));
        let flag = match name {
            "--baseline" | "--baseline-path" | "--baseline-file" => Flag::Baseline,
            "--exclude-paths" | "--exclude_paths" => Flag::ExcludePaths,
            "--include-paths" | "--results" | "--only-verified" | "--no-verification" => {
                let why = match name {
                    "--include-paths" => "name the paths when you call `stanch scan`",
                    _ => "stanch reports what it finds, whether its provider still takes it or not",
                };
                self.lost.push((number, word.to_owned(), why));
                return None;
            }
            _ => return None,
        };
        match (flag, value) {
            (Flag::Baseline, Some(value)) => self.baselines.push(value),
            (Flag::ExcludePaths, Some(value)) => self.exclude_paths.push(value),
            (flag, None) => return Some(flag),
        }
        None
    }
}

/// A flag that names a file.
#[derive(Clone, Copy)]
enum Flag {
    Baseline,
    ExcludePaths,
}

/// The words of a line of a script, or of a list in YAML or JSON.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| c.is_whitespace() || "\"'[]();|&`{}".contains(c));
    words.map(|word| word.trim_matches(',')).filter(|word| !word.is_empty() && *word != "-" && *word != "\\")
}

/// The program of theirs that a line calls: by name with a sub-command, or in an image.
pub(super) fn calls(line: &str) -> Option<&'static str> {
    let trimmed = line.trim_start();
    if trimmed.starts_with('#') || trimmed.starts_with("//") {
        return None;
    }
    let words: Vec<&str> = words(line).collect();
    for (at, word) in words.iter().enumerate() {
        let name = word.rsplit('/').next().unwrap_or(word).split(['@', ':']).next().unwrap_or_default();
        let Some((program, follow)) = PROGRAMS.iter().find(|(program, _)| *program == name) else { continue };
        let is_ours = at > 0 && words[at - 1].ends_with("stanch");
        let is_address = word.contains("://") || word.contains("github.com") || word.ends_with(':');
        if is_ours || is_address || trimmed.contains("uses:") || trimmed.contains("repo:") {
            continue;
        }
        let is_image = IMAGES.iter().any(|image| word.contains(image));
        // Flags, and their values, may stand before the sub-command.
        let is_called = words[at + 1..].iter().any(|word| follow.contains(word));
        let is_alone = follow.is_empty() && !word.contains(':');
        if is_image || is_called || is_alone {
            return Some(program);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Mentions, calls};

    #[test]
    fn calls_are_told_from_names() {
        for (line, program) in [
            ("  - gitleaks detect --source .", Some("gitleaks")),
            ("run: gitleaks -v git --log-opts=HEAD", Some("gitleaks")),
            ("docker run --rm -v \"$PWD:/path\" ghcr.io/gitleaks/gitleaks:v8.24.2 git /path", Some("gitleaks")),
            ("docker run zricethezav/gitleaks:latest \\", Some("gitleaks")),
            ("  image: trufflesecurity/trufflehog:latest", Some("trufflehog")),
            ("./bin/trufflehog --json filesystem .", Some("trufflehog")),
            ("\"lint\": \"ggshield secret scan repo .\",", Some("ggshield")),
            ("exec detect-secrets-hook --baseline .secrets.baseline", Some("detect-secrets-hook")),
            ("stanch gitleaks detect", None),
            ("gitleaks:", None),
            ("  - id: gitleaks", None),
            ("name: gitleaks", None),
            ("# gitleaks detect", None),
            ("uses: gitleaks/gitleaks-action@v2", None),
            ("- repo: https://github.com/gitleaks/gitleaks", None),
        ] {
            assert_eq!(calls(line), program, "{line}");
        }
    }

    #[test]
    fn files_and_flags_are_read_from_scripts_and_lists() {
        let text = "repos:\n-   repo: https://github.com/Yelp/detect-secrets\n    hooks:\n    -   id: detect-secrets\n        args: ['--baseline', 'ci/known.json']\n";
        assert_eq!(Mentions::of(text).baselines, ["ci/known.json"]);
        let text = "x:\n  - trufflehog git file://. --results=verified,unknown --exclude-paths=ci/out.txt\n  - trufflehog git --exclude-paths\n  - b.txt\n";
        let mentions = Mentions::of(text);
        assert_eq!(mentions.exclude_paths, ["ci/out.txt", "b.txt"]);
        assert_eq!(mentions.lost[0].1, "--results=verified,unknown");
        // Another program's flags are its own.
        assert!(Mentions::of("make --baseline x\n").baselines.is_empty());
    }
}
