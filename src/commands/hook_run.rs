//! `stanch hook run`: the check of a hook. It blocks unless everything was read and nothing was found.

use super::hook_framework::{Asked, Framework};
use super::policy::scopes;
use super::{Exit, Failure};
use crate::git::environment::Environment;
use crate::git::oid::Oid;
use crate::hooks::Kind;
use crate::model::Outcome;
use crate::pipeline::{ChangeScan, Progress, Push, Receiver};
use crate::policy::PolicyOptions;
use crate::report::{Blocked, Subject, conceal_names};
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;

/// Options of a hook run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// When.
    pub kind: Kind,
    /// What is passed to the hook: for a push, git's name of the remote and its address; for a commit, what the pre-commit framework names.
    pub args: Vec<String>,
    /// What the pre-commit framework says.
    pub framework: Framework,
    /// Whether the pre-commit framework runs the hook.
    pub is_framework: bool,
    /// What is asked for, beside what the repository says.
    pub policy: PolicyOptions,
    /// Let pass what could not all be read, if nothing was found in the rest.
    pub allow_incomplete: bool,
    /// Use colour.
    pub color: bool,
}

impl RunOptions {
    /// What is blocked, and the command that bypasses the check.
    fn subject(&self) -> (Subject, Option<&'static str>) {
        let (_, skip) = self.kind.subject();
        match self.kind {
            Kind::PreReceive => (Subject::Received, skip),
            Kind::PrePush => (Subject::Push, skip),
            Kind::PreCommit if !self.is_framework => (Subject::Commit, skip),
            Kind::PreCommit if self.framework.is_push() => (Subject::Push, Some("SKIP=stanch git push")),
            Kind::PreCommit => (Subject::Commit, Some("SKIP=stanch git commit")),
        }
    }
}

/// Scans what is about to be committed, or pushed, as the lines of `input` say; explains on `out` why not.
///
/// # Errors
/// Fails when nothing could be scanned. That stops the commit or push too.
pub fn run(
    options: &RunOptions,
    progress: &Arc<Progress>,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let (subject, skip) = options.subject();
    let (outcome, of_files) = match scan(options, progress, input) {
        Ok(scanned) => scanned,
        // A signal while the hook waits for git's input is reported.
        Err(_) if progress.is_stopped() => return Ok(Exit::Interrupted),
        Err(failure) => {
            let subject = subject.as_str();
            return Err(Failure::Hook { failure: Box::new(failure), subject, skip });
        }
    };
    let exit = if progress.is_stopped() {
        Exit::Interrupted
    } else if !outcome.findings.is_empty() {
        Exit::Findings(1)
    } else if !outcome.is_complete() && !options.allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Clean
    };
    let (subject, skip) = if of_files { (Subject::Files, None) } else { (subject, skip) };
    let blocked = Blocked { subject, skip, is_stopped: exit != Exit::Clean, color: options.color };
    // Errors of standard error are ignored.
    let _ = blocked.write(&conceal_names(outcome), out);
    Ok(exit)
}

/// Also returns whether files were named that are not part of a commit.
fn scan(options: &RunOptions, progress: &Arc<Progress>, input: &mut dyn BufRead) -> Result<(Outcome, bool), Failure> {
    // Standard input is read first, because git fails when a hook does not read it.
    let updates = match options.kind {
        Kind::PreCommit => Vec::new(),
        Kind::PrePush | Kind::PreReceive => updates(options.kind, input)?,
    };
    let here = Path::new(".");
    let receiver = match options.kind {
        Kind::PreCommit => None,
        Kind::PrePush => Some(Receiver::Remote(options.args.first().cloned().unwrap_or_default())),
        Kind::PreReceive => Some(Receiver::Here),
    };
    let push = receiver.map(|receiver| {
        // The deletion of a reference pushes nothing.
        let new = updates.iter().map(|update| update.new).filter(|oid| !oid.is_zero()).collect();
        let old = updates.iter().map(|update| update.old).filter(|oid| !oid.is_zero()).collect();
        Push { new, old, receiver }
    });
    if push.as_ref().is_some_and(|push: &Push| push.new.is_empty()) {
        return Ok((Outcome::default(), false));
    }
    let scopes = scopes(options.policy.clone(), &[here.to_owned()])?;
    let scope = scopes.of_target(here)?;
    let engine = scope.engine(scope.rule_set()?);
    let changes = ChangeScan::new(&engine, scope.confidence().value, Arc::clone(progress), Environment::read());
    let changes = changes.trusting().under(&scopes, &scope);
    match push {
        None => {
            let asked = Asked::of(&options.framework, &options.args, &changes)?;
            let of_files = matches!(asked, Asked::Files(_));
            Ok((asked.scan(&changes, &scopes, progress)?, of_files))
        }
        Some(push) => Ok((changes.push(here, &push)?, false)),
    }
}

/// A reference that is to name something else.
struct Update {
    new: Oid,
    old: Oid,
}

/// Reads what git says about a push: for `pre-push` lines of `<local ref> <new> <remote ref> <old>`, for `pre-receive` of
/// `<old> <new> <ref>` (<https://git-scm.com/docs/githooks>, read 2026-11-24).
fn updates(kind: Kind, input: &mut dyn BufRead) -> Result<Vec<Update>, Failure> {
    let mut updates = Vec::new();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::Usage(format!("standard input: {error}")))? == 0 {
            break;
        }
        let words: Vec<&[u8]> = line.trim_ascii_end().split(|byte| *byte == b' ').collect();
        let places = match (kind, words.as_slice()) {
            (Kind::PrePush, [_, new, _, old]) => Some((new, old)),
            // A reference's name has no spaces.
            (Kind::PreReceive, [old, new, _]) => Some((new, old)),
            _ => None,
        };
        let update = places.and_then(|(new, old)| Some(Update { new: Oid::from_hex(new)?, old: Oid::from_hex(old)? }));
        let update = update.ok_or_else(|| {
            let form = if kind == Kind::PrePush { "LOCAL-REF NEW REMOTE-REF OLD" } else { "OLD NEW REF" };
            Failure::Usage(format!(
                "line {number} of standard input is not `{form}`; git calls `stanch hook run {kind}`, and says there what is pushed"
            ))
        })?;
        updates.push(update);
    }
    Ok(updates)
}
