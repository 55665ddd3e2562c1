//! `stanch gitleaks`: gitleaks' command line, for scripts and CI steps that call it.
//!
//! What a flag does here is what it does there, where there is such a thing; where there is not, a note says so.

mod log_opts;
mod meaning;

use super::help;
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

/// The version of gitleaks whose place this takes, for scripts that compare it, and whose program it is.
const VERSION: &str = concat!("8.30.0 (stanch ", env!("CARGO_PKG_VERSION"), ")");

/// The arguments of gitleaks 8.30 (<https://github.com/gitleaks/gitleaks#usage>, read 2026-11-24).
#[derive(Debug, Args)]
#[command(version = VERSION, after_help = help::GITLEAKS, arg_required_else_help = true, subcommand_required = true)]
pub(super) struct GitleaksArgs {
    #[command(subcommand)]
    command: GitleaksCommand,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum GitleaksCommand {
    /// Scan a repository's history, or with --staged or --pre-commit a change
    #[command(after_help = help::GITLEAKS_RUN)]
    Git {
        /// The repository
        #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
        repository: PathBuf,
        #[command(flatten)]
        git: GitFlags,
    },
    /// Scan directories and files
    #[command(visible_aliases = ["directory", "file"], after_help = help::GITLEAKS_RUN)]
    Dir {
        /// Directories and files
        #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        /// Follow symbolic links
        #[arg(long)]
        follow_symlinks: bool,
    },
    /// Scan standard input
    #[command(after_help = help::GITLEAKS_RUN)]
    Stdin,
    /// Scan a repository's history, or with --no-git a directory (the older form)
    #[command(after_help = help::GITLEAKS_RUN)]
    Detect {
        /// The repository or directory
        #[arg(long, short, default_value = ".", value_hint = ValueHint::AnyPath)]
        source: PathBuf,
        /// Take the source for a directory
        #[arg(long)]
        no_git: bool,
        /// Scan standard input
        #[arg(long)]
        pipe: bool,
        /// Follow symbolic links
        #[arg(long)]
        follow_symlinks: bool,
        #[command(flatten)]
        git: GitFlags,
    },
    /// Scan what is not committed yet (the older form)
    #[command(after_help = help::GITLEAKS_RUN)]
    Protect {
        /// The repository
        #[arg(long, short, default_value = ".", value_hint = ValueHint::DirPath)]
        source: PathBuf,
        #[command(flatten)]
        git: GitFlags,
    },
    /// Print the version
    #[command(after_help = help::ASKED)]
    Version,
}

/// What is scanned of a repository.
#[derive(Clone, Debug, Default, Args)]
struct GitFlags {
    /// Options of `git log` that choose commits: ranges, references, --since, --all, -1
    #[arg(long, value_name = "OPTS", allow_hyphen_values = true)]
    log_opts: Option<String>,
    /// What is staged
    #[arg(long)]
    staged: bool,
    /// All that could be committed now
    #[arg(long)]
    pre_commit: bool,
    /// Accepted; links to a host are not made
    #[arg(long, value_name = "HOST")]
    platform: Option<String>,
}

/// What all of them have, before or behind the sub-command.
#[derive(Debug, Args)]
struct Flags {
    /// The configuration [default: $GITLEAKS_CONFIG, $GITLEAKS_CONFIG_TOML, TARGET/.gitleaks.toml, built-in rules]
    #[arg(long, short, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
    /// Only these rules (repeatable)
    #[arg(long, global = true, value_name = "ID", value_delimiter = ',')]
    enable_rule: Vec<String>,
    /// Exit code for findings
    #[arg(long, global = true, value_name = "N", default_value_t = 1)]
    exit_code: u8,
    /// Format of the report: json, csv, junit, sarif or template [default: by the name of the report]
    #[arg(long, short = 'f', global = true, value_name = "FORMAT")]
    report_format: Option<String>,
    /// Write the report to FILE; `-` is standard output
    #[arg(long, short, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    report_path: Option<PathBuf>,
    /// The template of the format `template` (MiniJinja, docs/reports.md; not Go's)
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    report_template: Option<PathBuf>,
    /// Mask N percent of secrets [default: 100; 0 shows them in full]
    #[arg(long, global = true, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "100", value_parser = clap::value_parser!(u8).range(0..=100))]
    redact: Option<u8>,
    /// Report only what this report of gitleaks (or a baseline of ours) does not know
    #[arg(long, short, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    baseline_path: Option<PathBuf>,
    /// A .gitleaksignore file, or its directory [default: .]
    #[arg(long, short = 'i', global = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    gitleaks_ignore_path: Option<PathBuf>,
    /// Report what comments such as `gitleaks:allow` allow
    #[arg(long, global = true)]
    ignore_gitleaks_allow: bool,
    /// Leave out files larger than N megabytes
    #[arg(long, global = true, value_name = "N")]
    max_target_megabytes: Option<u64>,
    /// Accepted; nothing is decoded
    #[arg(long, global = true, value_name = "N")]
    max_decode_depth: Option<u32>,
    /// Accepted; archives are not opened
    #[arg(long, global = true, value_name = "N")]
    max_archive_depth: Option<u32>,
    /// Accepted; a scan takes as long as it takes
    #[arg(long, global = true, value_name = "SECONDS")]
    timeout: Option<u32>,
    /// Accepted; nothing is measured
    #[arg(long, global = true, value_name = "MODE")]
    diagnostics: Option<String>,
    /// Accepted, see --diagnostics
    #[arg(long, global = true, value_name = "DIR")]
    diagnostics_dir: Option<PathBuf>,
    /// Accepted; there is no banner
    #[arg(long, global = true)]
    no_banner: bool,
    /// No colour
    #[arg(long, global = true)]
    no_color: bool,
    /// How much is said on standard error: `error` and `fatal` leave out notes
    #[arg(long, short, global = true, value_name = "LEVEL", default_value = "info")]
    log_level: String,
    /// List what is suppressed as well
    #[arg(long, short, global = true)]
    verbose: bool,
}
