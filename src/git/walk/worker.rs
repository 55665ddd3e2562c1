//! What one thread needs to visit objects, kept from one object to the next.

use super::visit::{Object, Visit};
use crate::git::exactly::Exactly;
use crate::git::gap::Fault;
use crate::git::loose::LooseObject;
use crate::git::pack::buffer::Buffer;
use crate::git::pack::inflate::Inflater;
use crate::git::pack::unpack::Unpacker;
use crate::git::store::{ObjectReader, Store};
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

/// Buffers over this, bytes, are given back to the system after use.
const KEEP_BUFFER: usize = 4 << 20;
/// So many buffers a worker keeps.
const KEEP_BUFFERS: usize = 8;

/// The working memory of one thread.
pub(super) struct Worker<'s, S> {
    pub(super) unpacker: Unpacker,
    pub(super) scratch: S,
    /// For the rare object that is not made from the one at hand.
    pub(super) reader: ObjectReader<'s>,
    inflater: Inflater,
    spare: Vec<Buffer>,
}

impl<S> Worker<'_, S> {
    /// An empty buffer.
    pub(super) fn buffer(&mut self) -> Buffer {
        self.spare.pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub(super) fn recycle(&mut self, buffer: Buffer) {
        if buffer.capacity() <= KEEP_BUFFER && self.spare.len() < KEEP_BUFFERS {
            self.spare.push(buffer);
        }
    }

    /// Visits a loose object.
    pub(super) fn loose<V: Visit<Scratch = S>>(
        &mut self,
        visit: &V,
        object: Object,
        loose: &LooseObject,
        limit: u64,
    ) -> Result<(), Fault> {
        let mut bytes = self.buffer();
        let read = loose.read(&mut self.inflater, limit, &mut bytes);
        if read.is_ok() {
            visit.whole(&mut self.scratch, object, &bytes);
        }
        self.recycle(bytes);
        read
    }

    /// Visits a blob by its content in order.
    pub(super) fn stream<V: Visit<Scratch = S>>(
        &mut self,
        visit: &V,
        object: Object,
        content: impl Read,
    ) -> Result<(), Fault> {
        let mut content = Exactly::new(content, object.size);
        let visited = visit.stream(&mut self.scratch, object, &mut content);
        visited.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                Fault::Inflate(object.size)
            }
            _ => Fault::Io(error),
        })
    }
}

/// The workers that no thread is using.
pub(super) struct Workers<'s, V: Visit> {
    store: &'s Store,
    visit: &'s V,
    idle: Mutex<Vec<Worker<'s, V::Scratch>>>,
}

impl<'s, V: Visit> Workers<'s, V> {
    pub(super) fn new(store: &'s Store, visit: &'s V) -> Workers<'s, V> {
        Workers { store, visit, idle: Mutex::new(Vec::new()) }
    }

    /// Runs a function with an idle worker.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Worker<'s, V::Scratch>) -> R) -> R {
        // The list is whole whatever a panicking thread did, for it is only pushed to and popped from.
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = idle.unwrap_or_else(|| Worker {
            unpacker: Unpacker::new(),
            scratch: self.visit.scratch(),
            reader: self.store.reader(),
            inflater: Inflater::new(),
            spare: Vec::new(),
        });
        let result = work(&mut worker);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        result
    }

    /// The scratches of all workers, none of which may be in use.
    pub(super) fn into_scratches(self) -> Vec<V::Scratch> {
        let workers = self.idle.into_inner().unwrap_or_else(PoisonError::into_inner);
        workers.into_iter().map(|worker| worker.scratch).collect()
    }
}
