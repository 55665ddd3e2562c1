//! The labelled data: files, lines, and which of them are secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Categories of labels that are no secrets by themselves.
const NOT_SECRET: [&str; 7] =
    ["UUID", "Nonce", "Salt", "AWS S3 Bucket", "Firebase Domain", "Tencent WeChat API App ID", "URL Credentials:UUID"];

/// A line that people labelled as holding a secret.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    /// First and last line, from 1.
    pub(crate) lines: (usize, usize),
    /// The value's characters in its line, when they are known.
    pub(crate) value: Option<(usize, usize)>,
    /// What sort of secret it is.
    pub(crate) category: String,
    /// Whether it counts: a secret by itself.
    pub(crate) is_core: bool,
}

/// One file with its labels.
pub(crate) struct File {
    /// The path below the data's folder.
    pub(crate) path: String,
    /// The repository it is from.
    pub(crate) repository: String,
    pub(crate) text: Vec<u8>,
    pub(crate) secrets: Vec<Label>,
    /// Lines labelled as holding none.
    pub(crate) others: BTreeSet<usize>,
}

/// Reads all files that have labels, and those that have none.
pub(crate) fn read(dir: &Path) -> Vec<File> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut tables: Vec<_> =
        fs::read_dir(dir.join("meta")).expect("meta/").flatten().map(|entry| entry.path()).collect();
    tables.sort();
    for table in tables {
        let text = fs::read_to_string(&table).expect("a table");
        for row in text.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let path = cells[4].to_owned();
            let file = files.entry(path.clone()).or_insert_with(|| load(dir, &path));
            let (first, last): (usize, usize) = (cells[5].parse().expect("a line"), cells[6].parse().expect("a line"));
            if cells[7] == "T" {
                let value = cells[8].parse().ok().zip(cells[9].parse().ok()).filter(|_| first == last);
                let category = cells[12].trim().to_owned();
                let is_core = !NOT_SECRET.contains(&category.as_str());
                file.secrets.push(Label { lines: (first, last), value, category, is_core });
            } else {
                file.others.extend(first..=last.min(first + 200));
            }
        }
    }
    for entry in ignore::WalkBuilder::new(dir.join("data")).standard_filters(false).build().flatten() {
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            let path = entry.path().strip_prefix(dir).expect("below").to_string_lossy().into_owned();
            files.entry(path.clone()).or_insert_with(|| load(dir, &path));
        }
    }
    files.into_values().collect()
}

fn load(dir: &Path, path: &str) -> File {
    let text = fs::read(dir.join(path)).unwrap_or_default();
    let repository = path.split('/').nth(1).unwrap_or_default().to_owned();
    File { path: path.to_owned(), repository, text, secrets: Vec::new(), others: BTreeSet::new() }
}

/// The bytes of a line, from 1, as a range of the text.
pub(crate) fn line(text: &[u8], number: usize) -> std::ops::Range<usize> {
    let mut start = 0;
    for _ in 1..number {
        match text[start..].iter().position(|byte| *byte == b'\n') {
            Some(at) => start += at + 1,
            None => return text.len()..text.len(),
        }
    }
    let end = text[start..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| start + at);
    start..end
}

/// Characters of a line as bytes of the text.
pub(crate) fn bytes(text: &[u8], line: &std::ops::Range<usize>, characters: (usize, usize)) -> std::ops::Range<usize> {
    let place = |wanted: usize| {
        let mut seen = 0;
        for (at, byte) in text[line.clone()].iter().enumerate() {
            if byte & 0xC0 != 0x80 {
                if seen == wanted {
                    return line.start + at;
                }
                seen += 1;
            }
        }
        line.end
    };
    place(characters.0)..place(characters.1)
}
