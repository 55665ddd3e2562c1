//! Values that are secrets by their position in a file.

use super::places::Place;
use regex_automata::Input;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// Most of a file that is searched for values by position, bytes: stores of credentials are small.
const MAX_BYTES: u64 = 8 << 20;
/// Most values of one file.
const MAX_VALUES: usize = 10_000;

/// The text of a file and where secrets stand in it by their position.
#[derive(Debug, Default)]
pub struct Values {
    /// The beginning of the file.
    pub text: Vec<u8>,
    /// The values, in order.
    pub spans: Vec<Range<usize>>,
    /// Whether there is more of the file, or there are more values.
    pub is_cut: bool,
}

/// Finds the values of a place in its file.
///
/// # Errors
/// Fails when reading does.
pub(super) fn values(place: &Place, mut file: &File) -> io::Result<Values> {
    let Some(expression) = place.expression() else { return Ok(Values::default()) };
    file.seek(SeekFrom::Start(0))?;
    let mut text = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut text)?;
    let mut is_cut = text.len() as u64 > MAX_BYTES;
    text.truncate(usize::try_from(MAX_BYTES).unwrap_or(usize::MAX));
    let mut spans = Vec::new();
    let mut captures = expression.create_captures();
    let mut at = 0;
    while at <= text.len() {
        expression.search_captures(&Input::new(&text).range(at..), &mut captures);
        let Some(whole) = captures.get_match() else { break };
        if let Some(secret) = captures.get_group_by_name("secret")
            && is_value(&text[secret.start..secret.end])
        {
            spans.push(secret.start..secret.end);
        }
        at = if whole.end() > at { whole.end() } else { at + 1 };
        if spans.len() >= MAX_VALUES {
            is_cut = true;
            break;
        }
    }
    Ok(Values { text, spans, is_cut })
}

/// Whether a value is stated, and not a reference to something else, a mask or a placeholder of syntax.
pub(super) fn is_value(value: &[u8]) -> bool {
    let refers = [&b"${"[..], b"$(", b"{{", b"<%", b"<", b"%(", b"env:", b"ENV[", b"file:", b"vault:"];
    // `$NAME` refers, and `$6$…` is a hash.
    let is_variable = value.first() == Some(&b'$')
        && value.len() > 1
        && value[1..].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        && value[1..].iter().any(u8::is_ascii_alphabetic);
    let is_mask = value.iter().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'!' | b'-'));
    let words = ["null", "none", "true", "false", "undefined", "password", "changeme", "redacted", "secret"];
    let is_word = std::str::from_utf8(value).is_ok_and(|text| words.iter().any(|word| text.eq_ignore_ascii_case(word)));
    !value.is_empty() && !is_mask && !is_variable && !is_word && !refers.iter().any(|refer| value.starts_with(refer))
}

#[cfg(test)]
mod tests {
    use super::is_value;

    #[test]
    fn references_are_no_values() {
        for value in ["${PW}", "$PW", "{{ pw }}", "", "****", "xxxx", "null", "<password>", "$(pass show x)", "!"] {
            assert!(!is_value(value.as_bytes()), "{value}");
        }
        for value in ["$6$salt$hash", "pw", "a${b}", "x1"] {
            assert!(is_value(value.as_bytes()), "{value}");
        }
    }
}
