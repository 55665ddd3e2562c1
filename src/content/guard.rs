//! Keeps a panic in a decoder of somebody else's from ending the scan.

use std::cell::Cell;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread runs a decoder whose panic is caught and becomes a problem with a name: nobody has to be told of it otherwise.
#[must_use]
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Runs a decoder; a panic in it is damage that it did not expect.
pub(super) fn guarded<T>(run: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let before = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(before);
    result.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::InvalidData, "the decoder gave up on it")))
}

/// Runs what is not a decoder's within one: a panic in it is told of as ever.
pub(super) fn unguarded<T>(run: impl FnOnce() -> T) -> T {
    let before = GUARDED.replace(false);
    let result = run();
    GUARDED.set(before);
    result
}

/// A decoder behind which nothing panics. After a panic it is not used any more.
pub(super) struct Guarded<R> {
    inner: R,
    is_broken: bool,
}

impl<R: Read> Guarded<R> {
    pub(super) fn new(inner: R) -> Guarded<R> {
        Guarded { inner, is_broken: false }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_broken {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the decoder gave up on it"));
        }
        let read = guarded(|| self.inner.read(buffer));
        self.is_broken = read.is_err();
        // Some decoders have no kind for what is damaged. A limit that was reached is asked for first, by whoever reads.
        read.map_err(|error| match error.kind() {
            io::ErrorKind::Other => io::Error::new(io::ErrorKind::InvalidData, error),
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Panics;

    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("as decoders do")
        }
    }

    #[test]
    fn a_panic_is_damage() {
        let mut guarded = Guarded::new(Panics);
        for _ in 0..2 {
            assert_eq!(guarded.read(&mut [0]).map_err(|error| error.kind()), Err(io::ErrorKind::InvalidData));
        }
        assert!(!is_guarded());
    }
}
