//! `stanch hook install|uninstall|status`: keeps hooks in a repository, or in all of them.

use super::{Exit, Failure};
use crate::hooks::{self, Because, Global, HooksDirectory, Installed, Kind, Removed, State};
use std::io::{self, Write};
use std::path::PathBuf;

/// Which hooks of which repository.
#[derive(Clone, Debug)]
pub struct HookOptions {
    /// The repository; not used for those of all repositories.
    pub repository: PathBuf,
    /// Those of all repositories of this person.
    pub global: bool,
    /// The hooks by name; when there is none, what suits.
    pub kinds: Vec<Kind>,
}

/// Installs hooks.
///
/// # Errors
/// Fails when there is no repository, another hook cannot be kept, or the output fails.
pub fn install(options: &HookOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let program = std::env::current_exe().ok();
    if options.global {
        let kinds = if options.kinds.is_empty() { vec![Kind::PreCommit] } else { options.kinds.clone() };
        let global = hooks::install_global(&kinds, program.as_deref())?;
        return written(explain_global(&global, out));
    }
    let directory = HooksDirectory::of(&options.repository)?;
    for kind in kinds(options, &directory) {
        let installed = hooks::install(&directory, kind, program.as_deref())?;
        written(explain_installed(&directory, kind, installed, out))?;
    }
    written(explain_directory(&directory, out))
}

/// Takes hooks out.
///
/// # Errors
/// Fails when there is no repository, something else stands in a hook's place, or the output fails.
pub fn uninstall(options: &HookOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let all = if options.kinds.is_empty() { Kind::ALL.to_vec() } else { options.kinds.clone() };
    if options.global {
        let global = hooks::uninstall_global(&all)?;
        return written(explain_global(&global, out));
    }
    let directory = HooksDirectory::of(&options.repository)?;
    for kind in all {
        let hook = directory.hook(kind);
        let line = match hooks::uninstall(&directory, kind)? {
            Removed::Gone => format!("{kind}: removed {}", hook.path.display()),
            Removed::Restored => format!("{kind}: removed; the hook from before is back at {}", hook.path.display()),
            Removed::Nothing if options.kinds.is_empty() => continue,
            Removed::Nothing => format!("{kind}: there is none of ours in {}", directory.dir.display()),
        };
        written(writeln!(out, "{line}"))?;
    }
    Ok(Exit::Clean)
}

/// Says which hooks there are. Those that were named and are not active make it fail.
///
/// # Errors
/// Fails when there is no repository, or the output fails.
pub fn status(options: &HookOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let all = if options.kinds.is_empty() { Kind::ALL.to_vec() } else { options.kinds.clone() };
    let active: Vec<Kind> = if options.global {
        let global = hooks::status_global()?;
        written(explain_global(&global, out))?;
        global.active
    } else {
        let directory = HooksDirectory::of(&options.repository)?;
        let mut active = Vec::new();
        for kind in &all {
            let state = hooks::status(&directory, *kind)?;
            if matches!(state, State::Active { .. } | State::Covered) {
                active.push(*kind);
            }
            let said = match state {
                State::Active { chained: false } => "installed",
                State::Active { chained: true } => "installed; the hook from before runs first",
                State::Covered => "installed for all repositories",
                State::Other { replaced: false } => "not installed; there is a hook of others",
                State::Other { replaced: true } => "replaced by a hook of others",
                State::Missing => "not installed",
            };
            written(writeln!(out, "{kind:12} {said}"))?;
        }
        written(explain_directory(&directory, out))?;
        active
    };
    let is_missing = options.kinds.iter().any(|kind| !active.contains(kind));
    Ok(if is_missing { Exit::Findings(1) } else { Exit::Clean })
}

/// The hooks that were named, or else the one that suits the repository.
fn kinds(options: &HookOptions, directory: &HooksDirectory) -> Vec<Kind> {
    if !options.kinds.is_empty() {
        return options.kinds.clone();
    }
    vec![if directory.top.is_some() { Kind::PreCommit } else { Kind::PreReceive }]
}

fn explain_installed(
    directory: &HooksDirectory,
    kind: Kind,
    installed: Installed,
    out: &mut dyn Write,
) -> io::Result<()> {
    let hook = directory.hook(kind);
    match installed {
        Installed::New => writeln!(out, "{kind}: installed at {}", hook.path.display()),
        Installed::Again => writeln!(out, "{kind}: installed already at {}", hook.path.display()),
        Installed::Covered => {
            writeln!(out, "{kind}: nothing to do, it is installed for all repositories at {}", hook.path.display())
        }
        Installed::Chained => writeln!(
            out,
            "{kind}: installed at {}; the hook that was there is kept as {} and runs first",
            hook.path.display(),
            hook.before.display()
        ),
    }
}

/// Says why hooks are where they are, unless that is where everybody looks for them.
fn explain_directory(directory: &HooksDirectory, out: &mut dyn Write) -> io::Result<()> {
    match &directory.because {
        Because::Default => {}
        Because::Own { origin } => {
            writeln!(
                out,
                "The hooks of this repository are in {}, because core.hooksPath in {origin} says so.",
                directory.dir.display()
            )?;
            if directory.is_shared() {
                writeln!(
                    out,
                    "That folder is part of the work tree: who gets it gets the hook, which looks for stanch on the PATH."
                )?;
            }
        }
        Because::Everywhere { origin } => writeln!(
            out,
            "The hooks of all repositories are in {}, because core.hooksPath in {origin} says so.",
            directory.dir.display()
        )?,
    }
    Ok(())
}

fn explain_global(global: &Global, out: &mut dyn Write) -> io::Result<()> {
    if let Some((dir, origin)) = &global.elsewhere {
        writeln!(out, "not installed; core.hooksPath in {origin} sends the hooks of all repositories to {dir}")?;
    } else if global.active.is_empty() {
        writeln!(out, "not installed for all repositories")?;
    } else {
        let names: Vec<&str> = global.active.iter().map(|kind| kind.name()).collect();
        writeln!(out, "{}: installed for all repositories, in {}", names.join(", "), global.dir.display())?;
        writeln!(out, "core.hooksPath leads there; a repository's own hooks still run, before ours.")?;
    }
    if !global.others.is_empty() {
        writeln!(out, "{} also holds hooks of others: {}", global.dir.display(), global.others.join(", "))?;
    }
    Ok(())
}

fn written(result: io::Result<()>) -> Result<Exit, Failure> {
    result.map(|()| Exit::Clean).map_err(Failure::of_output)
}
