//! The arguments of `stanch host`.

use super::help;
use super::shared_args::CommonArgs;
use super::terminal::Terminal;
use crate::commands::{Failure, HostCommandOptions};
use crate::config::{ReportDefaults, parse_size};
use crate::pipeline::MEMORY;
use crate::policy::{BaselineChoice, PolicyOptions};
use crate::sources::host::{FileSystems, HostOptions};
use clap::{Args as ClapArgs, ValueEnum, ValueHint};
use std::path::PathBuf;

#[derive(Debug, ClapArgs)]
#[command(after_help = help::HOST)]
pub(super) struct HostArgs {
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

    #[command(flatten)]
    pub(super) common: CommonArgs,
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
        Ok(HostCommandOptions {
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
