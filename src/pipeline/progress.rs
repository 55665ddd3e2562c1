//! Progress and cancellation of a scan, shared with its observers.

use crate::model::Observer;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counters that a scan advances and a progress bar reads.
#[derive(Debug, Default)]
pub struct Progress {
    blobs: AtomicU64,
    bytes: AtomicU64,
    /// The repository that is scanned, from 1, and how many there are.
    repository: AtomicU64,
    repositories: AtomicU64,
    stopped: Arc<AtomicBool>,
    observer: Option<Arc<dyn Observer>>,
}

impl Progress {
    /// The progress of a scan that tells an observer what it reads, and stops with this one. It counts for itself.
    #[must_use]
    pub fn also_observed_by(&self, observer: Arc<dyn Observer>) -> Progress {
        Progress { observer: Some(observer), stopped: Arc::clone(&self.stopped), ..Progress::default() }
    }

    /// Who hears what is read.
    pub(super) fn observer(&self) -> Option<&dyn Observer> {
        self.observer.as_deref()
    }

    /// Adds finished blobs and read bytes.
    pub fn advance(&self, blobs: u64, bytes: u64) {
        self.blobs.fetch_add(blobs, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Says that the scan has come to a repository, counted from 1, of so many.
    pub fn begin_repository(&self, at: usize, of: usize) {
        self.repositories.store(of as u64, Ordering::Relaxed);
        self.repository.store(at as u64, Ordering::Relaxed);
    }

    /// The repository that is scanned, and how many there are; `None` unless there are several.
    #[must_use]
    pub fn repository(&self) -> Option<(u64, u64)> {
        let all = self.repositories.load(Ordering::Relaxed);
        (all > 1).then(|| (self.repository.load(Ordering::Relaxed), all))
    }

    /// Blobs and bytes read so far.
    #[must_use]
    pub fn so_far(&self) -> (u64, u64) {
        (self.blobs.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }

    /// Requests the scan to stop. It then reports its results so far as incomplete.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// The flag that [`Progress::stop`] sets, for signal handlers.
    #[must_use]
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stopped)
    }

    /// Whether a stop was requested.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
