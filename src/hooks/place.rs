//! Where a repository's hooks are: git is asked.

use super::HookError;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of a repository's hooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder, which need not exist.
    pub dir: PathBuf,
    /// Why it is this one.
    pub because: Because,
    /// The top of the work tree; of a bare repository none.
    pub top: Option<PathBuf>,
}

/// What decides where hooks are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// Nothing: they are in the repository.
    Default,
    /// `core.hooksPath`, for this repository.
    Own {
        /// The file that has the setting, as git names it.
        origin: String,
    },
    /// `core.hooksPath`, for all repositories of this person or machine.
    Everywhere {
        /// The file that has the setting, as git names it.
        origin: String,
    },
}

/// A setting, and where it comes from.
pub(super) struct Setting {
    pub(super) value: String,
    pub(super) origin: String,
    is_own: bool,
}

impl Place {
    /// The place of the repository that holds `path`.
    ///
    /// # Errors
    /// When git says that there is none.
    pub fn of(path: &Path) -> Result<Place, HookError> {
        let is_bare = git(path, &["rev-parse", "--is-bare-repository"])? == "true";
        let top = if is_bare { None } else { Some(PathBuf::from(git(path, &["rev-parse", "--show-toplevel"])?)) };
        let around = match &top {
            Some(top) => top.clone(),
            None => PathBuf::from(git(path, &["rev-parse", "--absolute-git-dir"])?),
        };
        // Relative to where hooks run: the top of the work tree, or the bare repository.
        let dir = around.join(git(&around, &["rev-parse", "--git-path", "hooks"])?);
        let because = match hooks_path(&around)? {
            None => Because::Default,
            Some(setting) if setting.is_own => Because::Own { origin: setting.origin },
            Some(setting) => Because::Everywhere { origin: setting.origin },
        };
        Ok(Place { dir, because, top })
    }

    /// Whether the folder is part of the work tree, so that others get what is in it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.top.as_ref().is_some_and(|top| self.dir.starts_with(top) && !self.dir.starts_with(top.join(".git")))
    }
}

/// `core.hooksPath` as it counts in a folder.
pub(super) fn hooks_path(folder: &Path) -> Result<Option<Setting>, HookError> {
    let args = ["config", "--show-scope", "--show-origin", "--null", "--type=path", "--get", "core.hooksPath"];
    let Some(answer) = ask(folder, &args)? else { return Ok(None) };
    let mut parts = answer.split('\0');
    let (Some(scope), Some(origin), Some(value)) = (parts.next(), parts.next(), parts.next()) else { return Ok(None) };
    let origin = origin.strip_prefix("file:").unwrap_or(origin).to_owned();
    Ok(Some(Setting { value: value.to_owned(), origin, is_own: !matches!(scope, "global" | "system") }))
}

/// What git answers, without the line's end.
pub(super) fn git(folder: &Path, args: &[&str]) -> Result<String, HookError> {
    let output = run(folder, args)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(HookError::Git { command: args.join(" "), message })
}

/// What git answers; `None` when it says with its exit code 1 that there is nothing.
fn ask(folder: &Path, args: &[&str]) -> Result<Option<String>, HookError> {
    let output = run(folder, args)?;
    match output.status.code() {
        Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned())),
        Some(1) => Ok(None),
        _ => {
            let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(HookError::Git { command: args.join(" "), message })
        }
    }
}

fn run(folder: &Path, args: &[&str]) -> Result<std::process::Output, HookError> {
    let mut command = Command::new("git");
    command.arg("--no-pager").args(["-c", "core.fsmonitor=false"]).args(args).current_dir(folder);
    command.output().map_err(HookError::NoGit)
}
