//! What the containers among a repository's blobs hold.
//!
//! A version of a container is made from another by bytes that mean nothing by themselves. So each is opened whole, whatever it was made from.

use super::unread::Pointers;
use crate::content::{Class, Container, Fault, Input, recognise};
use crate::engine::{Engine, Scratch, Sighting, Verdict, scan};
use crate::git::graph::{Attribution, History};
use crate::git::store::{ObjectId, Store};
use crate::model::{Content, Origin, Outer, Problem, Step, Unit, Whole};
use crate::pipeline::Progress;
use crate::pipeline::contents::budget;
use crate::pipeline::search::Search;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

/// So many bytes are taken in at once.
const STEP: usize = 256 << 10;

/// Something within a blob that could not be read: the blob, the steps inside it, and why.
pub(super) type Closed = (ObjectId, String, Fault);

/// What a blob is, if it is no plain text. Kinds that stay `closed` are plain bytes.
pub(super) fn container_of(bytes: &[u8], closed: &[String]) -> Option<Container> {
    recognise(bytes, None).filter(|container| !closed.iter().any(|closed| closed == container.name()))
}

/// Whether a blob's own bytes say nothing.
pub(super) fn is_archive(bytes: &[u8], closed: &[String]) -> bool {
    container_of(bytes, closed).is_some_and(|container| container.class() != Class::Document)
}

/// Finds what containers hold.
pub(super) struct Contents<'c> {
    pub(super) engine: &'c Engine,
    pub(super) progress: &'c Progress,
    pub(super) closed: &'c [String],
}

impl Contents<'_> {
    /// Calls `seen` for everything that is found in a container, with the steps to it, and `fault` for what is not read of it. An observer
    /// hears of its parts under the name of the `object`.
    pub(super) fn search(
        &self,
        container: Container,
        (head, rest): (&[u8], Option<&mut dyn Read>),
        object: Option<&[u8]>,
        scratch: &mut Scratch,
        seen: &mut dyn FnMut(&[Step], &Sighting<'_>),
        fault: &mut dyn FnMut(String, Fault),
    ) {
        let budget = budget();
        let outer = Outer::Object { repository: Default::default(), what: "blob", id: Arc::default() };
        let mut text = |origin: &Origin, bytes: &mut dyn Read| {
            let mut has_secret = false;
            let read = scan(self.engine, bytes, STEP, scratch, |sighting| {
                has_secret |= sighting.found.verdict == Verdict::Kept;
                seen(&origin.steps, &sighting);
                if self.progress.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            if let (Ok(bytes), Some((observer, id))) = (&read, self.progress.observer().zip(object)) {
                let unit = Unit::ObjectPart { id, steps: &origin.steps_text() };
                observer.read(unit, Content { sha256: None, bytes: *bytes, has_secret });
            }
            read.map(|_| ()).map_err(|stopped| stopped.error)
        };
        let mut fault = |origin: &Origin, why| fault(origin.steps_text(), why);
        let (progress, closed) = (self.progress, self.closed);
        let mut search = Search { budget: &budget, progress, closed, text: &mut text, fault: &mut fault };
        let origin = Origin::from(outer);
        // It ends early only when the scan does.
        let _ = match rest {
            None => {
                budget.count(head.len() as u64);
                search.open(container, &origin, Input::Whole(Whole::Memory(head)))
            }
            Some(rest) => {
                budget.count(head.len() as u64);
                let mut rest = budget.counted(rest);
                search.open(container, &origin, Input::Stream(&mut head.chain(&mut rest)))
            }
        };
    }
}

/// What could not be read in the blobs that count, by the names that the commits have for these.
pub(super) fn problems(
    closed: Vec<Closed>,
    blobs: &Pointers,
    store: &Store,
    history: &History,
    all: &[Attribution],
    keeps_all: bool,
) -> Vec<Problem> {
    let names = blobs.names(store, history, all, keeps_all);
    let named = |blob: &ObjectId| names.iter().find(|(one, _)| one == blob).map(|(_, name)| name.clone());
    let problem = |(blob, steps, Fault { kind, detail }): Closed| {
        Some(Problem { what: format!("{}{steps}", named(&blob)?), kind, detail: detail.into_owned() })
    };
    closed.into_iter().filter_map(problem).collect()
}
