//! Generates shell completions and manual pages from the arguments.

use super::help;
use crate::commands::{Exit, Failure};
use clap::{Args as ClapArgs, Command, ValueHint};
use clap_complete::Shell;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// `stanch completions`.
#[derive(Debug, ClapArgs)]
#[command(after_help = help::COMPLETIONS)]
pub(super) struct CompletionsArgs {
    /// The shell that completes
    shell: Shell,
}

/// `stanch man`.
#[derive(Debug, ClapArgs)]
#[command(after_help = help::MAN)]
pub(super) struct ManArgs {
    /// Write a page for every sub-command into DIR (created if it is not there) and not one page to standard output
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

/// Writes the completion script of a shell.
pub(super) fn completions(args: &CompletionsArgs, mut command: Command, out: &mut dyn Write) -> Result<Exit, Failure> {
    // The generator panics when its writer fails: it gets one that does not.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "stanch", &mut script);
    out.write_all(&script).map_err(Failure::of_output)?;
    Ok(Exit::Clean)
}

/// Writes manual pages (roff).
pub(super) fn man(args: &ManArgs, command: Command, out: &mut dyn Write) -> Result<Exit, Failure> {
    match &args.out {
        None => clap_mangen::Man::new(command).render(&mut &mut *out).map_err(Failure::of_output)?,
        Some(dir) => {
            let unwritable = |error| Failure::Usage(format!("cannot write to {}: {error}", dir.display()));
            fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(command, dir)).map_err(unwritable)?;
        }
    }
    Ok(Exit::Clean)
}
