//! Loose objects: one zlib-compressed file each, `objects/ab/cdef…`, whose content begins with `blob 123\0`.

use super::gap::{Fault, Gap, GapKind};
use super::oid::{Kind, Oid};
use super::pack::buffer::Buffer;
use super::pack::inflate::Inflater;
use flate2::read::ZlibDecoder;
use flate2::{Decompress, FlushDecompress};
use rayon::prelude::*;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The longest header is `commit `, twenty digits and a zero byte.
const LONGEST_HEADER: usize = 32;

/// One loose object.
pub(crate) struct LooseObject {
    pub(crate) oid: Oid,
    pub(crate) kind: Kind,
    /// Size of the content, bytes, as the header declares it.
    pub(crate) size: u64,
    /// Length of the inflated header, bytes.
    header: usize,
    path: PathBuf,
}

impl LooseObject {
    /// Reads the header of the object file at `path`.
    pub(crate) fn open(path: PathBuf, oid: Oid) -> Result<LooseObject, Fault> {
        let mut start = [0; 256];
        let read = read_start(&mut File::open(&path)?, &mut start)?;
        let mut header = [0; LONGEST_HEADER];
        let mut inflater = Decompress::new(true);
        inflater
            .decompress(&start[..read], &mut header, FlushDecompress::None)
            .map_err(|_| Fault::Corrupt("a loose object that is not compressed"))?;
        let inflated = &header[..(inflater.total_out() as usize).min(LONGEST_HEADER)];
        let (kind, size, header) = parse(inflated).ok_or(Fault::Corrupt("a loose object without a header"))?;
        Ok(LooseObject { oid, kind, size, header, path })
    }

    /// Inflates the content into `out`, unless it is over `limit` bytes.
    pub(crate) fn read(&self, inflater: &mut Inflater, limit: u64, out: &mut Buffer) -> Result<(), Fault> {
        let stored = fs::metadata(&self.path)?.len();
        let size = self.size.max(stored);
        if size > limit {
            return Err(Fault::TooLarge { size, limit });
        }
        let mut compressed = Vec::new();
        File::open(&self.path)?.take(limit).read_to_end(&mut compressed)?;
        inflater.inflate(&compressed, self.size.saturating_add(self.header as u64), out)?;
        out.drop_front(self.header);
        Ok(())
    }

    /// A reader of the content. It does not end at the declared size if there is more.
    pub(crate) fn stream(&self) -> io::Result<impl Read + use<>> {
        let mut content = ZlibDecoder::new(File::open(&self.path)?);
        content.read_exact(&mut [0; LONGEST_HEADER][..self.header])?;
        Ok(content)
    }
}

/// Kind, size and length of a header.
fn parse(start: &[u8]) -> Option<(Kind, u64, usize)> {
    let zero = start.iter().position(|byte| *byte == 0)?;
    let space = start[..zero].iter().position(|byte| *byte == b' ')?;
    let digits = &start[space + 1..zero];
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((Kind::from_name(&start[..space])?, size, zero + 1))
}

fn not_a_folder() -> io::Error {
    io::Error::new(io::ErrorKind::NotADirectory, "not a folder; links are not followed")
}

/// Reads until `into` is full or the file ends.
fn read_start(file: &mut File, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match file.read(&mut into[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The loose objects of a directory.
#[derive(Default)]
pub(crate) struct Listed {
    /// In no order.
    pub(crate) objects: Vec<LooseObject>,
    /// Those that cannot be read.
    pub(crate) broken: Vec<Oid>,
    pub(crate) gaps: Vec<Gap>,
}

/// Lists the loose objects of an object directory whose names are `width` bytes. What cannot be read is a gap.
pub(crate) fn list(objects: &Path, width: usize) -> Listed {
    let mut found = Vec::new();
    let mut listed = Listed::default();
    let gaps = &mut listed.gaps;
    let is_fan_out =
        |name: &str| name.len() == 2 && name.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let entries = fs::read_dir(objects).inspect_err(|error| {
        gaps.push(Gap::new(GapKind::Corrupt, objects.display(), error));
    });
    for entry in entries.into_iter().flatten().flatten() {
        let head = entry.file_name().to_string_lossy().into_owned();
        if !is_fan_out(&head) {
            continue;
        }
        // A link could lead anywhere.
        let folder = match entry.file_type().and_then(|kind| if kind.is_dir() { Ok(()) } else { Err(not_a_folder()) }) {
            Ok(()) => fs::read_dir(entry.path()),
            Err(error) => Err(error),
        };
        let folder = match folder {
            Ok(folder) => folder,
            Err(error) => {
                gaps.push(Gap::new(GapKind::Corrupt, entry.path().display(), error));
                continue;
            }
        };
        for file in folder.flatten() {
            let name = head.clone() + &file.file_name().to_string_lossy();
            let Some(oid) = Oid::from_hex(name.as_bytes()).filter(|oid| oid.as_bytes().len() == width) else {
                continue; // A temporary file of a running git.
            };
            // A link could lead anywhere, and a pipe would be waited on for ever.
            if file.file_type().is_ok_and(|kind| kind.is_file()) {
                found.push((file.path(), oid));
            } else {
                listed.broken.push(oid);
                gaps.push(Gap::new(GapKind::Corrupt, format_args!("object {oid}"), "not a regular file"));
            }
        }
    }
    let open = |(path, oid)| LooseObject::open(path, oid).map_err(|fault| (oid, fault));
    let opened: Vec<_> = found.into_par_iter().map(open).collect();
    for result in opened {
        match result {
            Ok(object) => listed.objects.push(object),
            Err((oid, fault)) => {
                listed.broken.push(oid);
                listed.gaps.push(Gap::from_fault(format_args!("loose object {oid}"), &fault));
            }
        }
    }
    listed
}
