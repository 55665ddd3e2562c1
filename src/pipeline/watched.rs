//! What a blob is read through.

use super::Progress;
use crate::content::{Class, Container, is_program, recognise, recognise_appended};
use crate::model::Whole;
use sha2::{Digest, Sha256};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

/// So many bytes tell most containers from plain bytes: a header of tar.
const HEAD: usize = 512;
/// So many are looked at when the reader's own buffer is too small for that.
const AHEAD: u64 = 64 << 10;

/// Counts the bytes, and breaks off when the scan is to stop. What was read before is still searched.
///
/// The first bytes say whether it is a container, in the very buffer into which they are read: a plain file costs nothing more. The bytes of an
/// archive are not passed on, they are opened by whoever reads; those of a document are, and kept for its reader.
pub(super) struct Watched<'b> {
    bytes: &'b mut dyn Read,
    progress: &'b Progress,
    /// Whether the bytes are a file's and not those of a member, which count as little as they take room.
    counts: bool,
    failure: Option<io::Error>,
    name: Option<&'b Path>,
    /// Containers that stay closed.
    closed: &'b [String],
    /// How many bytes of a document are kept at most.
    room: usize,
    has_begun: bool,
    has_ended: bool,
    container: Option<Container>,
    skipped: Option<Container>,
    /// Whether it begins as programs do, behind which an archive may stand.
    is_program: bool,
    /// Of an archive, the bytes that were read to tell; of a document, all of them.
    kept: Vec<u8>,
    /// Read to tell what it is, and not passed on yet.
    ahead: io::Cursor<Vec<u8>>,
    /// Of what is passed on, for an observer.
    hash: Option<Sha256>,
}

impl<'b> Watched<'b> {
    pub(super) fn new(bytes: &'b mut dyn Read, progress: &'b Progress, name: Option<&'b Path>) -> Watched<'b> {
        Watched {
            bytes,
            progress,
            counts: true,
            failure: None,
            name,
            closed: &[],
            room: 0,
            has_begun: false,
            has_ended: false,
            container: None,
            skipped: None,
            is_program: false,
            kept: Vec::new(),
            ahead: io::Cursor::default(),
            hash: None,
        }
    }

    /// The same for a member of a container.
    pub(super) fn of_member(self) -> Watched<'b> {
        Watched { counts: false, ..self }
    }

    /// The same, keeping these containers closed.
    pub(super) fn keeping_closed(self, closed: &'b [String]) -> Watched<'b> {
        Watched { closed, ..self }
    }

    /// The same, keeping up to so many bytes of a document that come once.
    pub(super) fn keeping(self, room: u64) -> Watched<'b> {
        Watched { room: usize::try_from(room).unwrap_or(usize::MAX), ..self }
    }

    /// The same, hashing what is passed on.
    pub(super) fn hashing(self) -> Watched<'b> {
        Watched { hash: Some(Sha256::default()), ..self }
    }

    /// SHA-256 of all bytes, if they were hashed; `whole` are those of an archive, which are not passed on.
    pub(super) fn sha256(&self, whole: Option<Whole<'_>>) -> Option<[u8; 32]> {
        let hash = self.hash.clone()?;
        if !self.is_cut() {
            return Some(hash.finalize().into());
        }
        let mut hash = Sha256::default();
        match whole? {
            Whole::Memory(bytes) => hash.update(bytes),
            Whole::File(mut file) => {
                file.seek(SeekFrom::Start(0)).ok()?;
                io::copy(&mut file, &mut hash).ok()?;
            }
        }
        Some(hash.finalize().into())
    }

    /// Tells next of a failure that it told of before.
    pub(super) fn fail_again(&mut self, failure: Option<io::Error>) {
        self.failure = failure;
    }

    /// What it is, if it is no plain bytes. Known when something was read.
    pub(super) fn container(&self) -> Option<Container> {
        self.container
    }

    /// The same for all of its bytes: a program is asked for its end, too.
    pub(super) fn container_of(&self, whole: Option<Whole<'_>>) -> Option<Container> {
        let is_asked = self.container.is_none() && self.skipped.is_none() && self.is_program;
        let appended = || whole.filter(|_| is_asked).and_then(recognise_appended);
        self.container.or_else(|| appended().filter(|found| !self.stays_closed(*found)))
    }

    fn stays_closed(&self, container: Container) -> bool {
        self.closed.iter().any(|closed| closed == container.name())
    }

    /// What it is, if it is to stay closed.
    pub(super) fn skipped(&self) -> Option<Container> {
        self.skipped
    }

    /// Looks what it is before anything is read.
    pub(super) fn look_ahead(&mut self) {
        let mut ahead = Vec::new();
        self.has_begun = true;
        match (&mut *self.bytes).take(AHEAD).read_to_end(&mut ahead) {
            Ok(count) => self.has_ended = (count as u64) < AHEAD,
            Err(error) => self.failure = Some(error),
        }
        self.recognise(&ahead);
        if self.is_cut() {
            self.kept = ahead;
        } else {
            self.ahead = io::Cursor::new(ahead);
        }
    }

    /// All of a container's bytes that are at hand, and what is still to be read: nothing, of a document.
    pub(super) fn into_parts(self) -> (Vec<u8>, &'b mut dyn Read) {
        (self.kept, self.bytes)
    }

    /// Whether its bytes are not passed on.
    pub(super) fn is_cut(&self) -> bool {
        self.container.is_some_and(|container| container.class() != Class::Document)
    }

    fn recognise(&mut self, head: &[u8]) {
        let found = recognise(head, self.name);
        self.is_program = is_program(head);
        match found {
            Some(found) if self.stays_closed(found) => self.skipped = Some(found),
            found => self.container = found,
        }
    }

    /// Reads enough to tell what it is.
    fn begin(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.has_begun = true;
        let mut filled = 0;
        while filled < HEAD && !self.has_ended {
            match self.bytes.read(&mut buffer[filled..]) {
                Ok(0) => self.has_ended = true,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted && !self.progress.is_stopped() => {}
                Err(error) => {
                    self.failure = Some(error);
                    break;
                }
            }
        }
        let head = &buffer[..filled];
        self.recognise(head);
        if self.is_cut() {
            self.kept = head.to_vec();
        }
        Ok(filled)
    }

    fn keep(&mut self, bytes: &[u8]) {
        // One byte too many tells the reader that there is more.
        let room = self.room.saturating_add(1).saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.progress.is_stopped() {
            return Err(io::Error::other("the scan was interrupted"));
        }
        if !self.has_begun && buffer.len() < HEAD {
            self.look_ahead();
        }
        let is_first = !self.has_begun;
        let count = if is_first { self.begin(buffer)? } else { 0 };
        if self.is_cut() {
            return Ok(0);
        }
        let count = match count {
            0 => {
                let ahead = self.ahead.read(buffer)?;
                if ahead > 0 {
                    ahead
                } else if let Some(failure) = self.failure.take() {
                    return Err(failure);
                } else if self.has_ended {
                    0
                } else {
                    self.bytes.read(buffer)?
                }
            }
            count => count,
        };
        if self.counts {
            self.progress.advance(0, count as u64);
        }
        if self.container.is_some() && self.room > 0 {
            self.keep(&buffer[..count]);
        }
        if let Some(hash) = &mut self.hash {
            hash.update(&buffer[..count]);
        }
        Ok(count)
    }
}
