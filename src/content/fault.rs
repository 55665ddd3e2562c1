//! Why a container was not read to its end.

use crate::model::ProblemKind;
use std::borrow::Cow;
use std::io;

/// Why something was not read.
#[derive(Debug)]
pub struct Fault {
    /// Of which kind that is.
    pub kind: ProblemKind,
    /// In words.
    pub detail: Cow<'static, str>,
}

impl Fault {
    pub(super) fn new(kind: ProblemKind, detail: impl Into<Cow<'static, str>>) -> Fault {
        Fault { kind, detail: detail.into() }
    }

    pub(super) fn corrupt(detail: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(ProblemKind::Corrupt, detail)
    }

    pub(super) fn unsupported(detail: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(ProblemKind::Unsupported, detail)
    }

    /// What a failure to read means: bytes that a decoder refuses are damaged, anything else is the system's.
    #[must_use]
    pub fn of_read(error: &io::Error) -> Fault {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Fault::corrupt(format!("it is damaged: {error}"))
            }
            // A decoder that asks for more memory than it may have.
            io::ErrorKind::OutOfMemory => Fault::new(ProblemKind::TooLarge, error.to_string()),
            io::ErrorKind::UnexpectedEof => Fault::corrupt("it is damaged: it ends too early"),
            _ => Fault::new(ProblemKind::Unreadable, format!("reading failed: {error}")),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::of_read(&error)
    }
}
