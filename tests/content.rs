//! Text encodings: whatever a text is written in, it is read as the UTF-8 that it stands for, however it arrives, and all commands read it alike.

use crate::binary::{run, scan, stanch, token, tree};
use proptest::prelude::*;
use stanch::content::{TextReader, TextView};
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// An encoding, by the bytes of its units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Utf8,
    Utf16 { is_little: bool },
    Utf32 { is_little: bool },
}

const FORMS: [Form; 5] = [
    Form::Utf8,
    Form::Utf16 { is_little: true },
    Form::Utf16 { is_little: false },
    Form::Utf32 { is_little: true },
    Form::Utf32 { is_little: false },
];

fn encode(text: &str, form: Form) -> Vec<u8> {
    let order = |bytes: &mut [u8], is_little: bool| {
        if is_little {
            bytes.reverse()
        }
    };
    match form {
        Form::Utf8 => text.as_bytes().to_vec(),
        Form::Utf16 { is_little } => {
            let mut units: Vec<[u8; 2]> = text.encode_utf16().map(u16::to_be_bytes).collect();
            units.iter_mut().for_each(|unit| order(unit, is_little));
            units.concat()
        }
        Form::Utf32 { is_little } => {
            let mut units: Vec<[u8; 4]> = text.chars().map(|c| u32::from(c).to_be_bytes()).collect();
            units.iter_mut().for_each(|unit| order(unit, is_little));
            units.concat()
        }
    }
}

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

/// The text of an input, read through a buffer that takes in `capacity` bytes at once, with where each of its bytes came from.
fn in_parts(bytes: &[u8], sizes: Vec<usize>, capacity: usize) -> (Vec<u8>, Vec<u64>) {
    let mut input = Pieces { bytes, sizes, calls: 0 };
    let (mut view, mut buffer, mut filled) = (TextView::new(), Vec::new(), 0);
    let (mut text, mut outer) = (Vec::new(), Vec::new());
    loop {
        let (has_ended, result) = view.fill(&mut input, &mut buffer, &mut filled, capacity);
        result.expect("it can be read");
        let base = text.len();
        text.extend_from_slice(&buffer[..filled]);
        outer.extend((base..text.len()).map(|at| view.outer(at)));
        view.forget_before(text.len());
        filled = 0;
        if has_ended {
            assert_eq!(view.bytes_read(), bytes.len() as u64);
            return (text, outer);
        }
    }
}

/// Pieces of text in several encodings, of any length, with noise between.
fn mixed() -> impl Strategy<Value = Vec<u8>> {
    let piece = (prop_oneof!["[ -~\\r\\n]{0,90}", "\\PC{0,40}", "[a-z\u{e4}\u{4e2d}]{0,60}"], 0..5_usize);
    let noise = prop_oneof![Just(vec![]), prop::collection::vec(any::<u8>(), 0..40), Just(vec![0; 20])];
    let mark = prop_oneof![
        Just(&b""[..]),
        Just(&b"\xEF\xBB\xBF"[..]),
        Just(&b"\xFF\xFE"[..]),
        Just(&b"\xFE\xFF"[..]),
        Just(&b"\xFF\xFE\0\0"[..])
    ];
    (mark, prop::collection::vec((piece, noise), 0..12)).prop_map(|(mark, pieces)| {
        let pieces =
            pieces.iter().flat_map(|((text, form), noise)| [encode(text, FORMS[*form]), noise.clone()].concat());
        mark.iter().copied().chain(pieces).collect()
    })
}

proptest! {
    #[test]
    fn a_text_does_not_depend_on_how_its_input_arrives(
        bytes in mixed(), sizes in prop::collection::vec(1..700_usize, 1..6), capacity in 1..900_usize,
    ) {
        let (text, offsets) = TextView::of(&bytes);
        let outer: Vec<u64> = (0..text.len()).map(|at| offsets.outer(at)).collect();
        prop_assert_eq!((text.to_vec(), outer), in_parts(&bytes, sizes, capacity));
        let mut read = Vec::new();
        TextReader::new(&bytes[..]).read_to_end(&mut read).expect("it can be read");
        prop_assert_eq!(read, text.into_owned());
    }

    #[test]
    fn a_text_behind_its_mark_is_decoded_whole(text in "[ -~]{1,20}\\PC{0,50}", at in 0..5_usize) {
        let bytes = encode(&format!("\u{FEFF}{text}"), FORMS[at]);
        let (decoded, offsets) = TextView::of(&bytes);
        prop_assert_eq!(std::str::from_utf8(&decoded), Ok(text.as_str()));
        // Every character leads back to its own bytes.
        for (start, c) in text.char_indices() {
            let from = offsets.outer(start) as usize;
            let to = offsets.outer(start + c.len_utf8()) as usize;
            prop_assert_eq!(&bytes[from..to], &encode(&c.to_string(), FORMS[at])[..]);
        }
    }

    #[test]
    fn ascii_is_known_without_a_mark(text in "[ -~\\r\\n\\t]{8,3000}", at in 0..5_usize) {
        let bytes = encode(&text, FORMS[at]);
        prop_assert_eq!(&*TextView::of(&bytes).0, text.as_bytes());
    }

    #[test]
    fn lines_of_two_encodings_are_all_read(
        first in "[ -~]{24,200}", second in "[ -~]{24,200}", one in 0..5_usize, other in 0..5_usize, has_mark: bool,
    ) {
        let mark = if has_mark { encode("\u{FEFF}", FORMS[one]) } else { Vec::new() };
        let (first, second) = (format!("{first}\r\n"), format!("{second}\r\n"));
        let bytes = [mark, encode(&first, FORMS[one]), encode(&second, FORMS[other])].concat();
        let text = String::from_utf8_lossy(&TextView::of(&bytes).0).into_owned();
        prop_assert!(text.contains(first.trim_end()), "{text:?}");
        prop_assert!(text.contains(second.trim_end()), "{text:?}");
    }

    #[test]
    fn a_text_in_utf_8_is_left_alone(text in "[^\\x00\\x{FEFF}]{0,500}") {
        prop_assert_eq!(TextView::plain_after(text.as_bytes()), Some(0));
        prop_assert_eq!(&*TextView::of(text.as_bytes()).0, text.as_bytes());
    }
}

/// What `scan` reports of a file: the lines, and the bytes of the file that each secret is.
fn reported(dir: &Path, name: &str, file: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let report = scan(dir, &[name, "-q", "-f", "json", "--confidence=low"]).json();
    let occurrences = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .flat_map(|finding| finding["occurrences"].as_array().expect("occurrences").clone());
    let place = |place: &serde_json::Value, key: &str| place[key].as_u64().expect("a number");
    let mut all: Vec<(u64, Vec<u8>)> = occurrences
        .map(|one| {
            let bytes = place(&one["start"], "byte") as usize..place(&one["end"], "byte") as usize;
            (place(&one["start"], "line"), file[bytes].to_vec())
        })
        .collect();
    all.sort();
    all
}

/// `scan` and `explain` see one text: a secret that the one finds on a line, the other explains there; and it is where the report says, in the
/// bytes of the file.
#[test]
fn scan_and_explain_agree_on_every_encoding() {
    let dir = tree(&[]);
    let secret = token(7);
    let line = format!("deploy_token = \"{secret}\"\r\n");
    // No unit of ASCII stands in the first 64 KiB of the longest one. No ideograph before a line end has an ASCII character as one of its bytes:
    // without a mark, the bytes around such a one are text in either byte order, and its offsets may be one byte early.
    let ideographs = "\u{4e2d}\u{6587}\u{8a2d}\u{5b9a}";
    let heads =
        ["".to_owned(), "# notes\r\n".repeat(30), "\u{6587}\u{5b9a}\r\n".repeat(3), ideographs.repeat(20_000) + "\r\n"];
    for (number, head) in heads.iter().enumerate() {
        for form in FORMS {
            for has_mark in [true, false] {
                // Without a mark, nothing tells ideographs from other bytes; the line itself is long enough to be known.
                let mark = if has_mark { "\u{FEFF}" } else { "" };
                let file = encode(&format!("{mark}{head}{line}"), form);
                let name = format!("{number}-{form:?}-{has_mark}.txt").replace([' ', '{', '}', ':'], "");
                fs::write(dir.path().join(&name), &file).expect("writes");
                let found = reported(dir.path(), &name, &file);
                let expected: Vec<u8> = encode(&secret, form);
                assert_eq!(found.len(), 1, "{name}");
                assert_eq!(found[0].1, expected, "{name}: the bytes of the file are not the secret");
                let explained = run(&mut stanch(dir.path(), ["explain", &format!("{name}:{}", found[0].0)]));
                explained.exits(0).says(&["github-personal-access-token: reported"]);
            }
        }
    }
}

/// A file that changes its encoding is read to its end by both, and its lines are counted through.
#[test]
fn scan_and_explain_agree_on_files_of_two_encodings() {
    let dir = tree(&[]);
    let secret = token(8);
    let notes = "notes, setting = 12\r\n".repeat(40);
    let line = format!("deploy_token = \"{secret}\"\r\n");
    for (first, second) in FORMS.iter().flat_map(|one| FORMS.map(|other| (*one, other))) {
        for mark in ["", "\u{FEFF}"] {
            let file = [encode(&format!("{mark}{notes}"), first), encode(&line, second)].concat();
            let name = format!("{first:?}-{second:?}-{}.txt", mark.len()).replace([' ', '{', '}', ':'], "");
            fs::write(dir.path().join(&name), &file).expect("writes");
            assert_eq!(reported(dir.path(), &name, &file), [(41, encode(&secret, second))], "{name}");
            let explained = run(&mut stanch(dir.path(), ["explain", &format!("{name}:41")]));
            explained.exits(0).says(&["github-personal-access-token: reported"]);
        }
    }
}
