//! The arguments of the commands.

use super::attest::{AttestArgs, GateArgs};
use super::environment;
use super::generate::{CompletionsArgs, ManArgs};
use super::gitleaks::GitleaksArgs;
use super::help;
use super::hook::HookArgs;
use super::image::ImageArgs;
use super::init::InitArgs;
use super::ledger::{BaselineArgs, ConfigArgs, IgnoresArgs};
use super::lives::LedgerArgs;
use super::migrate::MigrateArgs;
use super::policy::PolicyArgs;
use super::redact::RedactArgs;
use super::shared_args::{CommonArgs, MOST_THREADS};
use super::terminal::{Terminal, harmless};
use crate::commands::{self, Failure, GitOptions, ScanOptions, Scope};
use crate::config::{ReportDefaults, parse_size};
use crate::git::repo::OpenOptions;
use crate::pipeline::{ChangeScope, MEMORY, Selection};
use crate::policy::{BaselineChoice, PolicyOptions};
use crate::report::conceal;
use crate::sources::FileOptions;
use clap::builder::{PossibleValuesParser, RangedU64ValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueHint};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::LazyLock;

/// Finds secrets: passwords, tokens and keys that leaked into files and repositories
#[derive(Debug, Parser)]
#[command(name = "stanch", version = version(), after_help = help::TOP, arg_required_else_help = true, subcommand_required = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The version, and the commit it was built from where the build knows it.
fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| match option_env!("STANCH_BUILD_COMMIT") {
        Some(commit) => format!("{} ({:.12})", env!("CARGO_PKG_VERSION"), commit),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    });
    &VERSION
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan directories, files and standard input for secrets
    Scan(ScanArgs),
    /// Scan everything that git repositories remember: all branches, tags, stashes, notes and messages
    Git(GitArgs),
    /// Scan container images: every layer, files that a later layer removes, the configuration, and what is attached
    Image(ImageArgs),
    /// Take inventory of a host: what lies unprotected on it, and who may read it
    #[cfg(target_os = "linux")]
    Host(Box<super::host::HostArgs>),
    /// Install git hooks that stop a commit or a push that brings a secret
    Hook(HookArgs),
    /// Explain a rule (by its id), a finding (by its fingerprint), or why a line (PATH:LINE) was or was not reported
    Explain(ExplainArgs),
    /// List, show and test the rules: what is looked for
    Rules(RulesArgs),
    /// See what holds where, and who says so
    Config(ConfigArgs),
    /// Keep exceptions for single secrets (.stanchignore)
    Ignores(IgnoresArgs),
    /// Keep the list of secrets that were there before (.stanch-baseline)
    Baseline(BaselineArgs),
    /// Remember every secret: its places, its state, who decided what, and what is overdue
    Ledger(Box<LedgerArgs>),
    /// Scan a file, a folder, a commit or an image, and say in a signed statement what is true of it
    Attest(Box<AttestArgs>),
    /// Let through what a signed statement vouches for, and nothing else
    Gate(GateArgs),
    /// Say which secrets are new in a JSON report, and which are gone
    Diff(DiffArgs),
    /// Replace the secrets in a stream or in files; everything else stays as it is
    Redact(RedactArgs),
    /// Set up a repository: a configuration, a hook and a CI step for what is found; nothing is overwritten
    Init(InitArgs),
    /// Turn the set-up of another scanner into ours: configuration, ignore file, baseline, hook, CI step
    Migrate(MigrateArgs),
    /// Take gitleaks' place: its sub-commands, flags, configuration and reports
    Gitleaks(Box<GitleaksArgs>),
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all sub-commands
    Man(ManArgs),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = help::SCAN)]
pub(super) struct ScanArgs {
    /// What to scan: directories (everything below, hidden and git-ignored files too), files, or `-` for standard input
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
    /// Read folders that are tagged as caches (CACHEDIR.TAG), too; otherwise they are left out and counted, unless they are named
    #[arg(long, help_heading = "What is read")]
    no_cache_skip: bool,
    /// The path of the file that standard input is: reports name it, and its policy holds
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath, help_heading = "What is read")]
    stdin_name: Option<PathBuf>,
    /// Follow symbolic links
    #[arg(long, help_heading = "What is read")]
    follow: bool,
    /// Do not read files larger than SIZE (such as 500k, 10M, 2G); the scan is then incomplete
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "What is read")]
    max_file_size: Option<u64>,
    /// Number of threads [default: one for each processor]
    #[arg(long, short = 'j', value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_THREADS), help_heading = "What is read")]
    threads: Option<usize>,

    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = help::GIT)]
pub(super) struct GitArgs {
    /// Repositories: work trees or bare ones
    #[arg(value_name = "REPO", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) repositories: Vec<PathBuf>,

    /// What the next commit brings: what is staged and the last commit does not have
    #[arg(long, conflicts_with_all = ["work_tree", "unreachable", "branch", "range", "since", "max_depth"], help_heading = "What counts")]
    staged: bool,
    /// All that could be committed now: what is staged, changed, or neither tracked nor ignored
    #[arg(long, conflicts_with_all = ["unreachable", "branch", "range", "since", "max_depth"], help_heading = "What counts")]
    work_tree: bool,
    /// Also what no reference leads to: dropped commits, dangling blobs
    #[arg(long, conflicts_with_all = ["branch", "range", "since", "max_depth"], help_heading = "What counts")]
    unreachable: bool,
    /// Only secrets that a commit brought to which this branch (or tag, or other reference) leads (repeatable)
    #[arg(long, value_name = "NAME", help_heading = "What counts")]
    branch: Vec<String>,
    /// All references, which count as it is: for hands that are used to `git log --all`
    #[arg(long, hide = true, conflicts_with_all = ["staged", "work_tree", "branch"])]
    all: bool,
    /// Only secrets that a commit of A..B brought (or of A...B: what only one of them has)
    #[arg(long, value_name = "A..B", help_heading = "What counts")]
    range: Option<String>,
    /// Only secrets that this run of CI is about, as GitHub Actions, GitLab CI or Bitbucket Pipelines say it in their variables
    #[arg(long, conflicts_with_all = ["staged", "work_tree", "unreachable", "branch", "all", "range", "pre_push", "since", "max_depth"], help_heading = "What counts")]
    ci: bool,
    /// Only secrets that a push brings, as the pre-commit framework says it (in PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF)
    #[arg(long, conflicts_with_all = ["unreachable", "branch", "range", "since", "max_depth"], help_heading = "What counts")]
    pre_push: bool,
    /// Only secrets that came after a revision or a date: YYYY-MM-DD (UTC), YYYY-MM-DDThh:mm+hh:mm, or in git's forms (yesterday, 2 weeks ago)
    #[arg(long, value_name = "REV|DATE", help_heading = "What counts")]
    since: Option<String>,
    /// Only secrets that came in the last N generations of commits, counted from each reference
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "What counts")]
    max_depth: Option<u32>,
    /// Follow alternates and links that lead out of the repository's surroundings. Only for repositories that you trust
    #[arg(long, help_heading = "What is read")]
    allow_outside: bool,

    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = help::EXPLAIN)]
pub(super) struct ExplainArgs {
    /// A rule's id, PATH:LINE, COMMIT:PATH:LINE, or a finding's fingerprint (its first 8 digits or more)
    #[arg(allow_hyphen_values = true)]
    pub(super) subject: String,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = help::DIFF)]
pub(super) struct DiffArgs {
    /// The earlier report (--format json or jsonl)
    #[arg(value_name = "OLD", value_hint = ValueHint::FilePath)]
    pub(super) old: PathBuf,
    /// The later one
    #[arg(value_name = "NEW", value_hint = ValueHint::FilePath)]
    pub(super) new: PathBuf,
    /// Write JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = help::RULES)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules that hold here, by the configuration of this directory
    #[command(after_help = help::ASKED)]
    List {
        /// Those that are switched off too, with the line that does it
        #[arg(long)]
        all: bool,
        /// Use this configuration and no other
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_config")]
        config: Option<PathBuf>,
        /// Do not look for stanch.toml files
        #[arg(long)]
        no_config: bool,
        /// A line each, or a JSON array with everything about them
        #[arg(long, short = 'f', value_name = "FORMAT", default_value = "human", value_parser = PossibleValuesParser::new(["human", "json"]))]
        format: String,
        #[command(flatten)]
        rules: RuleFiles,
    },
    /// Show everything about a rule
    #[command(after_help = help::ASKED)]
    Show {
        /// The rule's id
        id: String,
        #[command(flatten)]
        rules: RuleFiles,
    },
    /// Check the rules as a set: none is there twice, all addresses are https
    #[command(after_help = help::RULES_TESTED)]
    Check {
        #[command(flatten)]
        rules: RuleFiles,
    },
    /// Run the rules' generated examples through the engine: each must fire, and no counter-example may
    #[command(after_help = help::RULES_TESTED)]
    Test {
        /// Only the rules of these ids
        ids: Vec<String>,
        #[command(flatten)]
        rules: RuleFiles,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct RuleFiles {
    /// Read further rules from FILE (repeatable); docs/rules.md has the format
    #[arg(long = "rules", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<PathBuf>,
}

impl RuleFiles {
    /// A policy with nothing in it but what decides about rules.
    pub(super) fn policy(self, config: Option<PathBuf>, no_config: bool) -> PolicyOptions {
        PolicyOptions {
            config,
            no_config,
            rules: self.files,
            no_ignores: true,
            baseline: BaselineChoice::Without,
            ..PolicyOptions::default()
        }
    }
}

impl ScanArgs {
    /// Whether standard input is among what is scanned.
    pub(super) fn reads_input(&self) -> bool {
        self.stdin_name.is_some() || self.paths.iter().any(|path| path.as_os_str() == "-")
    }

    /// What flags say about policy.
    pub(super) fn policy(&self) -> PolicyOptions {
        let gitignore = self.gitignore.then_some(true).or(self.no_gitignore.then_some(false));
        PolicyOptions { gitignore, max_file_size: self.max_file_size, ..self.common.policy.options() }
    }

    /// Plain options, with what the terminal and the configuration decide filled in.
    pub(super) fn into_options(self, terminal: Terminal, defaults: &ReportDefaults) -> Result<ScanOptions, Failure> {
        Ok(ScanOptions {
            reporting: self.common.reporting(terminal, defaults)?,
            memory: self.common.memory().unwrap_or(MEMORY),
            paths: match &self.stdin_name {
                // Who says what standard input is means standard input.
                Some(_) if self.paths == [PathBuf::from(".")] => vec!["-".into()],
                _ => self.paths,
            },
            files: FileOptions {
                exclude: self.exclude,
                read_caches: self.no_cache_skip,
                stdin_name: self.stdin_name,
                follow: self.follow,
                threads: self.threads.or_else(|| environment::text("STANCH_THREADS")?.parse().ok()),
                ..FileOptions::default()
            },
        })
    }
}

impl GitArgs {
    /// Plain options, with what the terminal and the configuration decide filled in.
    pub(super) fn into_options(self, terminal: Terminal, defaults: &ReportDefaults) -> Result<GitOptions, Failure> {
        let open = OpenOptions { allow_outside: self.allow_outside, memory: self.common.memory() };
        let ci = self.ci.then(|| ci(&self.repositories, open)).transpose()?;
        let range = if self.pre_push { pushed(&|name| std::env::var(name).ok())? } else { self.range };
        let scope = if self.staged {
            Scope::Changes(ChangeScope::Staged)
        } else if self.work_tree {
            Scope::Changes(ChangeScope::WorkTree)
        } else if let Some(selection) = ci {
            Scope::History(selection)
        } else {
            Scope::History(Selection {
                unreachable: self.unreachable,
                branches: if self.all { Vec::new() } else { self.branch },
                range,
                since: self.since,
                max_depth: self.max_depth,
                ..Selection::default()
            })
        };
        Ok(GitOptions {
            repositories: self.repositories,
            open,
            scope,
            reporting: self.common.reporting(terminal, defaults)?,
        })
    }
}

/// The commits of this run of CI; which, is said on standard error.
fn ci(repositories: &[PathBuf], open: OpenOptions) -> Result<Selection, Failure> {
    let [repository] = repositories else {
        return Err(Failure::Usage("--ci: a run is about one repository".to_owned()));
    };
    let (selection, said) = commands::ci_selection(&|name| std::env::var(name).ok(), repository, open)?;
    // Errors of standard error are ignored.
    let _ = writeln!(io::stderr(), "stanch: {}", harmless(&conceal(&said)));
    Ok(selection)
}

/// The commits that a push brings, by the variables of the pre-commit framework (<https://pre-commit.com/#pre-commit-during-push>, read
/// 2026-11-24); `None` is all of them: it names none for the first push of a history.
fn pushed(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>, Failure> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    match (variable("PRE_COMMIT_FROM_REF"), variable("PRE_COMMIT_TO_REF")) {
        (Some(from), Some(to)) => Ok(Some(format!("{from}..{to}"))),
        _ if variable("PRE_COMMIT").is_some() => Ok(None),
        _ => {
            let why = "--pre-push is for the pre-commit framework, which says what is pushed; use --range A..B";
            Err(Failure::Usage(why.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_is_what_the_framework_says() {
        let with = |all: &'static [(&str, &str)]| {
            pushed(&move |name| all.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        let both = with(&[("PRE_COMMIT", "1"), ("PRE_COMMIT_FROM_REF", "a"), ("PRE_COMMIT_TO_REF", "b")]);
        assert_eq!(both.ok(), Some(Some("a..b".to_owned())));
        assert_eq!(with(&[("PRE_COMMIT", "1"), ("PRE_COMMIT_FROM_REF", "")]).ok(), Some(None));
        assert!(with(&[]).is_err());
    }
}
