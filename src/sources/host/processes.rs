//! Reads processes: their environments, command lines and open deleted files, from `/proc` or from a captured copy of it.

use super::arguments::{Arguments, CommandLine};
use super::deleted::Deleted;
use super::dir::Dir;
use super::event::{HostEvent, Text};
use super::identity::{Clock, Identity, Names};
use crate::model::{Origin, Outer, Problem, ProblemKind, Step};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// The field of an environment.
pub(super) const ENVIRONMENT: &str = "environment";
/// The field of a command line.
pub(super) const COMMAND_LINE: &str = "command line";
/// Most of an environment or a command line that is read, bytes. Linux allows 6 MB for both together with usual limits.
const MAX_BYTES: u64 = 8 << 20;
/// Most different variables that are remembered, so that each is searched once; further ones are searched each time.
const MAX_REMEMBERED: usize = 400_000;

/// Where one text stands besides the process where it was read first.
#[derive(Debug)]
struct Known {
    first: u32,
    name: u64,
    others: Vec<u32>,
}

/// All processes that were read.
#[derive(Debug, Default)]
pub(super) struct Processes {
    /// What each one is.
    pub(super) identities: HashMap<u32, Identity>,
    known: HashMap<u128, Known>,
    hashers: (RandomState, RandomState),
    names: Names,
    /// Processes whose environment could not be read.
    unread: u64,
    /// All that have one.
    all: u64,
}

impl Processes {
    /// Reads all processes below `proc`.
    pub(super) fn read(
        &mut self,
        proc: &Dir,
        arguments: &Arguments,
        is_live: bool,
        each: &mut dyn FnMut(HostEvent<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let clock = Clock::read(proc);
        let Ok(entries) = proc.list() else { return ControlFlow::Continue(()) };
        let mut pids: Vec<u32> = entries.iter().filter_map(|(name, _)| name.to_str()?.parse().ok()).collect();
        pids.sort_unstable();
        let mut deleted = Deleted::default();
        for pid in pids {
            // It may have ended since it was listed.
            let Ok(process) = proc.dir(OsStr::new(&pid.to_string())) else { continue };
            let Some(identity) = Identity::read(&process, &clock, &mut self.names) else { continue };
            if identity.is_kernel_thread {
                continue;
            }
            self.identities.insert(pid, identity);
            self.command_line(&process, pid, arguments, each)?;
            self.environment(&process, pid, each)?;
            if is_live {
                deleted.read(&process, pid, each)?;
            }
        }
        if self.unread > 0 {
            let what = format!("the environments of {} of {} processes", self.unread, self.all);
            let detail = "they belong to other accounts: run as root, or accept the gap with --allow-incomplete";
            each(HostEvent::Problem(Problem { what, kind: ProblemKind::Unreadable, detail: detail.to_owned() }))?;
        }
        ControlFlow::Continue(())
    }

    fn command_line(
        &mut self,
        process: &Dir,
        pid: u32,
        arguments: &Arguments,
        each: &mut dyn FnMut(HostEvent<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Ok(bytes) = read(process, "cmdline") else { return ControlFlow::Continue(()) };
        if bytes.is_empty() || self.is_known(&bytes, COMMAND_LINE, pid) {
            return ControlFlow::Continue(());
        }
        let CommandLine { text, secrets } = arguments.read(&bytes);
        let origin = Origin::from(Outer::Process { pid, field: COMMAND_LINE });
        each(HostEvent::Text(Text { origin, text: &text, secrets, name: "Secret argument of a command" }))
    }

    fn environment(
        &mut self,
        process: &Dir,
        pid: u32,
        each: &mut dyn FnMut(HostEvent<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.all += 1;
        let bytes = match read(process, "environ") {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                self.unread += 1;
                return ControlFlow::Continue(());
            }
            // It ended, or a capture does not have it.
            Err(_) => return ControlFlow::Continue(()),
        };
        for variable in bytes.split(|byte| *byte == 0).filter(|variable| !variable.is_empty()) {
            let end = variable.iter().position(|byte| *byte == b'=').unwrap_or(variable.len());
            let name = String::from_utf8_lossy(&variable[..end]);
            if self.is_known(variable, &name, pid) {
                continue;
            }
            let step = Step::Field { path: format!("env[{name}]").into() };
            let origin = Origin::from(Outer::Process { pid, field: ENVIRONMENT }).inside(step);
            each(HostEvent::Text(Text { origin, text: variable, secrets: Vec::new(), name: "" }))?;
        }
        ControlFlow::Continue(())
    }

    /// Whether this text was searched already; it then only remembers where it stands too.
    fn is_known(&mut self, text: &[u8], name: &str, pid: u32) -> bool {
        let kind: &[u8] = if name == COMMAND_LINE { b"c" } else { b"e" };
        let (a, b) = (self.hashers.0.hash_one((kind, text)), self.hashers.1.hash_one((kind, text)));
        let key = u128::from(a) << 64 | u128::from(b);
        if let Some(known) = self.known.get_mut(&key) {
            known.others.push(pid);
            return true;
        }
        if self.known.len() < MAX_REMEMBERED {
            let name = self.hashers.0.hash_one(name);
            self.known.insert(key, Known { first: pid, name, others: Vec::new() });
        }
        false
    }

    /// The other processes that have what stands in this one: `name` is the variable's, or the field for a command line.
    pub(super) fn others(&self, wanted: &[(u32, String)]) -> HashMap<(u32, String), Vec<u32>> {
        let by_key: HashMap<(u32, u64), &(u32, String)> =
            wanted.iter().map(|one| ((one.0, self.hashers.0.hash_one(one.1.as_str())), one)).collect();
        let found = self.known.values().filter_map(|known| {
            let one = by_key.get(&(known.first, known.name))?;
            Some(((*one).clone(), known.others.clone()))
        });
        found.collect()
    }
}

/// A small file of a process.
fn read(process: &Dir, name: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    process.file_below(Path::new(name))?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}
