//! The arguments of `stanch init`.

use super::help;
use crate::commands::{Ci, HookManager, InitOptions, InstallOrigin};
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `stanch init`.
#[derive(Debug, Args)]
#[command(after_help = help::INIT)]
pub(super) struct InitArgs {
    /// The repository, or a directory in it
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
    /// What runs the hook: by default the pre-commit framework if its configuration is there
    #[arg(long, value_name = "MANAGER", default_value = "auto")]
    hook: HookChoice,
    /// Where it runs in CI: by default the host that the repository's remotes and folders tell of
    #[arg(long, value_name = "HOST", default_value = "auto")]
    ci: CiChoice,
    /// Where what is written installs stanch from: git+https://HOST/OWNER/NAME@COMMIT, or a tag [default: what this build knows]
    #[arg(long, value_name = "ADDRESS@COMMIT", value_parser = InstallOrigin::parse)]
    from: Option<InstallOrigin>,
    /// Say what would be written, and write nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum HookChoice {
    Auto,
    PreCommit,
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CiChoice {
    Auto,
    Github,
    Gitlab,
    Bitbucket,
    None,
}

impl InitArgs {
    /// Plain options.
    pub(super) fn into_options(self) -> InitOptions {
        InitOptions {
            dir: self.dir,
            hook: match self.hook {
                HookChoice::Auto => HookManager::Found,
                HookChoice::PreCommit => HookManager::PreCommit,
                HookChoice::None => HookManager::None,
            },
            ci: match self.ci {
                CiChoice::Auto => Ci::Found,
                CiChoice::Github => Ci::Github,
                CiChoice::Gitlab => Ci::Gitlab,
                CiChoice::Bitbucket => Ci::Bitbucket,
                CiChoice::None => Ci::None,
            },
            from: self.from.or_else(InstallOrigin::of_build),
            dry_run: self.dry_run,
        }
    }
}
