//! Text encodings: rules see UTF-8.
//!
//! Nearly everything is UTF-8 or something that keeps ASCII as it is, and passes untouched. UTF-16, which Windows tools write, would hide
//! every secret behind NUL bytes: it is decoded on the way in, in bounded memory.

use std::io::{self, ErrorKind, Read};

/// How a text is encoded, as far as that matters to a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Whatever keeps ASCII: it is scanned as it is.
    Plain,
    /// UTF-8 behind a byte-order mark of three bytes.
    Utf8Marked,
    /// UTF-16, the low byte of a unit first.
    Utf16Little,
    /// UTF-16, the high byte of a unit first.
    Utf16Big,
}

/// Without a mark, so many bytes are looked at, and at least [`LEAST`] must be there.
const SNIFFED_BYTES: usize = 4096;
/// Fewer bytes than this say too little.
const LEAST: usize = 16;

impl Encoding {
    /// Tells the encoding from the first bytes: all of a short input, some thousand of a longer one.
    ///
    /// In doubt it is [`Encoding::Plain`], because to read a binary as UTF-16 hides every string in it. So even behind a mark there
    /// must be a character of ASCII: MPEG audio and compressed data begin with the same two bytes now and then, and a text without
    /// one space, digit or end of line holds nothing that is looked for. Without a mark it is UTF-16 when nearly all units are ASCII.
    #[must_use]
    pub fn of(head: &[u8]) -> Encoding {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => Encoding::Utf8Marked,
            [0xFF, 0xFE, text @ ..] if text.chunks_exact(2).any(|pair| is_ascii(pair, 0)) => Encoding::Utf16Little,
            [0xFE, 0xFF, text @ ..] if text.chunks_exact(2).any(|pair| is_ascii(pair, 1)) => Encoding::Utf16Big,
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Encoding::Plain,
            _ if is_mostly_ascii(head, 0) => Encoding::Utf16Little,
            _ if is_mostly_ascii(head, 1) => Encoding::Utf16Big,
            _ => Encoding::Plain,
        }
    }

    /// How many bytes its mark takes, in a text that begins like this.
    #[must_use]
    pub fn mark_length(self, head: &[u8]) -> usize {
        match (self, head) {
            (Encoding::Utf8Marked, _) => 3,
            (Encoding::Utf16Little, [0xFF, 0xFE, ..]) | (Encoding::Utf16Big, [0xFE, 0xFF, ..]) => 2,
            _ => 0,
        }
    }
}

/// Whether a unit, whose low byte is the first or the second, is a character of ASCII that stands in texts.
fn is_ascii(pair: &[u8], low: usize) -> bool {
    pair[1 - low] == 0 && matches!(pair[low], b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

/// Whether nine units in ten are ASCII and not one is zero. Tables of small numbers fail on the first condition, C strings and padded
/// records on the second.
fn is_mostly_ascii(head: &[u8], low: usize) -> bool {
    let pairs = head[..head.len().min(SNIFFED_BYTES)].chunks_exact(2);
    // Plain text has no zero bytes at all: its first ones spare it the count.
    if head.len() < LEAST || pairs.clone().take(2).all(|pair| pair[1 - low] != 0) {
        return false;
    }
    let total = pairs.len();
    let ascii = pairs.clone().filter(|pair| is_ascii(pair, low)).count();
    ascii * 10 >= total * 9 && pairs.clone().all(|pair| *pair != [0, 0])
}

/// Turns UTF-16 into UTF-8 while it is read. What is no valid UTF-16 becomes U+FFFD.
pub struct Utf16Reader<'a> {
    head: &'a [u8],
    rest: &'a mut dyn Read,
    is_little: bool,
    /// Bytes of an incomplete unit or pair, from the last read.
    left: Vec<u8>,
    /// Decoded, not yet taken.
    ready: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<'a> Utf16Reader<'a> {
    /// Reads `head`, then `rest`; the mark has been taken off.
    pub fn new(encoding: Encoding, head: &'a [u8], rest: &'a mut dyn Read) -> Utf16Reader<'a> {
        let is_little = encoding == Encoding::Utf16Little;
        Utf16Reader { head, rest, is_little, left: Vec::new(), ready: Vec::new(), taken: 0, ended: false }
    }

    /// Decodes another portion into `ready`.
    fn more(&mut self) -> io::Result<()> {
        const PORTION: usize = 64 << 10;
        let mut raw = std::mem::take(&mut self.left);
        let begin = raw.len();
        raw.resize(begin + PORTION, 0);
        let count = if self.head.is_empty() {
            match self.rest.read(&mut raw[begin..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    raw.truncate(begin);
                    self.left = raw;
                    return Ok(());
                }
                other => other?,
            }
        } else {
            self.head.read(&mut raw[begin..])?
        };
        raw.truncate(begin + count);
        self.ended = count == 0;
        let unit = |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            if self.is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
        };
        // A high surrogate at the end waits for its other half, an odd byte for its unit; at the input's end neither comes.
        let mut whole = raw.len() & !1;
        if !self.ended && whole >= 2 && (0xD800..0xDC00).contains(&unit(&raw[whole - 2..whole])) {
            whole -= 2;
        }
        self.ready.clear();
        self.taken = 0;
        let mut utf8 = [0; 4];
        for decoded in char::decode_utf16(raw[..whole].chunks_exact(2).map(unit)) {
            let c = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.ready.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
        }
        self.left = raw.split_off(whole);
        if self.ended && !self.left.is_empty() {
            self.left.clear();
            self.ready.extend_from_slice(char::REPLACEMENT_CHARACTER.encode_utf8(&mut utf8).as_bytes());
        }
        Ok(())
    }
}

impl Read for Utf16Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() && !self.ended {
            self.more()?;
        }
        let count = (&self.ready[self.taken..]).read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn tells_encodings_apart() {
        let text = "password = \"hello, world\"\r\n";
        assert_eq!(Encoding::of(text.as_bytes()), Encoding::Plain);
        assert_eq!(Encoding::of(&encode(text, true)), Encoding::Utf16Little);
        assert_eq!(Encoding::of(&encode(text, false)), Encoding::Utf16Big);
        assert_eq!(Encoding::of(b"\xEF\xBB\xBFabc"), Encoding::Utf8Marked);
        assert_eq!(Encoding::of(b"\xFF\xFEa\0"), Encoding::Utf16Little);
        assert_eq!(Encoding::of(b""), Encoding::Plain);
        // An array of small 16-bit numbers, an ELF header: binary, not text.
        assert_eq!(Encoding::of(&[1, 0].repeat(100)), Encoding::Plain);
        assert_eq!(Encoding::of(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0"), Encoding::Plain);
    }

    #[test]
    fn decodes_the_same_however_it_is_cut() {
        let text = "token = \u{1F511} \u{e9}\u{20AC}".repeat(50);
        for little in [true, false] {
            let bytes = encode(&text, little);
            let encoding = if little { Encoding::Utf16Little } else { Encoding::Utf16Big };
            for cut in 0..40 {
                let (head, mut rest) = bytes.split_at(cut);
                let mut out = String::new();
                Utf16Reader::new(encoding, head, &mut rest).read_to_string(&mut out).expect("valid UTF-8");
                assert_eq!(out, text);
            }
        }
    }

    #[test]
    fn finds_text_without_a_mark_whatever_its_first_character() {
        let text = "\u{20AC} is the currency; password = 1\r\n";
        assert_eq!(Encoding::of(&encode(text, true)), Encoding::Utf16Little);
        assert_eq!(Encoding::of(&encode(text, false)), Encoding::Utf16Big);
    }

    #[test]
    fn takes_no_binary_for_text() {
        let strings: Vec<u8> = b"key\0value\0".repeat(50);
        let records: Vec<u8> = [b'a', 0, b'b', 0, b'c', 0, b'd', 0, 0, 0].repeat(50);
        let numbers: Vec<u8> = (0..2000_u16).flat_map(u16::to_le_bytes).collect();
        // What MPEG audio and chance begin with, and a plain text behind it.
        let marked = [b"\xFF\xFE".as_slice(), "password = 1\n".repeat(20).as_bytes()].concat();
        for bytes in [strings, records, numbers, marked, b"\xFE\xFF".to_vec(), b"a\0b\0".to_vec()] {
            assert_eq!(Encoding::of(&bytes), Encoding::Plain, "{:?}", &bytes[..bytes.len().min(12)]);
        }
    }

    #[test]
    fn survives_halves() {
        let mut out = String::new();
        let mut rest: &[u8] = &[0x3D];
        Utf16Reader::new(Encoding::Utf16Little, &[b'a', 0, 0x00, 0xD8, b'b', 0], &mut rest)
            .read_to_string(&mut out)
            .expect("UTF-8");
        assert_eq!(out, "a\u{FFFD}b\u{FFFD}");
    }
}
