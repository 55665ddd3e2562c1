//! Signals that ask for an end: Ctrl-C, `kill`, a terminal that was closed.

use crate::pipeline::Progress;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

#[cfg(unix)]
const ENDING: [i32; 3] = [SIGINT, SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const ENDING: [i32; 2] = [SIGINT, SIGTERM];
/// What the second signal ends the process with.
const INTERRUPTED: i32 = 130;

/// Makes the first such signal ask the run to stop, and the second one end the process at once.
///
/// A flag is all that a signal handler may touch. The second signal ends the process from within the handler, so that it works whatever
/// hangs; `stop` is registered behind it, or the first one would do so.
pub(super) fn stop_on_signals(progress: &Progress) {
    for signal in ENDING.into_iter().filter(|signal| !is_ignored(*signal)) {
        // Without a handler the signal still ends the process, only without a report.
        let _ = flag::register_conditional_shutdown(signal, INTERRUPTED, progress.stop_flag());
        let _ = flag::register(signal, progress.stop_flag());
    }
}

/// Whether whoever started us wants this signal to be ignored: `nohup`, or a shell that runs us in the background.
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
