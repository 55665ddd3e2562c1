//! A bug of ours must not print what it stumbled over: the message of a panic may hold a piece of what was scanned.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic::{self, Location};

/// Makes panics say where they happened, and nothing else. The process then ends with 101.
pub(super) fn hide_payloads() {
    panic::set_hook(Box::new(|panic| {
        let mut said = message(panic.location());
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            said.push_str(&format!("\n{backtrace}"));
        }
        let _ = writeln!(io::stderr(), "{said}");
    }));
}

fn message(location: Option<&Location<'_>>) -> String {
    let place = location.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "stanch: internal error in version {version} at {place}: this is a bug of stanch; please report it with this line, which holds nothing of what was scanned"
    )
}
