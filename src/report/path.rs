//! How a path is written where it must not do harm: on a terminal, and in a URI.

use crate::model::Provenance;
use std::fmt::Write as _;
use std::path::Path;

/// A text from outside, fit for a terminal: control characters, which could drive it, are escaped.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let reorders = matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || reorders { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// A path's bytes; on Windows, its UTF-8.
pub(super) fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

/// A place as a URI reference (RFC 3986): relative paths stay relative, separators are `/`, every byte survives.
pub(super) fn uri(provenance: &Provenance) -> String {
    match (provenance.path(), provenance) {
        (Some(path), Provenance::File(_)) => uri_of(&bytes(path), cfg!(windows)),
        // Git's own separator is `/` everywhere.
        (Some(path), _) => uri_of(&bytes(path), false),
        (None, Provenance::Object { id, .. }) => format!("git-object/{id}"),
        (None, _) => "stdin".to_owned(),
    }
}

fn uri_of(path: &[u8], is_windows: bool) -> String {
    let mut out = String::new();
    let has_drive = is_windows && path.len() > 1 && path[0].is_ascii_alphabetic() && path[1] == b':';
    if path.first() == Some(&b'/') {
        out.push_str("file://");
    } else if has_drive {
        out.push_str("file:///");
    }
    for (at, byte) in path.iter().enumerate() {
        match byte {
            b'\\' if is_windows => out.push('/'),
            b':' if has_drive && at == 1 => out.push(':'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(*byte)),
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_keep_every_byte() {
        assert_eq!(uri_of(b"src/a b#c.rs", false), "src/a%20b%23c.rs");
        assert_eq!(uri_of(b"/tmp/\xFF", false), "file:///tmp/%FF");
        assert_eq!(uri_of(b"a\\b", false), "a%5Cb");
        assert_eq!(uri_of(b"src\\main.rs", true), "src/main.rs");
        assert_eq!(uri_of(b"C:\\src\\main.rs", true), "file:///C:/src/main.rs");
    }

    #[test]
    fn a_hostile_name_does_not_drive_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\n\u{202e}c"), "a\\u{1b}[31mb\\n\\u{202e}c");
    }
}
