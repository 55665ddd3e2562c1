//! PEM, as keys come in it (RFC 7468, <https://www.rfc-editor.org/rfc/rfc7468>, read 2026-12-01).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The label and the bytes of the first block of a text.
pub(super) fn first_block(text: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let body: String = body.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    Some((label, STANDARD.decode(body).ok()?))
}

/// Bytes as a block, 64 letters a line.
pub(super) fn block(label: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = more;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_back() {
        let bytes: Vec<u8> = (0..100).collect();
        assert_eq!(first_block(&format!("note\n{}rest", block("PUBLIC KEY", &bytes))), Some(("PUBLIC KEY", bytes)));
        for bad in [
            "",
            "-----BEGIN X-----\nAA==",
            "-----BEGIN X-----\n?\n-----END X-----",
            "-----BEGIN X-----A-----END Y-----",
        ] {
            assert_eq!(first_block(bad), None, "{bad}");
        }
    }
}
