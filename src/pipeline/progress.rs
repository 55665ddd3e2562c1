//! How far a scan has come, and whether it is to stop: shared between the scan and whoever watches it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counters that a scan advances and a progress bar reads.
#[derive(Debug, Default)]
pub struct Progress {
    blobs: AtomicU64,
    bytes: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    /// Another blob of so many bytes was read.
    pub fn advance(&self, bytes: u64) {
        self.blobs.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Blobs and bytes read so far.
    #[must_use]
    pub fn so_far(&self) -> (u64, u64) {
        (self.blobs.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }

    /// Asks the scan to stop soon. It then reports what it has, as incomplete.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
