//! What is encoded is found as what it is decoded to, where it stands, and is one secret with its plain copies.

use crate::binary::{run, scan, stanch, token, tree};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use stanch::content::decode::{self, Decoder};
use std::fmt::Write as _;
use std::io::Write as _;

fn each(text: &str, format: impl Fn(u8) -> String) -> String {
    text.bytes().map(format).collect()
}

fn base32(text: &str) -> String {
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let value = |five: &[u8]| five.iter().fold(0, |value, bit| value * 2 + usize::from(bit - b'0')) << (5 - five.len());
    bits.as_bytes().chunks(5).map(|five| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[value(five)])).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).expect("memory");
    packed.finish().expect("memory")
}

fn wrapped(text: &str, indent: &str) -> String {
    let lines = text.as_bytes().chunks(76).map(|line| format!("{indent}{}\n", String::from_utf8_lossy(line)));
    lines.collect()
}

/// A text in every encoding, by the chain that the report should say.
fn encodings(text: &str) -> Vec<(&'static str, String)> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("base64", format!("blob: {}\n", STANDARD.encode(text))),
        ("base64", format!("{{\"blob\":\"{}\"}}\n", URL_SAFE_NO_PAD.encode(text))),
        ("base64", format!("data:\n  k: |\n{}", wrapped(&STANDARD.encode(text.repeat(4)), "    "))),
        ("base64", format!("powershell -e {}\n", STANDARD_NO_PAD.encode(wide))),
        ("base64!gzip", format!("blob: {}\n", STANDARD.encode(gzip(text)))),
        ("base64!base64", format!("blob: {}\n", STANDARD.encode(STANDARD.encode(text)))),
        ("base32", format!("blob: {}\n", base32(text))),
        ("hex", format!("blob: {}\n", each(text, |byte| format!("{byte:02x}")))),
        ("percent", format!("q={}\n", each(text, |byte| format!("%{byte:02X}")))),
        ("escapes", format!("q = \"{}\"\n", each(text, |byte| format!("\\u{byte:04x}")))),
        ("escapes", format!("q = \"{}\"\n", each(text, |byte| format!("\\x{byte:02x}")))),
        ("escapes", format!("q = \"{}\"\n", each(text, |byte| format!("\\{byte:03o}")))),
        ("entities", format!("<p>{}</p>\n", each(text, |byte| format!("&#{byte};")))),
        ("entities", format!("<p>{}</p>\n", each(text, |byte| format!("&#x{byte:x};")))),
    ]
}

/// A secret that each encoding hides: reported with its value, on its line, once, as the same secret as the plain copy.
#[test]
fn every_encoding_is_decoded() {
    for (number, (chain, encoded)) in encodings(&format!("deploy_token = \"{}\"\n", token(3))).iter().enumerate() {
        let dir = tree(&[("a.txt", &format!("first line\n{encoded}"))]);
        let report = scan(dir.path(), &["a.txt", "-q", "-f", "json", "--show-secrets"]).exits(1).json();
        let finding = &report["findings"][0];
        assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{number} {chain}: {report:#}");
        assert_eq!(finding["secret"], token(3), "{number} {chain}");
        let line = finding["occurrences"][0]["start"]["line"].as_u64().expect("a line");
        assert!(line >= 2, "{number} {chain}");
        scan(dir.path(), &["a.txt", "-q", "--decode-depth=0"]).exits(0);
        let plain = tree(&[("a.txt", &token(3))]);
        let plain = scan(plain.path(), &["a.txt", "-q", "-f", "json"]).exits(1).json();
        assert_eq!(finding["fingerprint"], plain["findings"][0]["fingerprint"], "{number} {chain}");
    }
}

#[test]
fn a_token_behind_an_escape_is_found() {
    let token = token(4);
    for text in [format!("\"a\\n{token}\\n\""), format!("q=a%3D{token}%26b"), format!("\"\\u003d{token}\"")] {
        let dir = tree(&[("a.txt", &text)]);
        let report = scan(dir.path(), &["a.txt", "-q", "-f", "json", "--show-secrets"]).exits(1).json();
        assert_eq!(report["findings"][0]["secret"], token, "{text}");
    }
}

/// A checksum proves where a token ends better than what follows does.
#[test]
fn a_letter_may_follow_a_token_of_known_length() {
    let token = token(6);
    let (first, last) = token.split_at(20);
    for (text, code) in [
        (format!("\u{1}({token}N\u{1}"), 1),
        (format!("a={token}function(){{}}"), 1),
        (format!("a={first}x{}N", &last[1..]), 0),
    ] {
        let dir = tree(&[("a.bin", &text)]);
        scan(dir.path(), &["a.bin", "-q"]).exits(code);
    }
}

/// Decoding goes as deep as it is told to.
#[test]
fn depth_is_bounded() {
    let mut text = format!("deploy_token = \"{}\"\n", token(5));
    for depth in 1..=6 {
        text = STANDARD.encode(&text);
        let dir = tree(&[("a.txt", &text)]);
        scan(dir.path(), &["a.txt", "-q"]).exits(i32::from(depth <= 5));
        scan(dir.path(), &["a.txt", "-q", &format!("--decode-depth={depth}")]).exits(1);
        scan(dir.path(), &["a.txt", "-q", &format!("--decode-depth={}", depth - 1)]).exits(0);
    }
}

/// Values of a Secret are judged by their keys, however short, wherever the kind stands; those of other objects are not.
#[test]
fn values_of_kubernetes_secrets_are_judged_by_their_keys() {
    let plain = "vK7#qLw2m!Zt";
    let value = STANDARD.encode(plain);
    let data = format!("data:\n  db-password: {value}\n  mode: bm9uZQ==\n");
    let above = format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n{data}");
    let below = format!("apiVersion: v1\n{data}kind: Secret\nmetadata:\n  name: a\n");
    let indented: String = below.lines().skip(1).fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "    {line}");
        all
    });
    let list = format!("kind: List\nitems:\n  - apiVersion: v1\n{indented}");
    let json =
        format!("{{\"kind\": \"Secret\", \"data\": {{\"mode\": \"bm9uZQ==\", \"db-password\": \"{value}\"}}}}\n");
    let compact = format!("{{\"data\":{{\"db-password\":\"{value}\"}},\"kind\":\"Secret\"}}\n");
    for text in [above.clone(), below, list, json, compact] {
        let dir = tree(&[("a.yaml", &text)]);
        let report =
            scan(dir.path(), &["a.yaml", "-q", "-f", "json", "--show-secrets", "--confidence=low"]).exits(1).json();
        let secrets: Vec<&str> =
            report["findings"].as_array().expect("findings").iter().filter_map(|one| one["secret"].as_str()).collect();
        assert_eq!(secrets, [plain], "{text}");
    }
    let other = above.replace("kind: Secret", "kind: SecretList");
    let dir = tree(&[("a.yaml", &other)]);
    let report = run(stanch(dir.path(), ["scan"]).args(["a.yaml", "-q", "-f", "json", "--show-secrets"])).json();
    let is_decoded = |one: &serde_json::Value| one["secret"] == plain;
    assert!(!report["findings"].as_array().expect("findings").iter().any(is_decoded), "{report:#}");
}

proptest! {
    /// Random bytes in base64 or as hexadecimal digits come to nothing.
    #[test]
    fn noise_is_no_text(bytes in prop::collection::vec(any::<u8>(), 24..200)) {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        for text in [STANDARD.encode(&bytes), hex] {
            if decode::may_be_run(text.as_bytes(), 0) {
                for one in decode::at(Decoder::Run, text.as_bytes(), 0).encoded {
                    prop_assert!(one.text.len() < 24, "{:?}", String::from_utf8_lossy(&one.text));
                }
            }
        }
    }

    /// What is encoded is decoded, whatever stands around it, and each part of the text leads to the bytes that it is encoded in.
    #[test]
    fn base64_and_hex_are_decoded(text in "[ -~]{12,300}", before in "[ \"=:,>\\n]{0,3}", after in "[ \",;<\\n]{0,3}") {
        let hex: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        for (encoded, unit, bytes) in [(STANDARD.encode(&text), 4, 3), (URL_SAFE_NO_PAD.encode(&text), 4, 3), (hex, 2, 1)] {
            let outer = format!("{before}{encoded}{after}");
            let found = decode::at(Decoder::Run, outer.as_bytes(), before.len());
            let texts: Vec<&[u8]> = found.encoded.iter().map(|one| &one.text[..]).collect();
            prop_assert_eq!(&texts[..], &[text.as_bytes()][..], "{}", outer);
            let whole = found.encoded[0].outer(&(0..text.len()));
            prop_assert_eq!(&outer[whole], encoded.as_str());
            let start = before.len() + unit * 2;
            let part = found.encoded[0].outer(&(bytes * 2..bytes * 3));
            prop_assert_eq!(part, start..start + unit);
            prop_assert!(found.seen.start <= before.len() && found.seen.end >= before.len() + encoded.trim_end_matches('=').len());
        }
    }

    /// A decoder says how much of a text decides: what stands elsewhere changes nothing.
    #[test]
    fn what_decides_is_said(text in "\\PC{0,200}", at in any::<prop::sample::Index>(), escapes in "(%6[1-9]|\\\\u006[1-9]|&#11[0-9];|[a-z\"\\n]){0,60}") {
        let outer = format!("{text}{escapes}{text}").into_bytes();
        if outer.is_empty() {
            return Ok(());
        }
        let anchor = at.index(outer.len());
        for decoder in [Decoder::Run, Decoder::Percent, Decoder::Escapes, Decoder::Entities, Decoder::QuotedPrintable, Decoder::KubernetesSecret] {
            let found = decode::at(decoder, &outer, anchor);
            let (start, end) = (found.seen.start.min(anchor), found.seen.end.max(anchor));
            prop_assert!(anchor - start <= decode::BEFORE && end - anchor <= decode::AFTER && end <= outer.len());
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 1..400), at in any::<prop::sample::Index>()) {
        let anchor = at.index(bytes.len());
        for decoder in [Decoder::Run, Decoder::Percent, Decoder::Escapes, Decoder::Entities, Decoder::QuotedPrintable, Decoder::Gzip, Decoder::KubernetesSecret] {
            for one in decode::at(decoder, &bytes, anchor).encoded {
                prop_assert!(one.span.end <= bytes.len());
                let whole = one.outer(&(0..one.text.len()));
                prop_assert!(one.span.start <= whole.start && whole.end <= one.span.end);
            }
        }
    }
}
