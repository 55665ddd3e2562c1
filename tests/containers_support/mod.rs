//! Makes containers byte by byte, so that tests know what is in them.

use crate::binary::{Ran, run, stanch};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A tar of the old kind with a checksum, without its end.
pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, data) in members {
        out.extend(tar_header(name, data.len() as u64, b'0'));
        out.extend_from_slice(data);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out
}

/// One header.
pub(crate) fn tar_header(name: &str, size: u64, kind: u8) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[136..148].copy_from_slice(b"00000000000\0");
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// A gzip file.
pub(crate) fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// A member of a ZIP file.
pub(crate) struct Zipped<'a> {
    pub(crate) name: &'a str,
    pub(crate) data: &'a [u8],
    pub(crate) flags: u16,
    /// 0 stored, 8 deflated; others are written as they are said to be, and hold the data as it is.
    pub(crate) method: u16,
}

/// A member that is deflated.
pub(crate) fn deflated<'a>(name: &'a str, data: &'a [u8]) -> Zipped<'a> {
    Zipped { name, data, flags: 0, method: 8 }
}

/// A ZIP file with its directory.
pub(crate) fn zip(members: &[Zipped<'_>]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for Zipped { name, data, flags, method } in members {
        let packed = match method {
            8 => {
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(data).expect("memory takes it");
                encoder.finish().expect("memory takes it")
            }
            _ => data.to_vec(),
        };
        let at = out.len() as u32;
        let mut fields = Vec::new();
        for field in [20, *flags, *method, 0, 0] {
            fields.extend(field.to_le_bytes());
        }
        for field in [crc32fast::hash(data), packed.len() as u32, data.len() as u32] {
            fields.extend(field.to_le_bytes());
        }
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend(0_u16.to_le_bytes());
        out.extend([&b"PK\x03\x04"[..], &fields, name.as_bytes(), &packed].concat());
        directory.extend([&b"PK\x01\x02\x14\0"[..], &fields, &[0; 10], &at.to_le_bytes(), name.as_bytes()].concat());
    }
    let at = out.len() as u32;
    let count = (members.len() as u16).to_le_bytes();
    let size = (directory.len() as u32).to_le_bytes();
    out.extend(directory);
    out.extend([&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size, &at.to_le_bytes(), &[0, 0]].concat());
    out
}

/// What a program makes of some bytes; `None` when it is not there.
pub(crate) fn piped(program: &str, args: &[&str], data: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let data = data.to_owned();
    let writer = std::thread::spawn(move || _ = stdin.write_all(&data));
    let output = child.wait_with_output().ok()?;
    writer.join().ok()?;
    output.status.success().then_some(output.stdout)
}

/// A scan of one file: the report for people, and that for programs.
pub(crate) struct Scanned {
    pub(crate) people: Ran,
    pub(crate) programs: Ran,
}

/// Scans a file of these bytes.
pub(crate) fn scan_bytes(name: &str, bytes: &[u8]) -> Scanned {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join(name), bytes).expect("a file");
    scan_dir(dir.path(), &[name])
}

/// Scans in a directory.
pub(crate) fn scan_dir(dir: &Path, args: &[&str]) -> Scanned {
    let people = run(stanch(dir, ["scan", "--show-secrets"]).args(args));
    let programs = run(stanch(dir, ["scan", "--format", "json", "--show-secrets"]).args(args));
    assert_eq!(people.code, programs.code);
    Scanned { people, programs }
}

impl Scanned {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Scanned {
        assert_eq!(self.people.code, Some(code), "{:#?}", self.people);
        self
    }

    /// Asserts that this secret is reported, and that some secret is at this place.
    #[track_caller]
    pub(crate) fn finds(self, secret: &str, place: &str) -> Scanned {
        let is_at = self.people.out.lines().any(|line| line == place || line.starts_with(&format!("{place}:")));
        assert!(is_at && self.people.out.contains(secret), "not {secret} at {place}: {:#?}", self.people);
        self
    }

    /// Asserts what was not read: kinds and names, in their order.
    #[track_caller]
    pub(crate) fn names(self, problems: &[(&str, &str)]) -> Scanned {
        assert_eq!(
            self.problems(),
            problems.iter().map(|(kind, what)| ((*kind).to_owned(), (*what).to_owned())).collect::<Vec<_>>(),
            "{:#?}",
            self.people
        );
        self
    }

    /// What was not read: kinds and names.
    pub(crate) fn problems(&self) -> Vec<(String, String)> {
        let report = self.programs.json();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
        let all = report["problems"].as_array().expect("problems").iter();
        let mut all: Vec<_> = all.map(|problem| (text(&problem["kind"]), text(&problem["what"]))).collect();
        all.sort();
        all
    }
}
