//! Hooks for all repositories of a person: a folder of ours, to which `core.hooksPath` leads.
//!
//! Where that is set, git does not look for hooks in repositories any more, of no kind. So the folder holds one for every kind there is, which
//! runs the repository's own: nobody's `commit-msg` or `post-checkout` falls silent. Two kinds are left to git, because it does something of
//! its own where they are missing: `push-to-checkout` and `proc-receive`.

use super::file::{self, Found};
use super::place::{git, hooks_path};
use super::{HookError, Kind, script};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The other hooks (<https://git-scm.com/docs/githooks>, read 2026-11-24).
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
    /// The folder.
    pub dir: PathBuf,
    /// The kinds that are checked.
    pub active: Vec<Kind>,
    /// What `core.hooksPath` is, when it leads elsewhere.
    pub elsewhere: Option<(String, String)>,
    /// Files in the folder that are not ours.
    pub others: Vec<String>,
}

/// Says what there is.
///
/// # Errors
/// When git does not answer, or a file cannot be read.
pub fn status_global() -> Result<Global, HookError> {
    let dir = folder()?;
    let setting = hooks_path(&outside())?;
    let elsewhere = setting.filter(|setting| Path::new(&setting.value) != dir).map(|s| (s.value, s.origin));
    let mut others = Vec::new();
    for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
        if file::look(&entry.path())? == Found::Other {
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

/// Whether the folder has a hook of this kind that checks something.
pub(super) fn covers(dir: &Path, kind: Kind) -> Result<bool, HookError> {
    let path = dir.join(kind.name());
    let is_check = |text: Vec<u8>| script::is_check(&String::from_utf8_lossy(&text), kind);
    Ok(file::look(&path)? == Found::Ours && fs::read(&path).is_ok_and(is_check))
}

/// Has these hooks run in all repositories.
///
/// # Errors
/// When `core.hooksPath` leads elsewhere already, or a file cannot be written.
pub fn install_global(kinds: &[Kind], program: Option<&Path>) -> Result<Global, HookError> {
    let before = status_global()?;
    if let (Some((dir, origin)), Some(kind)) = (before.elsewhere, kinds.first()) {
        return Err(HookError::NotFree { kind: *kind, dir, origin });
    }
    for kind in kinds {
        let path = before.dir.join(kind.name());
        if file::look(&path)? == Found::Other {
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
    // Last: as long as the folder is not whole, no hook is to be looked for there.
    let dir = before.dir.to_string_lossy().into_owned();
    git(&outside(), &["config", "--global", "core.hooksPath", &dir])?;
    status_global()
}

/// Does not have these hooks run in all repositories any more. With the last one the folder and the setting go, unless the folder holds
/// hooks of others.
///
/// # Errors
/// When a file cannot be written or removed.
pub fn uninstall_global(kinds: &[Kind]) -> Result<Global, HookError> {
    let before = status_global()?;
    let left: Vec<Kind> = before.active.iter().copied().filter(|kind| !kinds.contains(kind)).collect();
    if !left.is_empty() || !before.others.is_empty() {
        for kind in before.active.iter().filter(|kind| kinds.contains(kind)) {
            put(&before.dir, kind.name(), &script::pass_through())?;
        }
        return status_global();
    }
    // First: no hook is to be looked for in a folder that is not whole.
    if before.elsewhere.is_none() && hooks_path(&outside())?.is_some() {
        git(&outside(), &["config", "--global", "--unset", "core.hooksPath"])?;
    }
    for name in OTHERS.into_iter().chain(Kind::ALL.map(Kind::name)) {
        let path = before.dir.join(name);
        if file::look(&path)? == Found::Ours {
            fs::remove_file(&path).map_err(HookError::io(&path))?;
        }
    }
    match fs::remove_dir(&before.dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(HookError::io(&before.dir)(error)),
        _ => status_global(),
    }
}

/// Writes a script of ours, unless something else has that name.
fn put(dir: &Path, name: &str, text: &str) -> Result<(), HookError> {
    let path = dir.join(name);
    match file::look(&path)? {
        Found::Other => Ok(()),
        Found::Ours | Found::Nothing => file::write(&path, text).map(drop),
    }
}

/// Our folder, below the person's configuration.
fn folder() -> Result<PathBuf, HookError> {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = var("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let config = config.or_else(|| if cfg!(windows) { var("APPDATA") } else { None });
    let config = config.or_else(|| var("HOME").map(|home| home.join(".config"))).ok_or(HookError::NoHome)?;
    Ok(config.join("stanch").join("hooks"))
}

/// A folder in no repository, so that only settings for all of them count.
fn outside() -> PathBuf {
    let here = std::env::temp_dir();
    here.ancestors().last().map(Path::to_owned).unwrap_or(here)
}
