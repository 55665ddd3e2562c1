//! Containers that do not begin with their mark, that hold what their directory does not name, or whose checksums are wrong: none is clean.

use crate::binary::token;
use crate::containers_support::{Zipped, deflated, gzip, piped, scan_bytes, tar, zip};

fn line(seed: u64) -> Vec<u8> {
    format!("deploy_token = \"{}\"\n", token(seed)).into_bytes()
}

#[test]
fn a_zip_is_opened_behind_whatever_stands_before_it() {
    let archive = zip(&[deflated("a.env", &line(1))]);
    let binary = [b"\x7FELF\x02\x01\x01".as_slice(), &[0; 100_000]].concat();
    for (name, before) in [
        ("app.pyz", b"#!/usr/bin/env python3\n".to_vec()),
        ("app.jar", [b"#!/bin/sh\n".to_vec(), b"echo starts it\n".repeat(1000)].concat()),
        ("setup.exe", [b"MZ".to_vec(), vec![0x90; 200_000]].concat()),
        ("tool", binary),
        ("a.zip", b"\r\n".to_vec()),
    ] {
        let place = format!("{name}!a.env");
        scan_bytes(name, &[before, archive.clone()].concat()).exits(1).finds(&token(1), &place);
    }
}

#[test]
fn a_stream_behind_a_script_is_opened() {
    let packed = gzip(&tar(&[("etc/a.env", &line(2))]));
    let script = b"#!/bin/sh\ntail -n +4 \"$0\" | tar xz\nexit\n";
    scan_bytes("make.run", &[script, packed.as_slice()].concat())
        .exits(1)
        .finds(&token(2), "make.run!payload!etc/a.env");
}

#[test]
fn a_program_that_only_knows_the_marks_is_clean() {
    let program = [b"\x7FELF".as_slice(), b"PK\x03\x04 and PK\x05\x06 are marks", &[0; 4096]].concat();
    scan_bytes("tool", &program).exits(0);
    scan_bytes("a.py", b"#!/usr/bin/python3\nMARK = b'PK\x03\x04'\n").exits(0);
}

#[test]
fn members_that_the_directory_does_not_name_are_read() {
    let (one, two) = (zip(&[deflated("a.env", &line(3))]), zip(&[deflated("b.txt", b"nothing\n")]));
    scan_bytes("two.zip", &[one.clone(), two.clone()].concat()).exits(1).finds(&token(3), "two.zip!a.env");
    // The comment holds the end of an empty archive.
    let end = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    let mut commented = one;
    let length = commented.len();
    commented[length - 2..].copy_from_slice(&(end.len() as u16).to_le_bytes());
    scan_bytes("end.zip", &[commented, end].concat()).exits(1).finds(&token(3), "end.zip!a.env");
}

#[test]
fn a_wrong_checksum_is_named() {
    for method in [0, 8] {
        let good = zip(&[Zipped { name: "a.txt", data: b"nothing to be seen here\n", flags: 0, method }]);
        scan_bytes("a.zip", &good).exits(0);
        // The same sum stands in the member's header and in the directory's.
        let sum = crc32fast::hash(b"nothing to be seen here\n").to_le_bytes();
        let mut wrong = good.clone();
        for at in 0..wrong.len() - 4 {
            if wrong[at..at + 4] == sum {
                wrong[at] ^= 1;
            }
        }
        scan_bytes("a.zip", &wrong).exits(3).names(&[("corrupt", "a.zip!a.txt")]);
    }
    if let Some(mut packed) = piped("zstd", &["-q", "--check", "-c"], b"nothing to be seen here\n") {
        scan_bytes("a.zst", &packed).exits(0);
        *packed.last_mut().expect("bytes") ^= 1;
        scan_bytes("a.zst", &packed).exits(3).names(&[("corrupt", "a.zst!a")]);
    }
}

#[test]
fn what_is_cut_short_is_named() {
    let packed = tar(&[("a.txt", b"nothing\n"), ("b.env", &line(4))]);
    scan_bytes("a.tar", &packed[..700]).exits(3).names(&[("corrupt", "a.tar")]);
    scan_bytes("a.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n").exits(3).names(&[("corrupt", "a.pdf")]);
    scan_bytes("a.lzma", &[&[0x5D][..], &[0xFF; 12], &[0; 40]].concat()).exits(3);
    scan_bytes("a.bz2", &[b"BZh9".as_slice(), &[0; 40]].concat()).exits(3);
}

#[test]
fn a_pdf_may_begin_late() {
    let stream = format!("BT (deploy_token = \"{}\") Tj ET", token(5));
    let body = format!(
        "1 0 obj\n<< /Length {} >>\nstream\n{stream}\nendstream\nendobj\ntrailer\n<< >>\n%%EOF\n",
        stream.len()
    );
    for before in ["", "\r\n", "\u{FEFF}"] {
        let scanned = scan_bytes("a.pdf", format!("{before}%PDF-1.4\n{body}").as_bytes()).exits(1);
        assert!(scanned.people.out.contains(&token(5)));
    }
}
