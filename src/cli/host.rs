//! The arguments of `stanch host`.

use super::help;
use super::shared_args::CommonArgs;
use super::terminal::Terminal;
use crate::commands::{Failure, HostCommandOptions, ScheduleOptions, StateOptions, default_state_file};
use crate::config::{ReportDefaults, parse_size};
use crate::pipeline::MEMORY;
use crate::policy::{BaselineChoice, PolicyOptions};
use crate::sources::host::{FileSystems, HostOptions};
use clap::{Args as ClapArgs, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = help::HOST, args_conflicts_with_subcommands = true)]
pub(super) struct HostArgs {
    #[command(subcommand)]
    pub(super) command: Option<HostCommand>,

    /// The root of the host: `/`, a mounted disk, an unpacked backup; a `proc` in it is read like the live one
    #[arg(long, value_name = "DIR", default_value = "/", value_hint = ValueHint::DirPath, help_heading = "What is read")]
    root: PathBuf,
    /// Read only this part of the host [default: both]
    #[arg(long, value_name = "PART", help_heading = "What is read")]
    only: Option<Part>,
    /// Which file systems below the root are read [default: `local` for /, else `own`]
    #[arg(long, value_name = "WHICH", help_heading = "What is read")]
    file_systems: Option<FileSystemChoice>,
    /// Leave out what matches GLOB, from the host's root or from `~/` (such as /srv/data, ~/Downloads/**) (repeatable)
    #[arg(long, value_name = "GLOB", help_heading = "What is read")]
    exclude: Vec<String>,
    /// Do not read files larger than SIZE (such as 500k, 10M, 2G); the sweep is then incomplete
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "What is read")]
    max_file_size: Option<u64>,
    /// Take as much of the processor and the disk as other programs get
    #[arg(long, overrides_with = "nice", help_heading = "What is read")]
    no_nice: bool,
    /// Take only what other programs leave (built-in default)
    #[arg(long, overrides_with = "no_nice", help_heading = "What is read")]
    nice: bool,

    /// Say what is new, moved, gone or more exposed since the last sweep with this flag
    #[arg(long, help_heading = "What is compared")]
    since_last: bool,
    /// Where sweeps are remembered, as keyed digests [default: /var/lib/stanch/host.state for root, else below $XDG_STATE_HOME]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "since_last", help_heading = "What is compared")]
    state: Option<PathBuf>,
    /// Run this command of the shell when something is new or more exposed; it gets that as masked JSON on standard input
    #[arg(long, value_name = "CMD", requires = "since_last", help_heading = "What is compared")]
    on_new: Option<String>,

    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum HostCommand {
    /// Print what makes this host look at itself every day: a service and a timer of systemd
    #[command(after_help = help::HOST_SCHEDULE)]
    Schedule(ScheduleArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct ScheduleArgs {
    /// When, as systemd writes it: daily, hourly, Mon *-*-* 03:00
    #[arg(long, value_name = "WHEN", default_value = "daily")]
    when: String,
    /// Print a line for /etc/cron.d instead
    #[arg(long, conflicts_with_all = ["install", "when"])]
    cron: bool,
    /// Write the units to DIR; nothing is overwritten
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "/etc/systemd/system", value_hint = ValueHint::DirPath)]
    install: Option<PathBuf>,
    /// Run this command of the shell when something is new or more exposed
    #[arg(long, value_name = "CMD")]
    on_new: Option<String>,
}

impl ScheduleArgs {
    /// Plain options.
    pub(super) fn into_options(self) -> ScheduleOptions {
        let ScheduleArgs { when, cron, install, on_new } = self;
        let program = std::env::current_exe().unwrap_or_else(|_| "/usr/bin/stanch".into());
        ScheduleOptions { when, cron, install, on_new, program }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    /// Environments, command lines, open deleted files
    Processes,
    /// The places of the table in docs/host.md
    Files,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FileSystemChoice {
    /// Only that of the root
    Own,
    /// All on disks and in memory of this host
    Local,
    /// Those of the network, too
    All,
}

impl HostArgs {
    /// Plain options, with what the terminal decides filled in.
    pub(super) fn into_options(self, terminal: Terminal) -> Result<HostCommandOptions, Failure> {
        let is_live = self.root.as_os_str() == "/";
        let file_systems = match self.file_systems {
            Some(FileSystemChoice::Own) => FileSystems::Own,
            Some(FileSystemChoice::Local) => FileSystems::Local,
            Some(FileSystemChoice::All) => FileSystems::All,
            None if is_live => FileSystems::Local,
            None => FileSystems::Own,
        };
        let reporting = self.common.reporting(terminal, &ReportDefaults::default())?;
        let given = self.common.policy.options();
        // Whoever can write a file on the host could otherwise hide what he leaves there.
        let policy = PolicyOptions {
            no_config: given.config.is_none(),
            no_inline: true,
            no_ignores: true,
            baseline: match given.baseline {
                BaselineChoice::Found => BaselineChoice::Without,
                named => named,
            },
            max_file_size: self.max_file_size,
            ..given
        };
        let file = || {
            // SAFETY: the call has no arguments and cannot fail.
            let is_root = unsafe { libc::geteuid() } == 0;
            default_state_file(
                &|name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from),
                is_root,
            )
        };
        let state = match self.since_last {
            true => {
                let file = self.state.or_else(file).ok_or_else(|| {
                    Failure::Usage(
                        "--since-last: there is no home to remember sweeps in; name a file with --state".to_owned(),
                    )
                })?;
                Some(StateOptions { file, on_new: self.on_new })
            }
            false => None,
        };
        Ok(HostCommandOptions {
            state,
            host: HostOptions {
                root: self.root,
                file_systems,
                processes: !matches!(self.only, Some(Part::Files)),
                files: !matches!(self.only, Some(Part::Processes)),
                exclude: self.exclude,
            },
            policy,
            memory: self.common.memory.unwrap_or(MEMORY),
            nice: !self.no_nice,
            reporting,
        })
    }
}
