//! Arbitrary bytes as UTF-16: however they are cut, they decode as a whole does.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stanch::content::{Encoding, Utf16Reader};
use std::io::Read;

fuzz_target!(|input: (bool, u8, Vec<u8>)| {
    let (is_little, cut, bytes) = input;
    let encoding = if is_little { Encoding::Utf16Little } else { Encoding::Utf16Big };
    let unit = |pair: &[u8]| match is_little {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    };
    let mut naive = String::from_utf16_lossy(&bytes.chunks_exact(2).map(unit).collect::<Vec<u16>>());
    if bytes.len() % 2 == 1 {
        naive.push(char::REPLACEMENT_CHARACTER);
    }
    let (head, mut rest) = bytes.split_at(bytes.len().min(usize::from(cut)));
    let mut decoded = String::new();
    Utf16Reader::new(encoding, head, &mut rest).read_to_string(&mut decoded).expect("UTF-8");
    assert_eq!(decoded, naive);
    let _ = Encoding::of(&bytes);
});
