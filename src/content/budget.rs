//! How much may come out of one file.

use crate::model::ProblemKind;
use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::time::{Duration, Instant};

/// What an expansion may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many containers may lie in one another.
    pub depth: u32,
    /// How many members may come out of one outermost container.
    pub members: u64,
    /// So many bytes may come out of decompressors whatever goes in.
    pub floor: u64,
    /// Beyond the floor, so many bytes may come out for each one that was read of the outermost container.
    pub ratio: u64,
    /// Bytes that are held in memory for formats which cannot be read in order.
    pub held: u64,
    /// The most memory that a decompressor may ask for, bytes; one within another half of it, and so on, so that all of them together ask for less
    /// than twice as much.
    pub dictionary: u64,
    /// How long one outermost container may take.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            depth: 8,
            members: 500_000,
            floor: 128 << 20,
            ratio: 200,
            held: 64 << 20,
            dictionary: 128 << 20,
            time: Duration::from_secs(600),
        }
    }
}

/// What is left of the limits of one outermost container. All containers within it share it.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    depth: Cell<u32>,
    members: Cell<u64>,
    read: Cell<u64>,
    made: Cell<u64>,
    held: Cell<u64>,
    /// Decompressors that are at work within one another.
    decompressors: Cell<u32>,
    begin: Instant,
    /// The limit that was reached; said once.
    spent: RefCell<Option<String>>,
    is_spent: Cell<bool>,
}

impl Budget {
    /// A budget for one outermost container.
    #[must_use]
    pub fn new(limits: Limits) -> Budget {
        let (depth, members, read, made, held, decompressors) = Default::default();
        let (begin, spent, is_spent) = (Instant::now(), RefCell::default(), Cell::default());
        Budget { limits, depth, members, read, made, held, decompressors, begin, spent, is_spent }
    }

    /// Its limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The outermost container's bytes, counted.
    pub fn counted<'a>(&'a self, input: &'a mut dyn Read) -> impl Read + 'a {
        Counted { budget: self, input }
    }

    /// Counts bytes of the outermost container that are at hand.
    pub fn count(&self, bytes: u64) {
        self.read.set(self.read.get() + bytes);
    }

    /// Goes one container further in.
    pub(super) fn enter(&self) -> Result<(), ()> {
        if self.depth.get() == self.limits.depth {
            self.spend(format!("more than {} containers lie in one another", self.limits.depth));
            return Err(());
        }
        self.depth.set(self.depth.get() + 1);
        Ok(())
    }

    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    /// Takes a member; `false` when it may not be.
    pub(super) fn member(&self) -> bool {
        self.members.set(self.members.get() + 1);
        if self.members.get() > self.limits.members {
            self.spend(format!("it holds more than {} members", self.limits.members));
        } else if self.members.get().is_multiple_of(64) {
            self.check_time();
        }
        !self.is_spent()
    }

    fn check_time(&self) {
        if self.begin.elapsed() > self.limits.time {
            self.spend(format!("it takes more than {} s to read", self.limits.time.as_secs()));
        }
    }

    fn spend(&self, why: String) {
        if !self.is_spent.replace(true) {
            *self.spent.borrow_mut() = Some(why);
        }
    }

    /// Whether a limit was reached, so that nothing more is read.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.is_spent.get()
    }

    /// The limit that was reached, for whoever asks first.
    #[must_use]
    pub fn take_reason(&self) -> Option<String> {
        self.spent.borrow_mut().take()
    }

    /// How many bytes may still be held.
    #[must_use]
    pub fn room(&self) -> u64 {
        self.limits.held.saturating_sub(self.held.get())
    }

    pub(super) fn hold(&self, bytes: u64) {
        self.held.set(self.held.get() + bytes);
    }

    pub(super) fn release(&self, bytes: u64) {
        self.held.set(self.held.get().saturating_sub(bytes));
    }

    /// How much memory the next decompressor may ask for, bytes.
    pub(super) fn dictionary(&self) -> u64 {
        self.limits.dictionary >> self.decompressors.get().min(63)
    }

    /// What comes out of a decompressor, counted; reading fails when it is too much, and when it takes too long.
    pub(super) fn metered<'a>(&'a self, output: impl Read + 'a) -> impl Read + 'a {
        self.decompressors.set(self.decompressors.get() + 1);
        Metered { budget: self, output }
    }

    fn made(&self, bytes: u64) -> io::Result<()> {
        self.made.set(self.made.get() + bytes);
        let most = self.limits.floor.saturating_add(self.read.get().saturating_mul(self.limits.ratio));
        if self.made.get() > most {
            self.spend(format!(
                "it unpacks to more than {} MiB and {} times its own size",
                self.limits.floor >> 20,
                self.limits.ratio
            ));
        }
        self.check_time();
        self.check()
    }

    /// Fails when a limit was reached.
    fn check(&self) -> io::Result<()> {
        if self.is_spent() { Err(io::Error::other("a limit was reached")) } else { Ok(()) }
    }

    /// The kind of problem that a limit is.
    pub const KIND: ProblemKind = ProblemKind::TooLarge;
}

struct Counted<'a> {
    budget: &'a Budget,
    input: &'a mut dyn Read,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.budget.check()?;
        loop {
            match self.input.read(buffer) {
                // Not every decoder goes on after this.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.budget.count(count as u64);
                    return Ok(count);
                }
            }
        }
    }
}

struct Metered<'a, R> {
    budget: &'a Budget,
    output: R,
}

impl<R> Drop for Metered<'_, R> {
    fn drop(&mut self) {
        self.budget.decompressors.set(self.budget.decompressors.get() - 1);
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.budget.check()?;
        let count = self.output.read(buffer)?;
        self.budget.made(count as u64)?;
        Ok(count)
    }
}
