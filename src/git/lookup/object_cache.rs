//! Caches recently read objects, because the next one is often a delta against one of them, as trees of one history are.

use super::object::Object;
use std::collections::HashMap;

/// Largest size of the cache, in bytes; beyond it the cache is cleared.
const MAX_KEPT_BYTES: usize = 32 << 20;

/// The cache, by pack and offset.
#[derive(Default)]
pub(super) struct ObjectCache {
    objects: HashMap<(usize, u64), Object>,
    held: usize,
}

impl ObjectCache {
    pub(super) fn get(&self, pack: usize, offset: u64) -> Option<Object> {
        self.objects.get(&(pack, offset)).cloned()
    }

    pub(super) fn add(&mut self, pack: usize, offset: u64, object: &Object) {
        if object.len() > MAX_KEPT_BYTES / 8 {
            return;
        }
        if self.held + object.len() > MAX_KEPT_BYTES {
            self.objects.clear();
            self.held = 0;
        }
        if self.objects.insert((pack, offset), object.clone()).is_none() {
            self.held += object.len();
        }
    }
}
