//! The arguments of `stanch migrate`.

use super::help;
use crate::commands::{InstallOrigin, MigrateOptions};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `stanch migrate`.
#[derive(Debug, Args)]
#[command(after_help = help::MIGRATE)]
pub(super) struct MigrateArgs {
    /// The repository, or a directory in it
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
    /// Where what is written installs stanch from: git+https://HOST/OWNER/NAME@COMMIT, or a tag [default: what this build knows]
    #[arg(long, value_name = "ADDRESS@COMMIT", value_parser = InstallOrigin::parse)]
    from: Option<InstallOrigin>,
    /// Say what would be written, and write nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Do not look through the history for what ignore files and reports point at
    #[arg(long)]
    no_history: bool,
}

impl MigrateArgs {
    /// Plain options.
    pub(super) fn into_options(self) -> MigrateOptions {
        MigrateOptions {
            dir: self.dir,
            from: self.from.or_else(InstallOrigin::of_build),
            dry_run: self.dry_run,
            history: !self.no_history,
        }
    }
}
