//! Merges a configuration with those that it extends.

use super::config::{Config, Rule};
use super::syntax::{File, parse};
use crate::config::ConfigError;
use crate::policy_file::{self, NamedBy};
use std::path::{Path, PathBuf};

/// Longest chain of files that extend each other.
const MAX_EXTENDS_DEPTH: usize = 8;

/// Location of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file that the user named.
    File(PathBuf),
    /// A file that was found under its usual name, or that the repository's configuration names.
    Found(PathBuf),
    /// A text, as in `GITLEAKS_CONFIG_TOML`: its name in messages, and the text.
    Text(String, String),
}

/// Reads a configuration and the files that it extends. `name` gives the name of a file in messages.
///
/// # Errors
/// Fails when a file cannot be read or is malformed, when the files extend each other in a circle, or when a rule has no effect or does not
/// exist.
pub fn load(input: &Input, name: &dyn Fn(&Path) -> String) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let (file, text, path) = match input {
        Input::File(path) | Input::Found(path) => (name(path), None, Some(path.as_path())),
        Input::Text(called, text) => (called.clone(), Some(text.clone()), None),
    };
    config.file = file.clone();
    let by = if matches!(input, Input::Found(_)) { NamedBy::Repository } else { NamedBy::User };
    gather(&file, text, (path, by), name, &mut Vec::new(), &mut config)?;
    settle(&mut config)?;
    config.prepare();
    Ok(config)
}

/// Adds a file, then the files that it extends. Earlier files refine later ones.
fn gather(
    file: &str,
    text: Option<String>,
    (path, by): (Option<&Path>, NamedBy),
    name: &dyn Fn(&Path) -> String,
    within: &mut Vec<PathBuf>,
    config: &mut Config,
) -> Result<(), ConfigError> {
    let text = match (text, path) {
        (Some(text), _) => text,
        (None, Some(path)) => policy_file::document(path, by)
            .map_err(|error| ConfigError::one(file, 0, format!("cannot read this gitleaks configuration: {error}")))?,
        (None, None) => String::new(),
    };
    if let Some(path) = path {
        within.push(path.canonicalize().unwrap_or_else(|_| path.to_owned()));
        config.files.extend(within.last().map(|path| path.to_string_lossy().into_owned()));
    }
    let File { rules, allowlists, use_default, extends, disabled, notes } = parse(file, &text)?;
    for rule in rules {
        // Rules that were disabled on the way are dropped; rules that exist refine this one.
        if within.len() > 1 && config.is_disabled(&rule.id) {
            continue;
        }
        match config.rules.iter_mut().find(|known| known.id == rule.id) {
            Some(known) => refine(known, rule),
            None => config.rules.push(rule),
        }
    }
    config.allowlists.extend(allowlists);
    config.notes.extend(notes);
    config.use_default |= use_default;
    config.disabled.extend(disabled.into_iter().map(|(id, line)| (id, format!("{file}:{line}"))));
    let Some((extended, line)) = extends else { return Ok(()) };
    let fault = |message: String| ConfigError::one(file, line, format!("extend `{extended}`: {message}"));
    // gitleaks resolves the path from the current directory; users often write it relative to the file.
    let beside = path.and_then(Path::parent).unwrap_or(Path::new("")).join(&extended);
    let at = if beside.exists() { beside } else { PathBuf::from(&extended) };
    let place =
        at.canonicalize().map_err(|error| fault(format!("{error}; it is looked for beside this file, and here")))?;
    if within.contains(&place) {
        return Err(fault("the files extend each other in a circle".to_owned()));
    }
    if within.len() >= MAX_EXTENDS_DEPTH {
        return Err(fault(format!("more than {MAX_EXTENDS_DEPTH} files extend each other")));
    }
    // A configuration from the environment counts as one level.
    if within.is_empty() {
        within.push(PathBuf::new());
    }
    gather(&name(&at), None, (Some(&at), by), name, within, config)
}

/// Merges a rule into the rule of the same id: unset values are filled in, and lists are concatenated.
fn refine(rule: &mut Rule, base: Rule) {
    if rule.description.is_empty() {
        rule.description = base.description;
    }
    if rule.regex.is_none() {
        rule.regex = base.regex;
    }
    if rule.group == 0 {
        rule.group = base.group;
    }
    if rule.entropy == 0.0 {
        rule.entropy = base.entropy;
    }
    if rule.path.is_none() {
        rule.path = base.path;
    }
    rule.skip_report |= base.skip_report;
    rule.keywords.extend(base.keywords);
    rule.tags.extend(base.tags);
    rule.required.extend(base.required);
    rule.allowlists.extend(base.allowlists);
}

/// Checks what can only be checked when all files are merged.
fn settle(config: &mut Config) -> Result<(), ConfigError> {
    let is_of_default = |rule: &Rule| rule.regex.is_none() && rule.path.is_none();
    let (of_default, rules): (Vec<Rule>, Vec<Rule>) = config.rules.drain(..).partition(is_of_default);
    config.rules = rules;
    if let Some(rule) = of_default.first().filter(|_| !config.use_default) {
        let why = format!("rule `{}` has neither `regex` nor `path`: it would find nothing", rule.id);
        return Err(ConfigError::one(&rule.file, rule.line, why));
    }
    config.of_default = of_default;
    if config.rules.is_empty() && !config.use_default {
        // Files with only allowlists are common: they were once added to gitleaks' own rules.
        let why = "no rules and no `useDefault`: gitleaks would look for nothing at all; stanch looks for what its own rules find";
        config.notes.push(format!("{}: {why}", config.file));
        config.use_default = true;
    }
    let mut faults = None;
    for rule in &config.rules {
        let groups = rule.regex.as_ref().map_or(0, |regex| regex.groups);
        if rule.group > groups {
            let why = format!("rule `{}`: `secretGroup` is {}, and its regex has {groups}", rule.id, rule.group);
            faults = Some(ConfigError::one(&rule.file, rule.line, why));
        }
        for required in &rule.required {
            if !config.rules.iter().any(|other| other.id == required.id && other.regex.is_some()) {
                let why =
                    format!("rule `{}` requires `{}`, and there is no such rule with a regex", rule.id, required.id);
                faults = Some(ConfigError::one(&rule.file, required.line, why));
            }
        }
    }
    for list in &config.allowlists {
        for (id, line) in &list.rules {
            let is_known = config.rules.iter().chain(&config.of_default).any(|rule| rule.id == *id);
            if !is_known && !config.use_default {
                config.notes.push(format!("{}:{line}: `targetRules`: there is no rule `{id}`", list.file));
            }
        }
    }
    faults.map_or(Ok(()), Err)
}
