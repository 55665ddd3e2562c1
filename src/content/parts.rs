//! The parts of a container, on their way to whoever looks at them.

use super::budget::Budget;
use super::fault::Fault;
use super::input::Input;
use crate::model::{ProblemKind, Step, Whole};
use smallvec::{SmallVec, smallvec};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

/// The way from a container to a part of it: one step, or two for a file of an image's layer.
pub type Steps = SmallVec<[Step; 2]>;

/// What is done with the parts of a container.
pub trait Visit {
    /// Takes a member or a view; it need not be read to its end. `Break` ends the expansion.
    fn part(&mut self, steps: Steps, bytes: Input<'_>) -> ControlFlow<()>;

    /// Hears of something in the container, or of all of it, that is not read.
    fn fault(&mut self, step: Option<Step>, fault: Fault) -> ControlFlow<()>;
}

/// How an expansion goes on: an error when the rest of the container cannot be read.
pub(super) type Flow = Result<ControlFlow<()>, Fault>;

/// The parts of a container on their way to the visitor.
pub(super) struct Parts<'v> {
    pub(super) budget: &'v Budget,
    visit: &'v mut dyn Visit,
    /// Members that are not read, by why: the first one's name and how many there are.
    faults: BTreeMap<(ProblemKind, String), (String, u64)>,
    /// The layer of an image whose members are read.
    pub(super) layer: Option<Layer>,
}

/// A layer of an image.
#[derive(Default)]
pub(super) struct Layer {
    pub(super) digest: Arc<str>,
    /// From 1, lowest first.
    pub(super) index: u32,
    pub(super) created_by: Option<Arc<str>>,
    /// What layers above it remove: paths without a first slash, and the lowest of the layers.
    pub(super) removed: HashMap<Vec<u8>, u32>,
    /// What it removes itself.
    pub(super) added: Vec<Vec<u8>>,
}

impl Layer {
    /// The step to a file of it.
    pub(super) fn step(&self, removed_in: Option<u32>) -> Step {
        let (digest, created_by) = (Arc::clone(&self.digest), self.created_by.clone());
        Step::Layer { digest, index: self.index, created_by, removed_in }
    }

    /// Whether a member is only a mark that a path of the layers below is removed, or all that a directory of theirs holds.
    fn removes(&mut self, path: &[u8]) {
        let path = clean(path);
        let (directory, name) = path.split_at(path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1));
        let Some(name) = name.strip_prefix(b".wh.") else { return };
        let removed = if name == b".wh..opq" {
            directory.strip_suffix(b"/").unwrap_or(directory).to_vec()
        } else {
            [directory, name].concat()
        };
        self.added.push(removed);
    }

    /// The layer that removes a path, or a directory that it lies in.
    fn removed_in(&self, path: &[u8]) -> Option<u32> {
        if self.removed.is_empty() {
            return None;
        }
        let path = clean(path);
        let ends = memchr::memchr_iter(b'/', path).chain([path.len()]);
        ends.filter_map(|end| self.removed.get(&path[..end]).copied()).chain(self.removed.get(&b""[..]).copied()).min()
    }
}

/// A path without what some programs write before it.
fn clean(path: &[u8]) -> &[u8] {
    let path = path.strip_prefix(b".").filter(|rest| rest.starts_with(b"/")).unwrap_or(path);
    path.strip_prefix(b"/").unwrap_or(path)
}

impl<'v> Parts<'v> {
    pub(super) fn new(budget: &'v Budget, visit: &'v mut dyn Visit) -> Parts<'v> {
        Parts { budget, visit, faults: BTreeMap::new(), layer: None }
    }

    /// Passes on a member.
    pub(super) fn member(&mut self, path: &[u8], bytes: Input<'_>) -> ControlFlow<()> {
        let Some(layer) = &mut self.layer else { return self.part_at(member_step(path), bytes) };
        // A mark has no content; whatever stands there all the same is read.
        layer.removes(path);
        let steps = smallvec![layer.step(layer.removed_in(path)), member_step(path)];
        self.part(steps, bytes)
    }

    /// Passes on a text of a document; `path` says where in the document it stands.
    pub(super) fn view(&mut self, path: &str, text: &[u8]) -> ControlFlow<()> {
        if text.is_empty() {
            return ControlFlow::Continue(());
        }
        self.part_at(Step::Field { path: path.into() }, Input::Whole(Whole::Memory(text)))
    }

    /// Passes on a part that is one step away.
    pub(super) fn part_at(&mut self, step: Step, bytes: Input<'_>) -> ControlFlow<()> {
        self.part(smallvec![step], bytes)
    }

    fn part(&mut self, steps: Steps, bytes: Input<'_>) -> ControlFlow<()> {
        if !self.budget.member() {
            return ControlFlow::Break(());
        }
        self.visit.part(steps, bytes)?;
        if self.budget.is_spent() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Notes a member that is not read.
    pub(super) fn refuse(&mut self, path: &[u8], kind: ProblemKind, detail: impl Into<String>) {
        let first = || (String::from_utf8_lossy(path).into_owned(), 0);
        self.faults.entry((kind, detail.into())).or_insert_with(first).1 += 1;
    }

    /// Names what is not read: members with the same fault together, by the first one's name.
    pub(super) fn finish(&mut self) -> ControlFlow<()> {
        for ((kind, mut detail), (path, count)) in std::mem::take(&mut self.faults) {
            if count > 1 {
                detail = format!("{detail} ({count} members, of which this is the first)");
            }
            self.visit.fault(Some(member_step(path.as_bytes())), Fault::new(kind, detail))?;
        }
        ControlFlow::Continue(())
    }
}

/// A member's step. Archives name their members in bytes; what is not UTF-8 in them is replaced where paths are not bytes.
fn member_step(path: &[u8]) -> Step {
    #[cfg(unix)]
    let path = {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(std::ffi::OsStr::from_bytes(path))
    };
    #[cfg(not(unix))]
    let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
    Step::Member { path }
}

/// For members that are read from a stream.
pub(super) fn stream(bytes: &mut dyn Read) -> Input<'_> {
    Input::Stream(bytes)
}
