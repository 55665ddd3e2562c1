//! Hooks for all repositories of a user: a folder of stanch that `core.hooksPath` names.
//!
//! With this setting git ignores the hooks of repositories, of all kinds. The folder therefore has a hook of every kind that runs the
//! repository's own, so that an existing `commit-msg` or `post-checkout` still runs. Two kinds are left out, because git has a built-in
//! behaviour without them: `push-to-checkout` and `proc-receive`.

use super::directory::{git, hooks_path};
use super::file::{self, ExistingFile};
use super::{HookError, Kind, script};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The other kinds of hooks (<https://git-scm.com/docs/githooks>, read 2026-11-24).
const OTHERS: [&str; 22] = [
    "applypatch-msg",
    "commit-msg",
    "p4-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
    "p4-prepare-changelist",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-merge-commit",
    "pre-rebase",
    "prepare-commit-msg",
    "reference-transaction",
    "sendemail-validate",
    "update",
];

/// The folder of hooks for all repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    /// Path of the folder.
    pub dir: PathBuf,
    /// Kinds that stanch checks.
    pub active: Vec<Kind>,
    /// Value and origin of `core.hooksPath`, when it names another folder.
    pub elsewhere: Option<(String, String)>,
    /// Files in the folder that stanch did not write.
    pub others: Vec<String>,
}

/// The state of the global hooks.
///
/// # Errors
/// Fails when git fails or a file cannot be read.
pub fn status_global() -> Result<Global, HookError> {
    let dir = folder()?;
    let setting = hooks_path(&outside())?;
    let elsewhere = setting.filter(|setting| Path::new(&setting.value) != dir).map(|s| (s.value, s.origin));
    let mut others = Vec::new();
    for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
        if file::look(&entry.path())? == ExistingFile::Other {
            others.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    others.sort();
    let is_set = elsewhere.is_none() && hooks_path(&outside())?.is_some();
    let mut active = Vec::new();
    for kind in Kind::ALL {
        if is_set && covers(&dir, kind)? {
            active.push(kind);
        }
    }
    Ok(Global { dir, active, elsewhere, others })
}

/// Whether the folder has a hook of stanch of this kind.
pub(super) fn covers(dir: &Path, kind: Kind) -> Result<bool, HookError> {
    let path = dir.join(kind.name());
    let is_check = |text: Vec<u8>| script::is_check(&String::from_utf8_lossy(&text), kind);
    Ok(file::look(&path)? == ExistingFile::Ours && fs::read(&path).is_ok_and(is_check))
}

/// Installs hooks for all repositories.
///
/// # Errors
/// Fails when `core.hooksPath` already names another folder, git's settings are no file, or a file cannot be written.
pub fn install_global(kinds: &[Kind], program: Option<&Path>) -> Result<Global, HookError> {
    check_settings_file()?;
    let before = status_global()?;
    if let (Some((dir, origin)), Some(kind)) = (before.elsewhere, kinds.first()) {
        return Err(HookError::NotFree { kind: *kind, dir, origin });
    }
    for kind in kinds {
        let path = before.dir.join(kind.name());
        if file::look(&path)? == ExistingFile::Other {
            return Err(HookError::Taken(path, *kind));
        }
    }
    for kind in Kind::ALL {
        let text = if kinds.contains(&kind) || before.active.contains(&kind) {
            script::everywhere(kind, program)
        } else {
            script::pass_through()
        };
        put(&before.dir, kind.name(), &text)?;
    }
    for name in OTHERS {
        put(&before.dir, name, &script::pass_through())?;
    }
    // The setting is written last, so that git never uses an incomplete folder.
    let dir = before.dir.to_string_lossy().into_owned();
    git(&outside(), &["config", "--global", "core.hooksPath", &dir])?;
    status_global()
}

/// Makes sure that git's settings of the user are a file. git renames a new one onto the old one, even onto a device such as `/dev/null`, for
/// whoever may do that.
fn check_settings_file() -> Result<(), HookError> {
    if let Some(file) = std::env::var_os("GIT_CONFIG_GLOBAL").filter(|file| !file.is_empty()).map(PathBuf::from)
        && fs::metadata(&file).is_ok_and(|data| !data.is_file())
    {
        return Err(HookError::NoSettingsFile(file));
    }
    Ok(())
}

/// Removes hooks for all repositories. With the last one the folder and the setting are removed, unless the folder has other hooks.
///
/// # Errors
/// Fails when a file cannot be written or removed.
pub fn uninstall_global(kinds: &[Kind]) -> Result<Global, HookError> {
    check_settings_file()?;
    let before = status_global()?;
    let left: Vec<Kind> = before.active.iter().copied().filter(|kind| !kinds.contains(kind)).collect();
    if !left.is_empty() || !before.others.is_empty() {
        for kind in before.active.iter().filter(|kind| kinds.contains(kind)) {
            put(&before.dir, kind.name(), &script::pass_through())?;
        }
        return status_global();
    }
    // The setting is removed first, so that git never uses an incomplete folder.
    if before.elsewhere.is_none() && hooks_path(&outside())?.is_some() {
        git(&outside(), &["config", "--global", "--unset", "core.hooksPath"])?;
    }
    for name in OTHERS.into_iter().chain(Kind::ALL.map(Kind::name)) {
        let path = before.dir.join(name);
        if file::look(&path)? == ExistingFile::Ours {
            fs::remove_file(&path).map_err(HookError::io(&path))?;
        }
    }
    match fs::remove_dir(&before.dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(HookError::io(&before.dir)(error)),
        _ => status_global(),
    }
}

/// Writes a script of stanch, unless another file has that name.
fn put(dir: &Path, name: &str, text: &str) -> Result<(), HookError> {
    let path = dir.join(name);
    match file::look(&path)? {
        ExistingFile::Other => Ok(()),
        ExistingFile::Ours | ExistingFile::Nothing => file::write(&path, text).map(drop),
    }
}

/// The folder for global hooks, in the user's configuration folder.
fn folder() -> Result<PathBuf, HookError> {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = var("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let config = config.or_else(|| if cfg!(windows) { var("APPDATA") } else { None });
    let config = config.or_else(|| var("HOME").map(|home| home.join(".config"))).ok_or(HookError::NoHome)?;
    Ok(config.join("stanch").join("hooks"))
}

/// A folder outside of every repository, so that only global settings apply.
fn outside() -> PathBuf {
    let here = std::env::temp_dir();
    here.ancestors().last().map(Path::to_owned).unwrap_or(here)
}
