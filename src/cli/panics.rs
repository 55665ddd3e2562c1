//! Panics print no message, because a message may contain part of the scanned text.

use crate::content::is_guarded;
use signal_hook::low_level;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic::{self, Location};

/// What a run ends with that could not be done.
const INCOMPLETE: i32 = 3;

/// Makes panics print only their location. The process then exits with 101.
pub(super) fn hide_payloads() {
    panic::set_hook(Box::new(|panic| {
        // A decoder's: it is caught, and the report names the file.
        if is_guarded() {
            return;
        }
        let payload = panic.payload();
        let words =
            payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        if words.is_some_and(wants_a_thread) {
            // Threads that were started wait for those that were not: unwinding would wait with them.
            let why = "the system gives no more threads; raise the limit on processes or memory (ulimit -u, ulimit -v)";
            let _ = writeln!(io::stderr(), "stanch: error: {why}; nothing can be concluded from this run");
            low_level::exit(INCOMPLETE);
        }
        let mut said = message(panic.location());
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            said.push_str(&format!("\n{backtrace}"));
        }
        let _ = writeln!(io::stderr(), "{said}");
    }));
}

/// Whether this is how the standard library, or rayon, says that a thread could not be started.
fn wants_a_thread(payload: &str) -> bool {
    payload.starts_with("failed to spawn thread") || payload.contains("thread pool has not been initialized")
}

fn message(location: Option<&Location<'_>>) -> String {
    let place = location.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "stanch: internal error in version {version} at {place}: this is a bug of stanch; please report it with this line, which holds nothing of what was scanned"
    )
}
