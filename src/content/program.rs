//! Tells programs with an archive behind them from others.

use super::archive::zip_directory;
use crate::model::Whole;
use memchr::memmem::{self, Finder};
use std::io::Cursor;
use std::sync::LazyLock;

/// What stands behind a script's last line: gzip, xz, Zstandard, bzip2.
const STREAMS: [&[u8]; 4] = [b"\n\x1F\x8B\x08", b"\n\xFD7zXZ\0", b"\n\x28\xB5\x2F\xFD", b"\nBZh91AY&SY"];
/// So many bytes of what is no program are looked at.
const OTHERS: usize = 4096;

/// Whether it begins as programs do: scripts, and executables of Windows, Linux and macOS.
pub(super) fn is_program(head: &[u8]) -> bool {
    [b"#!".as_slice(), b"MZ", b"\x7FELF", b"\xCF\xFA\xED\xFE", b"\xCE\xFA\xED\xFE"]
        .iter()
        .any(|mark| head.starts_with(mark))
}

/// Whether the first bytes show that an archive follows what they are: of a program all of them are looked at, of other files the first
/// [`OTHERS`].
pub(super) fn shows(head: &[u8]) -> bool {
    static MEMBER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"PK\x03\x04"));
    let looked = if is_program(head) { head } else { &head[..head.len().min(OTHERS)] };
    MEMBER.find(looked).is_some() || (head.starts_with(b"#!") && payload(head).is_some())
}

/// Whether a program has a ZIP behind it, by its last bytes.
pub(super) fn follows(whole: Whole<'_>) -> bool {
    let found = match whole {
        Whole::Memory(bytes) => zip_directory::is_there(&mut Cursor::new(bytes)),
        Whole::File(mut file) => zip_directory::is_there(&mut file),
    };
    // Who read the program has told of an error.
    found.unwrap_or(false)
}

/// Where a stream begins behind a script.
pub(super) fn payload(bytes: &[u8]) -> Option<usize> {
    STREAMS.iter().filter_map(|mark| memmem::find(bytes, mark)).min().map(|line_end| line_end + 1)
}
