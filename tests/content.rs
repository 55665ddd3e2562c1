//! Text encodings: whatever is written as UTF-16 is read as the UTF-8 that it stands for, however it arrives.

use proptest::prelude::*;
use stanch::content::{Encoding, Utf16Reader};
use std::io::{self, ErrorKind, Read};

/// Gives its bytes out in pieces of these sizes, over and over, and is interrupted now and then.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: Vec<usize>,
    calls: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(ErrorKind::Interrupted.into());
        }
        let size = self.sizes[self.calls % self.sizes.len()].min(buffer.len());
        (&mut self.bytes).take(size as u64).read(buffer)
    }
}

fn to_bytes(units: &[u16], encoding: Encoding) -> Vec<u8> {
    let bytes = |unit: &u16| if encoding == Encoding::Utf16Little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    units.iter().flat_map(bytes).collect()
}

/// Reads through a buffer of `room` bytes.
fn read(encoding: Encoding, head: &[u8], rest: &mut dyn Read, room: usize) -> Vec<u8> {
    let mut reader = Utf16Reader::new(encoding, head, rest);
    let (mut all, mut buffer) = (Vec::new(), vec![0; room]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return all,
            Ok(count) => all.extend_from_slice(&buffer[..count]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Interrupted),
        }
    }
}

/// Units with many halves of pairs among them.
fn units() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(prop_oneof![0x20..0x7F_u16, any::<u16>(), 0xD7F0..0xE010_u16], 0..200)
}

proptest! {
    #[test]
    fn decoding_does_not_depend_on_the_cut(
        units in units(),
        is_odd in any::<bool>(),
        is_little in any::<bool>(),
        cut in 0..400_usize,
        sizes in prop::collection::vec(1..9_usize, 1..6),
        room in 1..70_usize,
    ) {
        let encoding = if is_little { Encoding::Utf16Little } else { Encoding::Utf16Big };
        let mut bytes = to_bytes(&units, encoding);
        let mut expected = String::from_utf16_lossy(&units);
        if is_odd {
            bytes.push(b'x');
            expected.push(char::REPLACEMENT_CHARACTER);
        }
        let (head, rest) = bytes.split_at(cut.min(bytes.len()));
        let mut pieces = Pieces { bytes: rest, sizes, calls: 0 };
        prop_assert_eq!(String::from_utf8(read(encoding, head, &mut pieces, room)).expect("UTF-8"), expected);
    }

    #[test]
    fn a_text_in_utf_16_is_known_by_its_mark(text in "[ -~]{1,20}\\PC{0,50}", is_little in any::<bool>()) {
        let encoding = if is_little { Encoding::Utf16Little } else { Encoding::Utf16Big };
        let units: Vec<u16> = std::iter::once(0xFEFF).chain(text.encode_utf16()).collect();
        let bytes = to_bytes(&units, encoding);
        prop_assert_eq!(Encoding::of(&bytes), encoding);
        prop_assert_eq!(encoding.mark_length(&bytes), 2);
    }

    #[test]
    fn ascii_in_utf_16_is_known_without_a_mark(text in "[ -~\\r\\n\\t]{8,3000}", is_little in any::<bool>()) {
        let encoding = if is_little { Encoding::Utf16Little } else { Encoding::Utf16Big };
        let bytes = to_bytes(&text.encode_utf16().collect::<Vec<_>>(), encoding);
        prop_assert_eq!(Encoding::of(&bytes), encoding);
        prop_assert_eq!(encoding.mark_length(&bytes), 0);
    }

    #[test]
    fn a_text_in_utf_8_is_left_alone(text in "[^\\x00\\x{FEFF}]{0,500}") {
        prop_assert_eq!(Encoding::of(text.as_bytes()), Encoding::Plain);
    }
}
