//! Containers that mean harm: each ends soon, in little memory, and is named.

use crate::binary::token;
use crate::containers_support::{deflated, gzip, scan_bytes, tar, tar_header, zip};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(120);

/// Gzip of so many zeros, at the fastest level.
fn zeros(count: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    let portion = vec![0; 1 << 20];
    for _ in 0..count >> 20 {
        encoder.write_all(&portion).expect("memory takes it");
    }
    encoder.finish().expect("memory takes it")
}

#[test]
fn what_unpacks_to_too_much_is_named() {
    let begin = Instant::now();
    // Half a megabyte that holds half a gigabyte. What comes out of the gzip does not count as what went in.
    let member = [gzip(&tar_header("zeros", 1 << 29, b'0')), zeros(1 << 29)].concat();
    scan_bytes("zeros.tar.gz", &member).exits(3).names(&[("too-large", "zeros.tar.gz!zeros")]);
    assert!(begin.elapsed() < SOON);
}

#[test]
fn zips_in_zips_are_named() {
    let mut bomb = zip(&[deflated("zeros", &vec![0; 1 << 22])]);
    for level in 0..6 {
        let names: Vec<String> = (0..16).map(|number| format!("{level}-{number}.zip")).collect();
        let members: Vec<_> = names.iter().map(|name| deflated(name, &bomb)).collect();
        bomb = zip(&members);
    }
    let begin = Instant::now();
    let scanned = scan_bytes("bomb.zip", &bomb).exits(3);
    let problems = scanned.problems();
    assert_eq!((problems.len(), problems[0].0.as_str()), (1, "too-large"), "{problems:?}");
    assert!(begin.elapsed() < SOON);
}

#[test]
fn what_lies_too_deep_is_named() {
    let mut nested = format!("k = \"{}\"\n", token(1)).into_bytes();
    for _ in 0..9 {
        nested = gzip(&nested);
    }
    let scanned = scan_bytes("deep.gz", &nested).exits(3);
    assert_eq!(scanned.problems().len(), 1);
    assert_eq!(scanned.problems()[0].0, "too-large");
}

#[test]
fn members_that_share_bytes_are_named() {
    // The directory names the same member a hundred times.
    let one = zip(&[deflated("a.bin", &vec![7; 1 << 16])]);
    let start = one.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a directory");
    let end = one.windows(4).position(|bytes| bytes == b"PK\x05\x06").expect("an end");
    let (members, entry, last) = (&one[..start], &one[start..end], &one[end..]);
    let mut last = last.to_vec();
    let (count, size) = (100_u16.to_le_bytes(), ((entry.len() * 100) as u32).to_le_bytes());
    last[8..10].copy_from_slice(&count);
    last[10..12].copy_from_slice(&count);
    last[12..16].copy_from_slice(&size);
    let overlapping = [members, &entry.repeat(100), &last].concat();
    scan_bytes("o.zip", &overlapping).exits(3).names(&[("corrupt", "o.zip!a.bin")]);
}

#[test]
fn a_million_members_without_bytes_end_soon() {
    let header = tar_header("empty", 0, b'0');
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    for _ in 0..1_000_000 {
        encoder.write_all(&header).expect("memory takes it");
    }
    let begin = Instant::now();
    let scanned = scan_bytes("many.tar.gz", &encoder.finish().expect("memory takes it")).exits(3);
    assert_eq!(scanned.problems(), [("too-large".to_owned(), "many.tar.gz".to_owned())]);
    assert!(begin.elapsed() < SOON);
}

#[test]
fn names_that_lead_elsewhere_are_only_names() {
    let text = format!("k = \"{}\"\n", token(2));
    for name in ["/etc/passwd", "../../escape.env", "a/../../b"] {
        let scanned = scan_bytes("n.zip", &zip(&[deflated(name, text.as_bytes())])).exits(1);
        scanned.finds(&token(2), &format!("n.zip!{name}"));
        scan_bytes("n.tar", &tar(&[(name, text.as_bytes())])).exits(1).finds(&token(2), &format!("n.tar!{name}"));
    }
}

#[test]
fn damage_anywhere_is_survived() {
    let text = format!("k = \"{}\"\n", token(3)).repeat(40);
    let samples = [
        ("a.zip", zip(&[deflated("a.env", text.as_bytes()), deflated("b.env", b"nothing")])),
        ("a.tar", tar(&[("a.env", text.as_bytes()), ("b.env", b"nothing")])),
        ("a.tar.gz", gzip(&tar(&[("a.env", text.as_bytes())]))),
    ];
    for (name, bytes) in samples {
        for at in (0..bytes.len()).step_by(bytes.len() / 12 + 1) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            let code = scan_bytes(name, &damaged).people.code;
            assert!(matches!(code, Some(0 | 1 | 3)), "{name} damaged at {at}: {code:?}");
            let code = scan_bytes(name, &bytes[..at]).people.code;
            assert!(matches!(code, Some(0 | 1 | 3)), "{name} cut at {at}: {code:?}");
        }
    }
}
