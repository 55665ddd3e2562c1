//! Translates gitleaks' arguments to options of stanch.

use super::super::terminal::{self, Terminal};
use super::super::{streams, watched};
use super::log_opts;
use super::{Flags, GitFlags, GitleaksArgs, GitleaksCommand};
use crate::commands::{self, Delivery, Exit, Failure, GitOptions, Reporting, ScanOptions, Scope};
use crate::compat::gitleaks::Input;
use crate::git::repo::OpenOptions;
use crate::pipeline::{ChangeScope, MEMORY, Progress};
use crate::policy::{BaselineChoice, GitleaksOptions, PolicyOptions, Scopes};
use crate::policy_file;
use crate::report::{self, Format, GitleaksLook, Template};
use crate::sources::FileOptions;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is scanned.
enum Target {
    Files(Vec<PathBuf>, bool),
    Git(PathBuf, Scope),
}

impl GitleaksArgs {
    /// Runs the command.
    pub(in super::super) fn run(self, progress: &Arc<Progress>, out: &mut dyn Write) -> Result<Exit, Failure> {
        let mut notes = Vec::new();
        let flags = self.flags;
        let target = match self.command {
            GitleaksCommand::Version => {
                writeln!(out, "{}", super::VERSION).map_err(Failure::of_output)?;
                return Ok(Exit::Clean);
            }
            GitleaksCommand::Stdin | GitleaksCommand::Detect { pipe: true, .. } => {
                streams::needs_input()?;
                Target::Files(vec!["-".into()], false)
            }
            GitleaksCommand::Dir { paths, follow_symlinks } => Target::Files(paths, follow_symlinks),
            GitleaksCommand::Detect { source, no_git: true, follow_symlinks, .. } => {
                Target::Files(vec![source], follow_symlinks)
            }
            GitleaksCommand::Git { repository, git } => Target::Git(repository, git.scope(false, &mut notes)),
            GitleaksCommand::Detect { source, git, .. } => Target::Git(source, git.scope(false, &mut notes)),
            GitleaksCommand::Protect { source, git } => Target::Git(source, git.scope(true, &mut notes)),
        };
        let targets = match &target {
            Target::Files(paths, _) => paths.clone(),
            Target::Git(repository, _) => vec![repository.clone()],
        };
        let scopes =
            commands::scopes(flags.policy(targets.first().map_or(Path::new("."), PathBuf::as_path)), &targets)?;
        let reporting = flags.reporting(terminal::detect(), &scopes, &targets, &mut notes)?;
        flags.without_equivalent(&mut notes);
        if !matches!(flags.log_level.as_str(), "error" | "fatal") {
            for note in notes {
                let _ = writeln!(io::stderr(), "stanch: note: {}", terminal::harmless(&note));
            }
        }
        let mut out = watched(progress, true, out);
        match target {
            Target::Files(paths, follow) => {
                let options = ScanOptions {
                    paths,
                    memory: MEMORY,
                    files: FileOptions { follow, ..FileOptions::default() },
                    reporting,
                };
                commands::scan(&options, &scopes, progress, &mut out)
            }
            Target::Git(repository, scope) => {
                let (repositories, open) = (vec![repository], OpenOptions::default());
                commands::git(&GitOptions { repositories, open, scope, reporting }, &scopes, progress, &mut out)
            }
        }
    }
}

impl GitFlags {
    fn scope(&self, protects: bool, notes: &mut Vec<String>) -> Scope {
        if self.platform.is_some() {
            notes.push("--platform: no links to a host are made".to_owned());
        }
        if self.staged {
            return Scope::Changes(ChangeScope::Staged);
        }
        if self.pre_commit || protects {
            notes
                .push("what is neither tracked nor ignored is looked at too, because it could be committed".to_owned());
            return Scope::Changes(ChangeScope::WorkTree);
        }
        let (selection, ignored) = log_opts::selection(self.log_opts.as_deref().unwrap_or_default());
        if !ignored.is_empty() {
            notes.push(format!("--log-opts: `{}` chooses no commits here: no fewer are looked at", ignored.join(" ")));
        }
        Scope::History(selection)
    }
}

impl Flags {
    fn policy(&self, target: &Path) -> PolicyOptions {
        PolicyOptions {
            no_config: true,
            no_inline: self.ignore_gitleaks_allow,
            baseline: match &self.baseline_path {
                Some(path) => BaselineChoice::File(path.clone()),
                None => BaselineChoice::Without,
            },
            max_file_size: self
                .max_target_megabytes
                .filter(|size| *size > 0)
                .map(|size| size.saturating_mul(1_000_000)),
            gitleaks: GitleaksOptions {
                config: self.config(target),
                only: self.enable_rule.clone(),
                ignores: Some(self.gitleaks_ignore_path.clone().unwrap_or_else(|| ".".into())),
                in_their_place: true,
            },
            ..PolicyOptions::default()
        }
    }

    /// The configuration, by the order in which gitleaks looks for one.
    fn config(&self, target: &Path) -> Option<Input> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let asked = self.config.clone().or_else(|| variable("GITLEAKS_CONFIG").map(PathBuf::from));
        if let Some(path) = asked {
            return Some(Input::File(path));
        }
        if let Some(text) = variable("GITLEAKS_CONFIG_TOML") {
            return Some(Input::Text("GITLEAKS_CONFIG_TOML".to_owned(), text));
        }
        let dir = if target.is_dir() { target } else { target.parent().unwrap_or(Path::new(".")) };
        let found = dir.join(".gitleaks.toml");
        policy_file::exists(&found).then_some(Input::Found(found))
    }

    fn reporting(
        &self,
        terminal: Terminal,
        scopes: &Scopes,
        targets: &[PathBuf],
        notes: &mut Vec<String>,
    ) -> Result<Reporting, Failure> {
        let to = self.report_path.as_ref().filter(|path| !matches!(path.to_str(), Some("-" | "/dev/stdout"))).cloned();
        let writes = self.report_path.is_some() || self.report_format.is_some();
        let format = if writes { Some(self.format()?) } else { None };
        let template = match &self.report_template {
            Some(path) => Some(Template::load(path).map_err(|error| Failure::Usage(error.to_string()))?),
            None if format == Some(Format::Template) => {
                return Err(Failure::Usage("--report-format template needs --report-template FILE".to_owned()));
            }
            None => None,
        };
        let color = terminal.color && !self.no_color;
        let mut deliveries: Vec<Delivery> = Vec::new();
        deliveries.extend(format.map(|format| Delivery { format, to: to.clone(), color: false }));
        if !writes || to.is_some() {
            deliveries.push(Delivery { format: Format::Human, to: None, color });
        }
        if deliveries.iter().any(|delivery| delivery.to.is_none()) {
            streams::needs_output()?;
        }
        if writes && self.redact.is_none() {
            notes.push(
                "secrets are masked in reports; --redact=0 writes them in full, as gitleaks does by itself".to_owned(),
            );
        }
        let scope = scopes.of_target(targets.first().map_or(Path::new("."), PathBuf::as_path));
        let scope = scope.ok();
        let set = scope.as_ref().and_then(|scope| scope.rule_set().ok());
        let described = set.iter().flat_map(|set| set.rules()).map(|rule| (rule.id.to_string(), rule.name.to_string()));
        let all_rules: BTreeMap<String, String> =
            if format == Some(Format::GitleaksSarif) { described.collect() } else { BTreeMap::new() };
        let gitleaks = scope.and_then(|scope| scope.gitleaks().cloned());
        let rules = gitleaks.iter().flat_map(|gitleaks| &gitleaks.config.rules);
        let tags: BTreeMap<String, Vec<String>> = rules.map(|rule| (rule.id.clone(), rule.tags.clone())).collect();
        let look = report::Options {
            show_secrets: self.redact == Some(0),
            explain: self.verbose,
            base: std::env::current_dir().unwrap_or_default(),
            template,
            gitleaks: GitleaksLook {
                tags: Arc::new(tags),
                shown: 100 - self.redact.unwrap_or(100),
                rules: Arc::new(all_rules),
            },
            ..report::Options::default()
        };
        let large_is_left_out = self.max_target_megabytes.is_some();
        Ok(Reporting {
            deliveries,
            look,
            exit_code: self.exit_code,
            allow_incomplete: false,
            large_is_left_out,
            verbose: false,
        })
    }

    /// The report's format: what was asked for, or what its name says.
    fn format(&self) -> Result<Format, Failure> {
        let extension =
            self.report_path.as_ref().and_then(|path| path.extension()?.to_str().map(str::to_ascii_lowercase));
        let asked = self.report_format.as_deref().map(str::to_ascii_lowercase).or(extension);
        let is_asked = self.report_format.is_some();
        match asked.as_deref() {
            Some("csv") => Ok(Format::GitleaksCsv),
            Some("junit" | "xml") => Ok(Format::GitleaksJunit),
            Some("sarif") => Ok(Format::GitleaksSarif),
            Some("template") => Ok(Format::Template),
            Some(other) if is_asked && other != "json" => {
                let why = format!("--report-format `{other:.20}` is not one of json, csv, junit, sarif, template");
                Err(Failure::Usage(why))
            }
            _ => Ok(Format::GitleaksJson),
        }
    }

    /// Notes what was asked for and is not done.
    fn without_equivalent(&self, notes: &mut Vec<String>) {
        let mut note = |asked: bool, text: &str| notes.extend(asked.then(|| text.to_owned()));
        note(
            self.max_decode_depth.is_some_and(|depth| depth > 0),
            "--max-decode-depth: encoded secrets are not decoded",
        );
        note(self.max_archive_depth.is_some_and(|depth| depth > 0), "--max-archive-depth: archives are not opened");
        note(self.timeout.is_some_and(|seconds| seconds > 0), "--timeout: a scan takes as long as it takes");
        note(self.diagnostics.is_some() || self.diagnostics_dir.is_some(), "--diagnostics: nothing is measured");
    }
}
