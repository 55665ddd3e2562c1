//! The arguments of `stanch config`, `stanch ignores` and `stanch baseline`.

use super::help;
use super::policy::PolicyArgs;
use crate::commands::{self, BaselineOptions, Exit, Failure, NewEntry};
use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Subcommand, ValueHint};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = help::CONFIG)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Show what holds for a path, and which file and line says so
    #[command(after_help = help::ASKED)]
    Show {
        /// A directory or file
        #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
        path: PathBuf,
        #[command(flatten)]
        policy: Box<PolicyArgs>,
    },
    /// Print the JSON schema of stanch.toml, for editors, or that of the JSON report
    #[command(after_help = help::ASKED)]
    Schema {
        /// Of what
        #[arg(long, value_name = "WHAT", default_value = "config", value_parser = PossibleValuesParser::new(["config", "report"]))]
        of: String,
    },
}

#[derive(Debug, ClapArgs)]
#[command(after_help = help::IGNORES)]
pub(super) struct IgnoresArgs {
    #[command(subcommand)]
    command: IgnoresCommand,
}

#[derive(Debug, Subcommand)]
enum IgnoresCommand {
    /// List the entries of all .stanchignore files that hold for a path or below it
    #[command(after_help = help::ASKED)]
    List {
        /// A directory or file
        #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
        path: PathBuf,
        #[command(flatten)]
        policy: Box<PolicyArgs>,
    },
    /// Ignore a secret
    #[command(after_help = help::LEDGER)]
    Add {
        /// The finding's fingerprint, or at least its first 8 digits; or PATH:LINE
        #[arg(value_name = "FINGERPRINT")]
        id: String,
        /// Where it is looked for, if not in a report [default: the repository, with what is staged and its history]
        #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
        path: Option<PathBuf>,
        /// Why it may stay
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Who answers for it
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// The last day on which this holds
        #[arg(long, value_name = "YYYY-MM-DD")]
        expires: Option<String>,
        /// Look for the finding in this JSON report, and do not scan
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        report: Option<PathBuf>,
        /// Write to this file [default: the nearest .stanchignore, or a new one at the top]
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
        #[command(flatten)]
        policy: Box<PolicyArgs>,
    },
    /// Take away the entries of secrets that do not occur any more, in files nor in history
    #[command(after_help = help::LEDGER)]
    Prune {
        /// A directory
        #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::DirPath)]
        path: PathBuf,
        /// Only say which
        #[arg(long)]
        dry_run: bool,
        /// Look at files only
        #[arg(long)]
        no_history: bool,
        #[command(flatten)]
        policy: Box<PolicyArgs>,
    },
}

#[derive(Debug, ClapArgs)]
#[command(after_help = help::BASELINE)]
pub(super) struct BaselineArgs {
    #[command(subcommand)]
    command: BaselineCommand,
}

#[derive(Debug, ClapArgs)]
struct SurveyArgs {
    /// Directories that the baseline is about
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::DirPath)]
    paths: Vec<PathBuf>,
    /// Also everything that the repository remembers
    #[arg(long)]
    git: bool,
    #[command(flatten)]
    policy: Box<PolicyArgs>,
}

#[derive(Debug, Subcommand)]
enum BaselineCommand {
    /// Make a baseline of all secrets that are there
    #[command(after_help = help::LEDGER)]
    Create {
        #[command(flatten)]
        survey: SurveyArgs,
        /// Replace one that is there
        #[arg(long)]
        force: bool,
    },
    /// Take off what is gone
    #[command(after_help = help::LEDGER)]
    Update {
        #[command(flatten)]
        survey: SurveyArgs,
        /// Add what is new as well
        #[arg(long)]
        add: bool,
    },
    /// List the baseline, with where each secret stands now
    #[command(after_help = help::LEDGER)]
    Show {
        #[command(flatten)]
        survey: SurveyArgs,
    },
    /// Join two versions of a baseline: git's merge driver (docs/baseline.md)
    #[command(after_help = help::ASKED)]
    Merge {
        /// The version that both were made from (%O)
        #[arg(value_hint = ValueHint::FilePath)]
        base: PathBuf,
        /// Our version (%A), which becomes the result
        #[arg(value_hint = ValueHint::FilePath)]
        ours: PathBuf,
        /// Their version (%B)
        #[arg(value_hint = ValueHint::FilePath)]
        theirs: PathBuf,
    },
}

impl SurveyArgs {
    fn options(self) -> BaselineOptions {
        BaselineOptions { policy: self.policy.options(), paths: self.paths, history: self.git }
    }
}

impl ConfigArgs {
    pub(super) fn run(self, out: &mut dyn Write) -> Result<Exit, Failure> {
        match self.command {
            ConfigCommand::Show { path, policy } => commands::config_show(policy.options(), &path, out),
            ConfigCommand::Schema { of } => commands::config_schema(of == "report", out),
        }
    }
}

impl IgnoresArgs {
    pub(super) fn run(self, out: &mut dyn Write) -> Result<Exit, Failure> {
        match self.command {
            IgnoresCommand::List { path, policy } => commands::ignores_list(policy.options(), &path, out),
            IgnoresCommand::Add { id, path, reason, owner, expires, report, file, policy } => {
                let new = NewEntry { id, reason, owner, expires, report, file };
                commands::ignores_add(policy.options(), path.as_deref(), &new, out)
            }
            IgnoresCommand::Prune { path, dry_run, no_history, policy } => {
                commands::ignores_prune(policy.options(), &path, !no_history, dry_run, out)
            }
        }
    }
}

impl BaselineArgs {
    pub(super) fn run(self, out: &mut dyn Write) -> Result<Exit, Failure> {
        match self.command {
            BaselineCommand::Create { survey, force } => commands::baseline_create(&survey.options(), force, out),
            BaselineCommand::Update { survey, add } => commands::baseline_update(&survey.options(), add, out),
            BaselineCommand::Show { survey } => commands::baseline_show(&survey.options(), out),
            BaselineCommand::Merge { base, ours, theirs } => commands::baseline_merge(&base, &ours, &theirs, out),
        }
    }
}
