//! Every text of a blob: its own, and those of what it holds, for whoever looks at each in the same way.

use super::Progress;
use super::contents::{self, Contents};
use super::watched::Watched;
use crate::content::{Budget, Class, Container, Fault, Input};
use crate::model::{Origin, Whole};
use std::io::{self, Read};
use std::ops::ControlFlow;

/// Looks at the texts in a container.
pub(super) struct Search<'c> {
    pub(super) budget: &'c Budget,
    pub(super) progress: &'c Progress,
    pub(super) closed: &'c [String],
    /// Reads a text to its end.
    pub(super) text: &'c mut dyn FnMut(&Origin, &mut dyn Read) -> io::Result<()>,
    /// Hears of what is not read.
    pub(super) fault: &'c mut dyn FnMut(&Origin, Fault),
}

impl Search<'_> {
    /// Looks at what a container holds.
    pub(super) fn open(&mut self, container: Container, origin: &Origin, input: Input<'_>) -> ControlFlow<()> {
        let was_compressed = container.class() == Class::Compression;
        let budget = self.budget;
        let mut faults = Vec::new();
        let mut part = |origin: Origin, input: Input<'_>| self.blob(&origin, input, was_compressed);
        let mut fault = |origin: &Origin, fault: Fault| {
            faults.push((origin.clone(), fault));
            ControlFlow::Continue(())
        };
        // Whoever asks counts the outermost bytes.
        let is_outermost = false;
        let mut contents = Contents { origin, budget, is_outermost, part: &mut part, fault: &mut fault };
        let flow = contents.open(container, input);
        faults.into_iter().for_each(|(origin, fault)| (self.fault)(&origin, fault));
        flow
    }

    fn blob(&mut self, origin: &Origin, input: Input<'_>, was_compressed: bool) -> ControlFlow<()> {
        if self.progress.is_stopped() {
            return ControlFlow::Break(());
        }
        let (mut file, mut memory);
        let (bytes, whole): (&mut dyn Read, Option<Whole<'_>>) = match input {
            Input::Stream(bytes) => (bytes, None),
            Input::Whole(Whole::File(open)) => {
                file = open;
                (&mut file, Some(Whole::File(open)))
            }
            Input::Whole(Whole::Memory(bytes)) => {
                memory = bytes;
                (&mut memory, Some(Whole::Memory(bytes)))
            }
        };
        let room = if whole.is_some() { 0 } else { self.budget.room() };
        let name = origin.innermost_path();
        let mut bytes = Watched::new(bytes, self.progress, name).of_member().keeping_closed(self.closed).keeping(room);
        if let Err(error) = (self.text)(origin, &mut bytes) {
            match self.budget.take_reason() {
                Some(why) => (self.fault)(origin, Fault { kind: Budget::KIND, detail: why.into() }),
                None if self.budget.is_spent() => {}
                None => (self.fault)(origin, Fault::of_read(&error)),
            }
        }
        let Some(container) = bytes.container_of(whole) else { return ControlFlow::Continue(()) };
        let origin = contents::without_wrapper(origin, container, was_compressed);
        match (whole, bytes.into_parts()) {
            (Some(whole), _) => self.open(container, &origin, Input::Whole(whole)),
            // A document was read to its end.
            (None, (all, _)) if container.class() == Class::Document => {
                self.open(container, &origin, Input::Whole(Whole::Memory(&all)))
            }
            (None, (head, rest)) => self.open(container, &origin, Input::Stream(&mut head.chain(rest))),
        }
    }
}
