//! `stanch config`: the settings that apply to a path, with their origins.

use super::{Exit, Failure};
use crate::config::{Layer, SCHEMA};
use crate::policy::{PolicyOptions, Scope, Scopes};
use crate::report;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

/// Prints the JSON schema of `stanch.toml`, or that of the JSON report.
///
/// # Errors
/// Fails when the output fails.
pub fn config_schema(of_report: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    let schema = if of_report { report::JSON_SCHEMA } else { SCHEMA };
    out.write_all(schema.as_bytes()).map_err(Failure::of_output)?;
    Ok(Exit::Clean)
}

/// Prints every setting that applies to a path, with its origin.
///
/// # Errors
/// Fails when the path does not exist, a file that holds there is at fault, or the output fails.
pub fn config_show(options: PolicyOptions, path: &Path, out: &mut dyn Write) -> Result<Exit, Failure> {
    if path.symlink_metadata().is_err() {
        return Err(Failure::Usage(format!("{}: no such file or directory; check the path", path.display())));
    }
    let scopes = Scopes::new(options, &[path.to_owned()])?;
    let scope = scopes.of_target(path)?;
    // What is wrong with the rules is said here too.
    let rules = scope.rule_set()?.rules().len();
    write(&scope, rules, out).map_err(Failure::of_output)?;
    Ok(Exit::Clean)
}

fn write(scope: &Scope, rules: usize, out: &mut dyn Write) -> io::Result<()> {
    for layer in scope.layers() {
        writeln!(out, "# {}", layer.file)?;
    }
    if scope.files().is_empty() {
        writeln!(out, "# no stanch.toml")?;
    }
    let mut line = |key: &str, value: &dyn Display, origin: &dyn Display| {
        writeln!(out, "{:40}  # {origin}", format!("{key} = {value}"))
    };
    let quoted = |text: &str| toml_string(text);
    let (confidence, severity) = (scope.confidence(), scope.severity());
    line("confidence", &quoted(confidence.value.as_str()), &confidence.origin)?;
    line("severity", &quoted(severity.value.as_str()), &severity.origin)?;
    let (gitignore, inline) = (scope.gitignore(), scope.inline());
    line("gitignore", &gitignore.value, &gitignore.origin)?;
    line("inline", &inline.value, &inline.origin)?;
    if let Some(size) = scope.max_file_size() {
        line("max_file_size", &size.value, &size.origin)?;
    }
    if let Some(known) = scope.baseline() {
        let configured = scope.layers().filter_map(|layer| Some(layer.place(layer.baseline.as_ref()?.line))).last();
        let origin = configured.unwrap_or_else(|| "found, or a flag".to_owned());
        line("baseline", &quoted(&known.file), &format!("{origin}; {} secrets", known.content.secrets.len()))?;
    }
    for layer in scope.layers() {
        write_layer(layer, &mut line)?;
    }
    let report = scope.report();
    let place = |line: usize, is_it: &dyn Fn(&Layer) -> bool| {
        scope.layers().filter(|layer| is_it(layer)).last().map_or_else(String::new, |layer| layer.place(line))
    };
    if let Some(format) = &report.format {
        let origin = place(format.line, &|layer| layer.report.format.as_ref() == Some(format));
        line("report.format", &quoted(&format.value), &origin)?;
    }
    if let Some(color) = &report.color {
        let origin = place(color.line, &|layer| layer.report.color.as_ref() == Some(color));
        line("report.color", &quoted(&color.value), &origin)?;
    }
    if let Some(code) = &report.exit_code {
        let origin = place(code.line, &|layer| layer.report.exit_code.as_ref() == Some(code));
        line("report.exit_code", &code.value, &origin)?;
    }
    if let Some(allowed) = &report.allow_incomplete {
        let origin = place(allowed.line, &|layer| layer.report.allow_incomplete.as_ref() == Some(allowed));
        line("report.allow_incomplete", &allowed.value, &origin)?;
    }
    for known in scope.ignores() {
        writeln!(out, "# {}: {} entries", known.file, known.content.entries().count())?;
    }
    for known in scope.known() {
        writeln!(out, "# {}: {} entries", known.file, known.entries.len())?;
    }
    writeln!(out, "# {rules} rules are on")
}

/// Writes a line: key, value, origin.
type WriteLine<'w> = dyn FnMut(&str, &dyn Display, &dyn Display) -> io::Result<()> + 'w;

/// What adds up over the files.
fn write_layer(layer: &Layer, line: &mut WriteLine<'_>) -> io::Result<()> {
    let lists = [("exclude", &layer.exclude), ("disable", &layer.disable), ("rule_files", &layer.rule_files)];
    for (key, values) in lists {
        for value in values {
            line(&format!("{key}[]"), &toml_string(&value.value), &layer.place(value.line))?;
        }
    }
    for (id, setting) in &layer.rules {
        let key = |name: &str| format!("rules.{}.{name}", id.value);
        if let Some(enabled) = &setting.enabled {
            line(&key("enabled"), &enabled.value, &layer.place(enabled.line))?;
        }
        if let Some(severity) = &setting.severity {
            line(&key("severity"), &toml_string(severity.value.as_str()), &layer.place(severity.line))?;
        }
        if let Some(confidence) = &setting.confidence {
            line(&key("confidence"), &toml_string(confidence.value.as_str()), &layer.place(confidence.line))?;
        }
        if let Some(entropy) = &setting.entropy {
            line(&key("entropy"), &entropy.value, &layer.place(entropy.line))?;
        }
    }
    for allow in &layer.allow {
        let reason = allow.reason.as_deref().unwrap_or("no reason given");
        line("allow[].reason", &toml_string(reason), &layer.place(allow.line))?;
    }
    if let Some(gitleaks) = &layer.gitleaks {
        line("gitleaks", &toml_string(&gitleaks.value), &layer.place(gitleaks.line))?;
    }
    layer.own_rules.map_or(Ok(()), |first| line("rule[]", &"…", &layer.place(first)))
}

fn toml_string(text: &str) -> String {
    format!("{text:?}")
}
