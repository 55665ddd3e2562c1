//! The files by which others take us in: hooks of the pre-commit framework, the GitHub action, the GitLab template, the workflows.

use assert_cmd::Command;
use saphyr::{LoadableYamlNode, Yaml};
use std::fs;
use std::path::{Path, PathBuf};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn parsed(path: &str, use_it: impl FnOnce(&Yaml<'_>)) {
    let text = fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(documents.len(), 1, "{path}");
    use_it(&documents[0]);
}

fn text<'y>(node: &'y Yaml<'_>, key: &str) -> &'y str {
    node.as_mapping_get(key).and_then(Yaml::as_str).unwrap_or_else(|| panic!("no text `{key}`"))
}

/// Whether our command line takes these words (`--help` behind them makes sure that nothing is done).
fn is_understood(words: &str) {
    let mut command = Command::cargo_bin("stanch").expect("the binary");
    let words = words.strip_prefix("stanch ").expect("our command");
    command.args(words.split(' ')).arg("--help").assert().success();
    for flag in words.split(' ').filter(|word| word.starts_with("--")) {
        let help = command.output().expect("runs").stdout;
        let flag = flag.split('=').next().expect("a flag");
        assert!(String::from_utf8_lossy(&help).contains(flag), "{words}: {flag}");
    }
}

#[test]
fn every_yaml_file_is_well_formed() {
    for path in [
        ".pre-commit-hooks.yaml",
        "action.yml",
        "ci/gitlab.yml",
        "ci/bitbucket.yml",
        "src/commands/init/github.yml",
        ".github/workflows/ci.yml",
        ".github/workflows/release.yml",
    ] {
        parsed(path, |document| assert!(!document.is_null(), "{path}"));
    }
}

#[test]
fn hooks_call_what_there_is() {
    parsed(".pre-commit-hooks.yaml", |document| {
        let hooks = document.as_sequence().expect("a list");
        let ids: Vec<&str> = hooks.iter().map(|hook| text(hook, "id")).collect();
        assert_eq!(ids, ["stanch", "stanch-push", "stanch-files", "stanch-system"]);
        for hook in hooks {
            assert!(!text(hook, "name").is_empty() && !text(hook, "description").is_empty());
            assert!(["python", "system"].contains(&text(hook, "language")));
            let entry = text(hook, "entry");
            is_understood(entry);
        }
    });
}

#[test]
fn the_action_passes_what_comes_from_an_event_through_the_environment() {
    parsed("action.yml", |action| {
        let inputs = action.as_mapping_get("inputs").and_then(Yaml::as_mapping).expect("inputs");
        let runs = action.as_mapping_get("runs").expect("runs");
        let steps = runs.as_mapping_get("steps").and_then(Yaml::as_sequence).expect("steps");
        let mut used = String::new();
        for step in steps {
            let run = text(step, "run");
            assert!(!run.contains("${{"), "an expression in a script can become code: {run}");
            let script = run.rsplit('/').next().expect("a script").trim_matches('"');
            assert!(here("ci/github").join(script).is_file(), "{script}");
            for (_, value) in step.as_mapping_get("env").and_then(Yaml::as_mapping).expect("env") {
                used += value.as_str().expect("a text");
            }
        }
        for (name, input) in inputs {
            let name = name.as_str().expect("a name");
            assert!(used.contains(&format!("inputs.{name} }}}}")), "nobody reads the input {name}");
            assert!(!text(input, "description").is_empty());
        }
    });
}

#[test]
fn workflows_have_few_rights_and_no_expressions_in_scripts() {
    for path in [".github/workflows/ci.yml", ".github/workflows/release.yml", "src/commands/init/github.yml"] {
        parsed(path, |workflow| {
            let rights = workflow.as_mapping_get("permissions").and_then(Yaml::as_mapping).expect("permissions");
            assert_eq!(rights.len(), 1, "{path}");
            for (_, job) in workflow.as_mapping_get("jobs").and_then(Yaml::as_mapping).expect("jobs") {
                for step in job.as_mapping_get("steps").and_then(Yaml::as_sequence).expect("steps") {
                    if let Some(run) = step.as_mapping_get("run").and_then(Yaml::as_str) {
                        assert!(!run.contains("${{"), "{path}: {run}");
                    }
                    if let Some(action) = step.as_mapping_get("uses").and_then(Yaml::as_str) {
                        let digest = action.split_once('@').map_or("", |(_, digest)| digest);
                        let is_digest = digest.len() == 40 && digest.bytes().all(|digit| digit.is_ascii_hexdigit());
                        assert!(action == "./" || is_digest, "{path}: {action}");
                    }
                }
            }
        });
    }
}

#[test]
fn releases_have_what_the_action_installs() {
    let install = fs::read_to_string(here("ci/github/install.sh")).expect("reads");
    let release = fs::read_to_string(here(".github/workflows/release.yml")).expect("reads");
    let targets = install.lines().filter_map(|line| line.split("target=").nth(1)?.split_whitespace().next());
    let targets: Vec<&str> = targets.collect();
    assert!(targets.len() >= 5, "{targets:?}");
    for target in targets {
        assert!(release.contains(&format!("target: {target},")), "{target} is not released");
    }
    let name = "stanch-$version-$";
    assert!(install.contains(name) && release.contains("stanch-$version-$TARGET"));
}

#[test]
fn scripts_are_well_formed() {
    for script in ["ci/github/install.sh", "ci/github/scan.sh"] {
        let Ok(status) = std::process::Command::new("bash").arg("-n").arg(here(script)).status() else { return };
        assert!(status.success(), "{script}");
    }
}

/// Every file that says how stanch is installed.
fn texts_about_installing() -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> =
        ["README.md", "action.yml", ".pre-commit-hooks.yaml", "pyproject.toml", "Dockerfile"].map(here).into();
    for folder in ["docs", "ci", "ci/github", ".github/workflows", "src/commands/init", "src/commands/migrate"] {
        files.extend(fs::read_dir(here(folder)).expect("lists").map(|entry| entry.expect("an entry").path()));
    }
    let read = |path: PathBuf| Some((path.display().to_string(), fs::read_to_string(&path).ok()?));
    files.into_iter().filter(|path| path.is_file()).filter_map(read).collect()
}

#[test]
fn nothing_is_installed_by_a_name_that_is_a_strangers() {
    for (path, text) in texts_about_installing() {
        for (number, line) in (1..).zip(text.lines()) {
            for before in
                ["pip install", "pipx install", "pipx run", "uvx", "uv tool install", "cargo install", "cargo binstall"]
            {
                let Some((_, rest)) = line.split_once(before) else { continue };
                let words = rest.split(['`', ';', '&', '|', ')']).next().unwrap_or_default();
                let is_ours = words
                    .split_whitespace()
                    .any(|word| word.trim_matches(['"', '\'', '`']).split("==").next() == Some("stanch"));
                let has_origin = ["--git", "git+", "--path", "--find-links"].iter().any(|way| words.contains(way));
                assert!(!is_ours || has_origin, "{path}:{number}: {line}");
            }
            assert!(!line.contains("OWNER/stanch"), "{path}:{number}: anybody can own that name: {line}");
            assert!(!line.contains("stanch==") || path.ends_with("integrations.rs"), "{path}:{number}: {line}");
        }
    }
}

#[test]
fn actions_and_images_are_named_by_digest() {
    for (path, text) in texts_about_installing() {
        for (number, line) in (1..).zip(text.lines()) {
            let trimmed = line.trim_start_matches([' ', '#', '-']);
            if let Some(action) = trimmed.strip_prefix("uses: ").filter(|_| path.ends_with(".yml")) {
                let (digest, version) = action.split_once(" # ").unwrap_or((action, ""));
                let digest = digest.split_once('@').map_or("", |(_, digest)| digest);
                assert!(
                    action.starts_with("./") || digest.len() == 40 && version.starts_with('v'),
                    "{path}:{number}: {line}"
                );
            }
            let image = trimmed.strip_prefix("image: ").or_else(|| trimmed.strip_prefix("FROM rust"));
            if let Some(image) = image.filter(|_| path.ends_with(".yml") || path.ends_with("Dockerfile")) {
                assert!(image.contains("@sha256:"), "{path}:{number}: {line}");
            }
        }
    }
}
