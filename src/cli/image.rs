//! The arguments of `stanch image`.

use super::help;
use super::shared_args::{CommonArgs, MOST_THREADS};
use super::terminal::Terminal;
use crate::commands::{Failure, ImageCommandOptions};
use crate::config::ReportDefaults;
use crate::pipeline::MEMORY;
use crate::sources::{ImageOptions, Pull};
use clap::builder::RangedU64ValueParser;
use clap::{Args as ClapArgs, ValueHint};

#[derive(Debug, ClapArgs)]
#[command(after_help = help::IMAGE)]
pub(super) struct ImageArgs {
    /// Images: an archive of `docker save`, a folder or archive of OCI's layout, the storage folder of an engine, or with --pull a name in a registry
    #[arg(value_name = "REF", required = true, value_hint = ValueHint::AnyPath)]
    references: Vec<String>,

    /// Ask registries for REF, such as ghcr.io/team/app:1.2: this alone uses the network. Paths begin with / or ./ then
    #[arg(long, help_heading = "Registries")]
    pull: bool,
    /// Log in with what `docker login` and `podman login` keep, and run their credential helpers
    #[arg(long, requires = "pull", help_heading = "Registries")]
    registry_credentials: bool,
    /// Ask by HTTP without TLS. Registries on this machine are asked by it anyway
    #[arg(long, requires = "pull", help_heading = "Registries")]
    plain_http: bool,
    /// Only images of this name, where a place holds several: app:1.2 (repeatable)
    #[arg(long, value_name = "NAME", help_heading = "What is read")]
    name: Vec<String>,
    /// Only this platform of an image for several, such as linux/arm64 (repeatable) [default: all]
    #[arg(long, value_name = "OS/ARCH", help_heading = "What is read")]
    platform: Vec<String>,
    /// Number of threads; each reads a layer [default: one for each processor]
    #[arg(long, short = 'j', value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..=MOST_THREADS), help_heading = "What is read")]
    threads: Option<usize>,

    #[command(flatten)]
    pub(super) common: CommonArgs,
}

impl ImageArgs {
    /// Plain options, with what the terminal and the configuration decide filled in.
    pub(super) fn into_options(
        self,
        terminal: Terminal,
        defaults: &ReportDefaults,
    ) -> Result<ImageCommandOptions, Failure> {
        Ok(ImageCommandOptions {
            reporting: self.common.reporting(terminal, defaults)?,
            memory: self.common.memory.unwrap_or(MEMORY),
            images: ImageOptions {
                references: self.references,
                names: self.name,
                platforms: self.platform,
                pull: self.pull.then_some(Pull { credentials: self.registry_credentials, plain_http: self.plain_http }),
                threads: self.threads,
            },
        })
    }
}
