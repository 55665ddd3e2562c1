//! What lies in a container: its parts with their origins, and what of it could not be read.

use crate::content::{Budget, Class, Container, Fault, Input, Limits, Steps, Visit, expand};
use crate::model::{Origin, Problem, Step, Whole};
use std::io::Read;
use std::ops::ControlFlow;

/// The budget of a file that is a container. Formats that need all bytes at once may hold so many of them.
pub(super) fn budget() -> Budget {
    Budget::new(Limits::default())
}

/// How many bytes there are.
pub(super) fn length(whole: Whole<'_>) -> u64 {
    match whole {
        Whole::Memory(bytes) => bytes.len() as u64,
        Whole::File(file) => file.metadata().map_or(0, |data| data.len()),
    }
}

/// What is done with the parts of a container.
pub(super) struct Contents<'c> {
    pub(super) origin: &'c Origin,
    pub(super) budget: &'c Budget,
    /// Whether its bytes are those that a source has: what comes out of the others is measured by these.
    pub(super) is_outermost: bool,
    /// Takes a part, with its origin.
    pub(super) part: &'c mut dyn FnMut(Origin, Input<'_>) -> ControlFlow<()>,
    /// Hears of what is not read.
    pub(super) fault: &'c mut dyn FnMut(&Origin, Fault) -> ControlFlow<()>,
}

impl Contents<'_> {
    /// Opens a container.
    pub(super) fn open(&mut self, container: Container, input: Input<'_>) -> ControlFlow<()> {
        let path = self.origin.innermost_path();
        let name = path.map_or_else(String::new, |path| path.to_string_lossy().into_owned());
        expand(container, &name, input, self.budget, self)
    }

    /// Opens a container whose bytes are at hand.
    pub(super) fn open_whole(&mut self, container: Container, whole: Whole<'_>) -> ControlFlow<()> {
        if self.is_outermost {
            self.budget.count(length(whole));
        }
        self.open(container, Input::Whole(whole))
    }

    /// Opens a container whose first bytes were read already.
    pub(super) fn open_rest(&mut self, container: Container, head: &[u8], rest: &mut dyn Read) -> ControlFlow<()> {
        let budget = self.budget;
        if self.is_outermost {
            budget.count(head.len() as u64);
            let mut rest = budget.counted(rest);
            self.open(container, Input::Stream(&mut head.chain(&mut rest)))
        } else {
            self.open(container, Input::Stream(&mut head.chain(rest)))
        }
    }
}

impl Visit for Contents<'_> {
    fn part(&mut self, steps: Steps, bytes: Input<'_>) -> ControlFlow<()> {
        let mut origin = self.origin.clone();
        origin.steps.extend(steps);
        (self.part)(origin, bytes)
    }

    fn fault(&mut self, step: Option<Step>, fault: Fault) -> ControlFlow<()> {
        let origin = match step {
            Some(step) => &self.origin.inside(step),
            None => self.origin,
        };
        (self.fault)(origin, fault)
    }
}

/// What is not read, as the report has it.
pub(super) fn problem(origin: &Origin, Fault { kind, detail }: Fault) -> Problem {
    Problem { what: origin.display().into_owned(), kind, detail: detail.into_owned() }
}

/// Where an archive's members are: a tar in a gzip has no name of its own.
pub(super) fn without_wrapper(origin: &Origin, container: Container, was_compressed: bool) -> Origin {
    let mut origin = origin.clone();
    if was_compressed && container.class() == Class::Archive {
        origin.steps.pop();
    }
    origin
}
