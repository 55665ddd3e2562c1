//! Binary data between a BEGIN and an END line, in any kind of file: with real or escaped line ends, quotes, indentation, comment signs,
//! and the `+` of a string concatenation or a diff.

use super::encoding::base64_head;

/// An armored block. Its END line may be missing.
pub(super) struct Armor<'a> {
    /// Label of the BEGIN line, such as `RSA PRIVATE KEY`.
    pub(super) label: &'a [u8],
    /// Text between the BEGIN and END lines.
    inside: &'a [u8],
    /// Whether the END line is present.
    pub(super) is_whole: bool,
}

impl<'a> Armor<'a> {
    /// Reads the block at the beginning of a text, after blanks.
    pub(super) fn read(text: &'a [u8]) -> Option<Armor<'a>> {
        const DASHES: &[u8] = b"-----";
        let rest = text.trim_ascii_start().strip_prefix(b"-----BEGIN ")?;
        let end = find(rest, DASHES)?;
        let (label, inside) = (&rest[..end], &rest[end + DASHES.len()..]);
        let close = find(inside, b"-----END");
        Some(Armor { label, inside: &inside[..close.unwrap_or(inside.len())], is_whole: close.is_some() })
    }

    /// The value of a header such as `DEK-Info`, and the block after it.
    pub(super) fn header(&self, name: &[u8]) -> Option<(&'a [u8], Armor<'a>)> {
        let at = find(self.inside, name)? + name.len();
        let value = self.inside[at..].strip_prefix(b":")?.trim_ascii_start();
        let end = value.iter().position(|byte| matches!(byte, b'\r' | b'\n' | b'\\' | b'"' | b'\''));
        let (value, inside) = value.split_at(end.unwrap_or(value.len()));
        Some((value, Armor { inside, ..*self }))
    }

    /// The block after its headers, which end with an empty line.
    pub(super) fn without_headers(self) -> Armor<'a> {
        let end = [&b"\n\n"[..], b"\r\n\r\n", b"\\n\\n", b"\\r\\n\\r\\n"]
            .iter()
            .filter_map(|blank| Some(find(self.inside, blank)? + blank.len()))
            .min();
        // An empty line ends the headers only if there is a colon before it.
        match end.filter(|end| self.inside[..*end].contains(&b':')) {
            Some(end) => Armor { inside: &self.inside[end..], ..self },
            None => self,
        }
    }

    /// The decoded data and the optional checksum after it. A trailing incomplete group of a truncated or damaged block is dropped.
    pub(super) fn decode(&self) -> (Vec<u8>, Option<Vec<u8>>) {
        let mut words = words(self.inside);
        let checksum = words.pop_if(|word| word.len() == 5 && word[0] == b'=').and_then(|word| base64_head(&word[1..]));
        let mut text = words.concat();
        let end = text.iter().position(|byte| *byte == b'=').unwrap_or(text.len());
        text.truncate(end);
        (base64_head(&text).unwrap_or_default(), checksum)
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, part)
}

/// The runs of base64 characters in a text.
fn words(text: &[u8]) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = vec![Vec::new()];
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let byte = match first {
            b'\\' => {
                let (byte, after) = escaped(tail);
                rest = after;
                byte
            }
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=') => Some(*byte),
            _ => None,
        };
        match (byte, words.last_mut()) {
            (Some(byte), Some(word)) => word.push(byte),
            _ => words.push(Vec::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    // In a diff every line begins with `+`.
    if words.len() > 1 && words.iter().all(|word| word[0] == b'+') {
        words = words.into_iter().map(|word| word[1..].to_vec()).collect();
    }
    words.retain(|word| word != b"+");
    words
}

/// The base64 character of an escape sequence whose backslash stands before `text`, and the rest.
fn escaped(text: &[u8]) -> (Option<u8>, &[u8]) {
    match text {
        [b'/', rest @ ..] => (Some(b'/'), rest),
        [b'u' | b'U', b'0', b'0', b'2', b'b' | b'B', rest @ ..] => (Some(b'+'), rest),
        [b'u' | b'U', b'0', b'0', b'2', b'f' | b'F', rest @ ..] => (Some(b'/'), rest),
        [b'u' | b'U', b'0', b'0', b'3', b'd' | b'D', rest @ ..] => (Some(b'='), rest),
        [b'n' | b'r' | b't' | b'"' | b'\'', rest @ ..] => (None, rest),
        rest => (None, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(body: &str) -> Vec<u8> {
        let text = format!("-----BEGIN X-----{body}-----END X-----");
        Armor::read(text.as_bytes()).expect("a block").decode().0
    }

    #[test]
    fn every_way_of_writing_gives_the_same() {
        for body in [
            "\nAAEC\nAw/+\nBQ==\n",
            "\\nAAEC\\nAw/+\\nBQ==\\n",
            "\\\\nAAEC\\\\nAw/+\\\\nBQ==\\\\n",
            "\\r\\nAAEC\\r\\nAw\\/+\\r\\nBQ==\\r\\n",
            "\\nAAEC\\nAw/\\u002b\\nBQ\\u003d\\u003d\\n",
            "\" +\n  \"AAEC\" +\n  \"Aw/+\" +\n  \"BQ==\" +\n\"",
            "\n+AAEC\n+Aw/+\n+BQ==\n+",
            "\n# AAEC\n# Aw/+\n# BQ==\n",
            "AAECAw/+BQ",
        ] {
            assert_eq!(decoded(body), [0, 1, 2, 3, 15, 254, 5], "{body}");
        }
        assert_eq!(
            decoded("\n+AEC\n+w/+\nBQ==\n"),
            base64_head(b"+AEC+w/+BQ").expect("base64"),
            "a plus sign that counts"
        );
    }

    #[test]
    fn a_block_may_be_cut_off_or_have_headers_and_a_checksum() {
        let text = b"-----BEGIN RSA X-----\nA: b\nDEK-Info: C,0102\n\nAAEC\nAw";
        let armor = Armor::read(text).expect("a block");
        assert_eq!((armor.label, armor.is_whole), (&b"RSA X"[..], false));
        let (value, rest) = armor.header(b"DEK-Info").expect("a header");
        assert_eq!(value, b"C,0102");
        assert_eq!(rest.decode().0, [0, 1, 2, 3]);
        let text = b"-----BEGIN X-----\nComment: abcd\n\nAAEC\n=AwQF\n-----END X-----";
        let armor = Armor::read(text).expect("a block").without_headers();
        assert_eq!(armor.decode(), (vec![0, 1, 2], Some(vec![3, 4, 5])));
        assert!(Armor::read(b"BEGIN X").is_none());
    }
}
