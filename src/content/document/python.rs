//! Compiled Python: its strings, one a line. In the file, a byte that says what comes next stands right behind each, and looks like one
//! more character of it.

use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};

/// Shorter strings are no secrets.
const SHORTEST: usize = 6;

/// Passes on all strings.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let strings = strings(&held);
    held.release(parts.budget);
    Ok(parts.view("strings", &strings))
}

/// Strings by the bytes that stand before them: a type, whose highest bit marks objects that are used again, and a length.
/// Types: `marshal.c` of CPython (<https://github.com/python/cpython/blob/main/Python/marshal.c>, read 2026-11-30).
fn strings(bytes: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (start, length) = match (bytes[at] & 0x7F, bytes.get(at + 1..at + 5)) {
            (b'z' | b'Z', Some(length)) => (at + 2, usize::from(length[0])),
            (b'a' | b'A' | b'u' | b's' | b't', Some(&[a, b, c, d])) => {
                (at + 5, u32::from_le_bytes([a, b, c, d]) as usize)
            }
            _ => (at, 0),
        };
        let string = start.checked_add(length).and_then(|end| bytes.get(start..end));
        match string.filter(|string| string.len() >= SHORTEST && is_text(string)) {
            Some(string) => {
                found.extend_from_slice(string);
                found.push(b'\n');
                at = start + length;
            }
            None => at += 1,
        }
    }
    found
}

fn is_text(string: &[u8]) -> bool {
    std::str::from_utf8(string).is_ok_and(|text| text.chars().all(|c| !c.is_control() || c.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_where_its_length_says() {
        let code = b"\xCB\r\r\n\0\0\0\0\xDA\x06secretN\xE9\0\xF3\x08\0\0\0abcdefghz\x03ab";
        assert_eq!(strings(code), b"secret\nabcdefgh\n");
    }
}
