//! Signals that ask for an end: Ctrl-C, `kill`, a terminal that was closed.

use crate::pipeline::Progress;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

#[cfg(unix)]
const ENDING: [i32; 3] = [SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const ENDING: [i32; 2] = [SIGINT, SIGTERM];
/// What the second signal ends the process with.
const INTERRUPTED: i32 = 130;
/// Signals this close to each other, in milliseconds, are one: `timeout`, `npm` and others send theirs to the process and to its group.
const ONE: u64 = 250;

/// Makes the first such signal ask the run to stop, and a second one end the process at once, whatever hangs.
pub(super) fn stop_on_signals(progress: &Progress) {
    let (stop, first, begin) = (progress.stop_flag(), AtomicU64::new(0), Instant::now());
    let handle = Arc::new(move || {
        // Zero stands for no signal.
        let now = 1 + u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        match first.compare_exchange(0, now, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => stop.store(true, Ordering::SeqCst),
            Err(first) if now.saturating_sub(first) > ONE => low_level::exit(INTERRUPTED),
            Err(_) => {}
        }
    });
    for signal in ENDING.into_iter().filter(|signal| !is_ignored(*signal)) {
        let handle = Arc::clone(&handle);
        // SAFETY: the closure does what a signal handler may do: it reads the clock, sets atomics, and calls `_exit`.
        // Without a handler the signal still ends the process, only without a report.
        let _ = unsafe { low_level::register(signal, move || handle()) };
    }
}

/// Whether the parent process ignores this signal: `nohup`, or a shell that runs a background job.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    // SAFETY: `sigaction` is a C structure for which zeros are valid.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: without a new action the call only writes the present one into `action`, which outlives it.
    let asked = unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut action) };
    asked == 0 && action.sa_sigaction == libc::SIG_IGN
}

#[cfg(not(unix))]
fn is_ignored(_: i32) -> bool {
    false
}
