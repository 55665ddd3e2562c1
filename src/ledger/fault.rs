//! Errors of ledger files: where, what is wrong, and how to correct it.

use std::fmt;

/// A malformed ledger file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerError {
    /// The file's name, as given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and how to correct it.
    pub message: String,
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for LedgerError {}

/// Kinds of lines that baselines and ignore files share.
pub(super) enum Line<'a> {
    /// A blank line or a comment.
    Blank,
    /// `stanch-… N`: kind and version of the file. The version is supported.
    Version,
    /// `salt …`.
    Salt(&'a str),
    /// A line that only separates others.
    Slot,
    /// Anything else.
    Other(&'a str),
}

/// Classifies a line of a file of the given kind (`stanch-baseline` or `stanch-ignore`).
///
/// # Errors
/// Returns a message for a merge marker, an unsupported version, or a line of another tool's file.
pub(super) fn sort<'a>(kind: &str, line: &'a str) -> Result<Line<'a>, String> {
    // Fast path: nearly all lines are slots and entries.
    let is_digest = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_hexdigit);
    let is_slot = |line: &str| matches!(line.len(), 1 | 3) && is_digest(line.as_bytes()) && kind == BASELINE;
    if is_slot(line) || is_slot(line.trim()) {
        return Ok(Line::Slot);
    }
    let line = line.trim();
    let bytes = line.as_bytes();
    if bytes.len() > 32 && is_digest(&bytes[..32]) && bytes[32].is_ascii_whitespace() {
        return Ok(Line::Other(line));
    }
    if line.is_empty() || line.starts_with('#') {
        return Ok(Line::Blank);
    }
    if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker)) {
        return Err(format!(
            "a merge marker: this merge was never finished. Delete the lines with markers and keep the others of both sides (neither order nor \
             doubles matter); {}",
            if kind == BASELINE {
                "`stanch baseline merge` as git's merge driver does that by itself (docs/baseline.md)"
            } else {
                "`merge=union` in .gitattributes does that by itself (docs/suppression.md)"
            }
        ));
    }
    match line.split_once(char::is_whitespace) {
        Some((word, version)) if word.starts_with("stanch-") => {
            if word != kind {
                return Err(format!("this is a file of another kind, where a {kind} file was expected"));
            }
            let known: &[&str] = if kind == BASELINE { &["1", "2"] } else { &["1"] };
            match version.trim() {
                version if known.contains(&version) => Ok(Line::Version),
                _ => {
                    let known = known.join(" and ");
                    Err(format!("another version of the format; this stanch reads version {known}: upgrade it"))
                }
            }
        }
        Some(("salt", salt)) => Ok(Line::Salt(salt)),
        _ => other_scanner(line).map_or(Ok(Line::Other(line)), Err),
    }
}

/// Describes a line of another tool's file.
fn other_scanner(line: &str) -> Option<String> {
    let parts: Vec<&str> = line.split(':').collect();
    let ends_in_line = parts.len() >= 3 && parts.last().is_some_and(|last| last.parse::<u32>().is_ok());
    let whose = if ends_in_line {
        "a line of a .gitleaksignore file (commit:file:rule:line)"
    } else if line.starts_with('{') || line.starts_with('[') {
        "JSON: a baseline or report of another tool"
    } else if line.starts_with("version:") || line.starts_with("secret:") || line == "---" {
        "YAML: a configuration of another tool"
    } else {
        return None;
    };
    Some(format!("{whose}; `stanch migrate` turns it into ours"))
}

/// First word of a baseline.
pub(super) const BASELINE: &str = "stanch-baseline";
/// Optional first word of an ignore file.
pub(super) const IGNORE: &str = "stanch-ignore";
