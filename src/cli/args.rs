//! The arguments, and what they mean.

use super::ledger::{BaselineArgs, ConfigArgs, IgnoresArgs};
use super::policy::PolicyArgs;
use super::terminal::Terminal;
use crate::commands::{Failure, GitOptions, Reporting, ScanOptions};
use crate::config::{ReportDefaults, parse_size};
use crate::pipeline::{PolicyOptions, Selection};
use crate::report::{self, Format};
use crate::sources::FileOptions;
use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueHint};
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes: 0 clean, 1 findings, 2 usage or configuration error (nothing was scanned), \
3 no findings but the scan is incomplete, 130 interrupted.";

/// Finds secrets: passwords, tokens and keys that leaked into files.
///
/// Start with `stanch scan` in a directory of yours.
#[derive(Debug, Parser)]
#[command(name = "stanch", version, after_help = EXIT_CODES, arg_required_else_help = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan directories, files and standard input for secrets
    Scan(ScanArgs),
    /// Scan everything that git repositories remember: all branches, tags, stashes, notes and messages
    Git(GitArgs),
    /// Explain a rule (by its id), or why a line (PATH:LINE) was or was not reported
    Explain(ExplainArgs),
    /// See and test what is looked for
    Rules(RulesArgs),
    /// See what holds where, and who says so
    Config(ConfigArgs),
    /// Keep exceptions for single secrets (.stanchignore)
    Ignores(IgnoresArgs),
    /// Keep the list of secrets that were there before (.stanch-baseline)
    Baseline(BaselineArgs),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = EXIT_CODES)]
pub(super) struct ScanArgs {
    /// What to scan: directories (with everything below, hidden and ignored files too), files, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Leave out what .gitignore and .ignore files name
    #[arg(long, overrides_with = "no_gitignore", help_heading = "What is read")]
    gitignore: bool,
    /// Read it, whatever the configuration says
    #[arg(long, overrides_with = "gitignore", help_heading = "What is read")]
    no_gitignore: bool,
    /// Leave out paths that match GLOB, as in a .gitignore file (repeatable)
    #[arg(long, value_name = "GLOB", help_heading = "What is read")]
    exclude: Vec<String>,
    /// Follow symbolic links
    #[arg(long, help_heading = "What is read")]
    follow: bool,
    /// Do not read files larger than SIZE (such as 500k, 10M, 2G); the scan is then incomplete
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "What is read")]
    max_file_size: Option<u64>,
    /// Number of threads [default: one for each processor]
    #[arg(long, short = 'j', value_name = "N", help_heading = "What is read")]
    threads: Option<usize>,

    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = EXIT_CODES)]
pub(super) struct GitArgs {
    /// Repositories: work trees or bare ones
    #[arg(value_name = "REPO", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) repositories: Vec<PathBuf>,

    /// Also what no reference leads to: dropped commits, dangling blobs
    #[arg(long, help_heading = "What counts")]
    unreachable: bool,
    /// Only what this branch (or tag, or other reference) leads to (repeatable)
    #[arg(long, value_name = "NAME", conflicts_with = "unreachable", help_heading = "What counts")]
    branch: Vec<String>,
    /// Only secrets that a commit of A..B brought
    #[arg(long, value_name = "A..B", help_heading = "What counts")]
    range: Option<String>,
    /// Only secrets that came after a revision or a day (YYYY-MM-DD)
    #[arg(long, value_name = "REV|DATE", help_heading = "What counts")]
    since: Option<String>,
    /// Only secrets that came in the last N generations of commits
    #[arg(long, value_name = "N", help_heading = "What counts")]
    max_depth: Option<u32>,

    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// What all scans have.
#[derive(Debug, ClapArgs)]
pub(super) struct CommonArgs {
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    /// Exit code when something was found [default: 1]
    #[arg(long, value_name = "N", help_heading = "What is reported")]
    exit_code: Option<u8>,

    /// Format of the report [default: human]
    #[arg(long, short = 'f', value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::NAMES), help_heading = "Report")]
    format: Option<String>,
    /// Write the report to FILE (written beside, then renamed) and not to standard output
    #[arg(long, short = 'o', value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report")]
    output: Option<PathBuf>,
    /// Show secrets in full. Whoever sees the report then has them
    #[arg(long, help_heading = "Report")]
    show_secrets: bool,
    /// List what was found and is not reported, and who says so (human; the JSON formats always do)
    #[arg(long, help_heading = "Report")]
    explain: bool,
    /// When to use colour: auto, always, never [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = PossibleValuesParser::new(["auto", "always", "never"]), help_heading = "Report")]
    color: Option<String>,
    /// No progress bar
    #[arg(long, short = 'q', help_heading = "Report")]
    pub(super) quiet: bool,
    /// Exit with 0 even if something could not be read, as long as nothing was found
    #[arg(long, help_heading = "Report")]
    allow_incomplete: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ExplainArgs {
    /// A rule's id, or PATH:LINE
    pub(super) subject: String,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List all rules
    List {
        #[command(flatten)]
        rules: RuleFiles,
    },
    /// Show everything about a rule
    Show {
        /// The rule's id
        id: String,
        #[command(flatten)]
        rules: RuleFiles,
    },
    /// Check the rules as a set
    Check {
        #[command(flatten)]
        rules: RuleFiles,
    },
    /// Run the rules' generated examples through the engine
    Test {
        /// Only the rules of these ids
        ids: Vec<String>,
        #[command(flatten)]
        rules: RuleFiles,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct RuleFiles {
    /// Read further rules from FILE (repeatable)
    #[arg(long = "rules", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<PathBuf>,
}

impl ScanArgs {
    /// What flags say about policy.
    pub(super) fn policy(&self) -> PolicyOptions {
        let gitignore = self.gitignore.then_some(true).or(self.no_gitignore.then_some(false));
        PolicyOptions { gitignore, max_file_size: self.max_file_size, ..self.common.policy.options() }
    }

    /// Plain options, with what the terminal and the configuration decide filled in.
    pub(super) fn into_options(self, terminal: Terminal, defaults: &ReportDefaults) -> Result<ScanOptions, Failure> {
        Ok(ScanOptions {
            reporting: self.common.reporting(terminal, defaults)?,
            paths: self.paths,
            files: FileOptions {
                exclude: self.exclude,
                follow: self.follow,
                threads: self.threads,
                ..FileOptions::default()
            },
        })
    }
}

impl GitArgs {
    /// Plain options, with what the terminal and the configuration decide filled in.
    pub(super) fn into_options(self, terminal: Terminal, defaults: &ReportDefaults) -> Result<GitOptions, Failure> {
        Ok(GitOptions {
            repositories: self.repositories,
            selection: Selection {
                unreachable: self.unreachable,
                branches: self.branch,
                range: self.range,
                since: self.since,
                max_depth: self.max_depth,
            },
            reporting: self.common.reporting(terminal, defaults)?,
        })
    }
}

impl CommonArgs {
    fn reporting(&self, terminal: Terminal, defaults: &ReportDefaults) -> Result<Reporting, Failure> {
        let exit_code = self.exit_code.or(defaults.exit_code.as_ref().map(|code| code.value)).unwrap_or(1);
        if exit_code == 2 || exit_code == 3 {
            let why = "--exit-code: 2 and 3 say that a scan failed or is incomplete; choose another";
            return Err(Failure::Usage(why.to_owned()));
        }
        let color = match self.color.as_deref().or(defaults.color.as_ref().map(|when| when.value.as_str())) {
            Some("always") => true,
            Some("never") => false,
            _ => terminal.color && self.output.is_none(),
        };
        let format = self.format.as_deref().or(defaults.format.as_ref().map(|format| format.value.as_str()));
        Ok(Reporting {
            format: format.and_then(|name| name.parse().ok()).unwrap_or(Format::Human),
            look: report::Options { show_secrets: self.show_secrets, color, explain: self.explain },
            output: self.output.clone(),
            exit_code,
            allow_incomplete: self.allow_incomplete
                || defaults.allow_incomplete.as_ref().is_some_and(|allowed| allowed.value),
        })
    }
}
