//! Capabilities of the terminal.

use std::io::{self, IsTerminal};

/// Properties of standard output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    /// Whether a person reads it, and wants colour (`NO_COLOR`, <https://no-color.org>, and `TERM=dumb` say no).
    pub(super) color: bool,
}

pub(super) fn detect() -> Terminal {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let is_terminal = io::stdout().is_terminal();
    Terminal { color: is_terminal && !is_set("NO_COLOR") && !is_dumb }
}

/// A message that may quote names from outside, without what could drive the terminal: control characters (but for ends of lines) and
/// those that reorder a text are escaped.
pub(super) fn harmless(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for c in message.chars() {
        let reorders = matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if (c.is_control() && c != '\n') || reorders { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}
