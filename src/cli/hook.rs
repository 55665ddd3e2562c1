//! The arguments of `stanch hook`.

use super::help;
use super::policy::PolicyArgs;
use crate::commands::{Framework, HookOptions, HookRunOptions};
use crate::hooks::Kind;
use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Subcommand, ValueHint};
use std::io::{self, IsTerminal};
use std::path::PathBuf;

const KINDS: [&str; 3] = ["pre-commit", "pre-push", "pre-receive"];

#[derive(Debug, ClapArgs)]
#[command(after_help = help::HOOK)]
pub(super) struct HookArgs {
    #[command(subcommand)]
    pub(super) command: HookCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum HookCommand {
    /// Install hooks; one that is there already is kept and runs first
    #[command(after_help = help::HOOK_CHANGED)]
    Install(WhichArgs),
    /// Take hooks out, and put back what was there before
    #[command(after_help = help::HOOK_CHANGED)]
    Uninstall(WhichArgs),
    /// Say which hooks are installed; exits with 1 when one that is named is not
    #[command(after_help = help::HOOK_STATUS)]
    Status(WhichArgs),
    /// What an installed hook calls: check a commit or a push. For hook managers, too
    #[command(after_help = help::HOOK_RUN)]
    Run(RunArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct WhichArgs {
    /// The hooks [default for install: pre-commit, in a bare repository pre-receive; else all]
    #[arg(value_name = "HOOK", value_parser = PossibleValuesParser::new(KINDS))]
    hooks: Vec<String>,
    /// For all repositories of yours, by way of core.hooksPath
    #[arg(long)]
    global: bool,
    /// The repository
    #[arg(long, short = 'C', value_name = "REPO", default_value = ".", value_hint = ValueHint::DirPath, conflicts_with = "global")]
    repository: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RunArgs {
    /// When git asks
    #[arg(value_name = "HOOK", value_parser = PossibleValuesParser::new(KINDS))]
    hook: String,
    /// What git passes to the hook, or the files that the pre-commit framework names
    #[arg(value_name = "ARG")]
    args: Vec<String>,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Let pass what could not all be read, if nothing was found in the rest
    #[arg(long)]
    allow_incomplete: bool,
}

impl WhichArgs {
    /// Plain options.
    pub(super) fn into_options(self) -> HookOptions {
        let mut kinds: Vec<Kind> = self.hooks.iter().filter_map(|name| Kind::from_name(name)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        HookOptions { repository: self.repository, global: self.global, kinds }
    }
}

impl RunArgs {
    /// Plain options. What is said goes to standard error, which git shows for every hook.
    pub(super) fn into_options(self) -> HookRunOptions {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        HookRunOptions {
            // The parser lets no other name pass.
            kind: Kind::from_name(&self.hook).unwrap_or(Kind::PreCommit),
            args: self.args,
            framework: Framework::read(&|name| std::env::var(name).ok()),
            is_framework: is_set("PRE_COMMIT"),
            policy: self.policy.options(),
            allow_incomplete: self.allow_incomplete,
            color: io::stderr().is_terminal() && !is_set("NO_COLOR") && !is_dumb,
        }
    }
}
