//! Exit codes and errors of commands.

use crate::hooks::HookError;
use crate::pipeline::{ChangeError, HistoryError, TreeError};
use crate::policy::PolicyError;
use crate::rules::SetError;
use crate::sources::SourceError;
use std::io;
use thiserror::Error;

/// Result of a command. Scripts rely on the numbers; `docs/exit-codes.md` describes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything was read, nothing was found: 0.
    Clean,
    /// Something was found: 1, or what the user chose.
    Findings(u8),
    /// Nothing was found that counts, but not everything was read: 3.
    Incomplete,
    /// Stopped by a signal: 130.
    Interrupted,
}

impl Exit {
    /// The process's exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Findings(code) => code,
            Exit::Incomplete => 3,
            Exit::Interrupted => 130,
        }
    }
}

/// A report that could not be written.
#[derive(Debug)]
pub struct Lost {
    /// Where it was to go.
    pub to: String,
    /// The system's words.
    pub error: io::Error,
}

fn told(lost: &[Lost]) -> String {
    let each: Vec<String> =
        lost.iter().map(|Lost { to, error }| format!("cannot write the report to {to}: {error}")).collect();
    each.join("; ")
}

/// Reason why a command failed.
#[derive(Debug, Error)]
pub enum Failure {
    /// Something about what was asked for is wrong; nothing was scanned.
    #[error("{0}")]
    Usage(String),
    /// A rule file is malformed; nothing was scanned.
    #[error(transparent)]
    Rules(#[from] SetError),
    /// A source could not start; nothing was scanned.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A policy is malformed; nothing was reported.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A tree cannot be scanned; nothing was reported.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A repository cannot be scanned; nothing was reported.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A change cannot be scanned; nothing was reported.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// Hooks could not be installed or removed.
    #[error(transparent)]
    Hooks(#[from] HookError),
    /// A hook failed and therefore blocks.
    #[error("{failure}\nstanch: nothing was checked, so this {subject} is stopped{}", skipped(.skip))]
    Hook {
        /// Why.
        failure: Box<Failure>,
        /// What is stopped.
        subject: &'static str,
        /// The command that bypasses the check.
        skip: Option<&'static str>,
    },
    /// Reports could not be written after the scan.
    #[error("{}; the scan had {findings} findings, run it again with another --output or --report", told(lost))]
    Reports {
        /// What was lost: at least one.
        lost: Vec<Lost>,
        /// Distinct secrets that the lost reports held.
        findings: usize,
        /// What the scan came to.
        exit: Exit,
    },
    /// What a command says could not be written.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
}

impl Failure {
    /// A write to standard output that failed.
    #[must_use]
    pub fn of_output(error: io::Error) -> Failure {
        Failure::Output(error)
    }

    /// The process's exit code: 2 when nothing was scanned. A report that was lost is never clean.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Failure::Usage(_)
            | Failure::Rules(_)
            | Failure::Source(_)
            | Failure::Policy(_)
            | Failure::Tree(_)
            | Failure::History(_)
            | Failure::Change(_)
            | Failure::Hooks(_)
            | Failure::Hook { .. } => 2,
            Failure::Reports { exit, .. } if exit.code() != 0 => exit.code(),
            Failure::Reports { .. } | Failure::Output(_) => Exit::Incomplete.code(),
        }
    }
}

/// How a check is left out, for the end of a sentence.
fn skipped(skip: &Option<&str>) -> String {
    skip.map_or_else(String::new, |skip| format!("; to go on without any check: {skip}"))
}
