//! Memory for large objects: one thread at a time has them.
//!
//! What is small is bounded by the number of threads; of what is large, a repository of some kilobytes can hold as much as it likes, for a
//! change of a few bytes makes a version of any size. So threads wait for each other before they make one.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{self, ThreadId};

/// Held by the one thread that works on large objects.
#[derive(Debug)]
pub(crate) struct Lane {
    /// What is large, bytes.
    above: u64,
    holder: Mutex<Option<ThreadId>>,
    left: Condvar,
}

/// The right to hold large objects. Ends when it is dropped.
#[derive(Debug)]
pub(crate) struct LanePermit<'l>(&'l Lane);

impl Lane {
    /// A lane for objects over so many bytes.
    pub(crate) fn new(above: u64) -> Lane {
        Lane { above, holder: Mutex::default(), left: Condvar::new() }
    }

    /// Waits until an object of this size may be made. None when it is not large, or this thread has the right already.
    pub(crate) fn enter(&self, size: u64) -> Option<LanePermit<'_>> {
        if size <= self.above {
            return None;
        }
        let me = thread::current().id();
        let mut holder = self.holder.lock().unwrap_or_else(PoisonError::into_inner);
        while holder.is_some_and(|other| other != me) {
            holder = self.left.wait(holder).unwrap_or_else(PoisonError::into_inner);
        }
        // Not `then_some`: a permit that is made in vain ends when it is dropped, and would wait for the lock held here.
        holder.replace(me).is_none().then(|| LanePermit(self))
    }
}

impl Drop for LanePermit<'_> {
    fn drop(&mut self) {
        *self.0.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::Lane;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_thread_at_a_time_has_large_objects_and_may_have_several() {
        let (lane, inside) = (Lane::new(10), AtomicUsize::new(0));
        assert!(lane.enter(10).is_none());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let permit = lane.enter(11);
                        assert!(permit.is_some() && lane.enter(12).is_none());
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
    }
}
