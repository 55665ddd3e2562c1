//! Finds a repository's hooks directory with git.

use super::HookError;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The hooks directory of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksDirectory {
    /// The directory, which may not exist.
    pub dir: PathBuf,
    /// What determines it.
    pub because: Because,
    /// Root of the work tree; `None` for a bare repository.
    pub top: Option<PathBuf>,
}

/// What determines the hooks directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// The default: it is inside of the repository.
    Default,
    /// `core.hooksPath` of this repository.
    Own {
        /// The configuration file, as git names it.
        origin: String,
    },
    /// `core.hooksPath` for all repositories of this user or machine.
    Everywhere {
        /// The configuration file, as git names it.
        origin: String,
    },
}

/// A setting with its origin.
pub(super) struct Setting {
    pub(super) value: String,
    pub(super) origin: String,
    is_own: bool,
}

impl HooksDirectory {
    /// The hooks directory of the repository that contains `path`.
    ///
    /// # Errors
    /// Fails when git fails.
    pub fn of(path: &Path) -> Result<HooksDirectory, HookError> {
        let is_bare = git(path, &["rev-parse", "--is-bare-repository"])? == "true";
        let top = if is_bare { None } else { Some(PathBuf::from(git(path, &["rev-parse", "--show-toplevel"])?)) };
        let around = match &top {
            Some(top) => top.clone(),
            None => PathBuf::from(git(path, &["rev-parse", "--absolute-git-dir"])?),
        };
        // The path is relative to where hooks run: the root of the work tree, or the bare repository.
        let dir = around.join(git(&around, &["rev-parse", "--git-path", "hooks"])?);
        let because = match hooks_path(&around)? {
            None => Because::Default,
            Some(setting) if setting.is_own => Because::Own { origin: setting.origin },
            Some(setting) => Because::Everywhere { origin: setting.origin },
        };
        Ok(HooksDirectory { dir, because, top })
    }

    /// Whether the directory is part of the work tree, so that its content is shared.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.top.as_ref().is_some_and(|top| self.dir.starts_with(top) && !self.dir.starts_with(top.join(".git")))
    }
}

/// The value of `core.hooksPath` that applies in a folder.
pub(super) fn hooks_path(folder: &Path) -> Result<Option<Setting>, HookError> {
    let args = ["config", "--show-scope", "--show-origin", "--null", "--type=path", "--get", "core.hooksPath"];
    let Some(answer) = ask(folder, &args)? else { return Ok(None) };
    let mut parts = answer.split('\0');
    let (Some(scope), Some(origin), Some(value)) = (parts.next(), parts.next(), parts.next()) else { return Ok(None) };
    let origin = origin.strip_prefix("file:").unwrap_or(origin).to_owned();
    Ok(Some(Setting { value: value.to_owned(), origin, is_own: !matches!(scope, "global" | "system") }))
}

/// Output of git, without the final line end.
pub(super) fn git(folder: &Path, args: &[&str]) -> Result<String, HookError> {
    let output = run(folder, args)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned());
    }
    Err(refused(args, &output))
}

/// What git says went wrong, on one line: commands that it proposes are indented by tabs there.
fn refused(args: &[&str], output: &std::process::Output) -> HookError {
    let message = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    HookError::Git { command: args.join(" "), message: lines.join(" ") }
}

/// Output of git; `None` when it exits with 1, which means that there is no value.
fn ask(folder: &Path, args: &[&str]) -> Result<Option<String>, HookError> {
    let output = run(folder, args)?;
    match output.status.code() {
        Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned())),
        Some(1) => Ok(None),
        _ => Err(refused(args, &output)),
    }
}

fn run(folder: &Path, args: &[&str]) -> Result<std::process::Output, HookError> {
    let mut command = Command::new("git");
    command.arg("--no-pager").args(["-c", "core.fsmonitor=false"]).args(args).current_dir(folder);
    command.output().map_err(HookError::NoGit)
}
