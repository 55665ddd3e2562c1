//! Records of SQLite: the values of a row.

use std::borrow::Cow;

/// How texts are stored: the numbers that a database's header has for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Utf8,
    Utf16Little,
    Utf16Big,
}

impl Encoding {
    pub(super) fn of(number: u32) -> Encoding {
        match number {
            2 => Encoding::Utf16Little,
            3 => Encoding::Utf16Big,
            _ => Encoding::Utf8,
        }
    }

    fn decode(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let unit = match self {
            Encoding::Utf8 => return Cow::Borrowed(bytes),
            Encoding::Utf16Little => u16::from_le_bytes,
            Encoding::Utf16Big => u16::from_be_bytes,
        };
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        Cow::Owned(text.into_bytes())
    }
}

/// A value of a row.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    Number(i64),
    /// Text, or bytes that may be anything.
    Bytes(Cow<'a, [u8]>),
    /// Nothing that can be a secret.
    Other,
}

impl Value<'_> {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Writes it behind its column's name, and a tab.
    pub(super) fn write(&self, column: Option<&str>, out: &mut Vec<u8>) {
        let Value::Bytes(bytes) = self else { return };
        if bytes.is_empty() {
            return;
        }
        if let Some(column) = column.filter(|column| !column.is_empty()) {
            out.extend_from_slice(column.as_bytes());
            out.extend_from_slice(b" = ");
        }
        // A text with a quote of its own ends where it ends.
        let quote: &[u8] = if bytes.contains(&b'"') { b"" } else { b"\"" };
        out.extend([quote, &bytes[..], quote, b"\t"].concat());
    }
}

/// The values of a record; of one that is cut off, the first ones.
pub(super) fn record(payload: &[u8], encoding: Encoding) -> Vec<Value<'_>> {
    let mut values = Vec::new();
    let Some((header, mut at)) = varint(payload) else { return values };
    let mut body = usize::try_from(header).unwrap_or(usize::MAX);
    let end = body.min(payload.len());
    while at < end {
        let Some((kind, used)) = varint(&payload[at..end]) else { break };
        at += used;
        let length = match kind {
            0 | 8 | 9 | 10 | 11 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            long => usize::try_from((long - 12) / 2).unwrap_or(usize::MAX),
        };
        let bytes = body.checked_add(length).and_then(|end| payload.get(body..end));
        let Some(bytes) = bytes else {
            // What is left of a value that is cut off.
            values.extend(payload.get(body..).map(|rest| Value::Bytes(decoded(kind, rest, encoding))));
            break;
        };
        body += length;
        values.push(match kind {
            1..=6 => {
                let first = if bytes[0] & 0x80 == 0 { 0 } else { -1 };
                Value::Number(bytes.iter().fold(first, |value, byte| value << 8 | i64::from(*byte)))
            }
            9 => Value::Number(1),
            8 => Value::Number(0),
            0 | 7 | 10 | 11 => Value::Other,
            _ => Value::Bytes(decoded(kind, bytes, encoding)),
        });
    }
    values
}

/// Texts have odd kinds; what has an even one is bytes.
fn decoded(kind: u64, bytes: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    if kind % 2 == 1 { encoding.decode(bytes) } else { Cow::Borrowed(bytes) }
}

/// A number of one to nine bytes, and how many.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for at in 0..8 {
        let byte = *bytes.get(at)?;
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    Some((value << 8 | u64::from(*bytes.get(8)?), 9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_up_to_nine_bytes() {
        assert_eq!(varint(&[0x7F]), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, 2)));
        assert_eq!(varint(&[0xFF; 9]), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x80]), None);
    }

    #[test]
    fn values_follow_their_kinds() {
        // A header of five bytes: null, one byte, text of three bytes, the number one.
        let payload = [5, 0, 1, 19, 9, 0xFE, b'a', b'b', b'c'];
        let text = Value::Bytes(Cow::Borrowed(b"abc"));
        assert_eq!(record(&payload, Encoding::Utf8), [Value::Other, Value::Number(-2), text, Value::Number(1)]);
        for cut in 0..payload.len() {
            record(&payload[..cut], Encoding::Utf16Big);
        }
    }
}
