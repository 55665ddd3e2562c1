//! Tells containers and documents from plain bytes by what they begin with.

use super::program;
use crate::model::Whole;
use memchr::memmem::Finder;
use std::path::Path;
use std::sync::LazyLock;

/// Something that holds other texts, or holds its text in a form that a search does not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    /// gzip (RFC 1952).
    Gzip,
    /// zlib (RFC 1950).
    Zlib,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// LZMA "alone", the format before xz.
    Lzma,
    /// lzip.
    Lzip,
    /// Zstandard (RFC 8878).
    Zstd,
    /// LZ4 frames.
    Lz4,
    /// tar: v7, ustar, pax, GNU.
    Tar,
    /// ZIP and what is built on it: jar, whl, apk, docx, xlsx, odt, nupkg.
    Zip,
    /// An archive behind other bytes, mostly a program: a zipapp, an executable jar, an archive that unpacks itself.
    Appended,
    /// 7z.
    SevenZip,
    /// ar: static libraries, Debian packages.
    Ar,
    /// RPM packages.
    Rpm,
    /// cpio: the new ASCII format and the old character format.
    Cpio,
    /// Electron's asar.
    Asar,
    /// A SQLite database.
    Sqlite,
    /// A write-ahead log of SQLite.
    SqliteLog,
    /// Requests and answers that a browser recorded (HAR).
    Har,
    /// PDF.
    Pdf,
    /// A part of an Office or OpenDocument file.
    Office,
    /// A Jupyter notebook.
    Notebook,
    /// Compiled Python.
    Python,
    /// A compiled Java class.
    JavaClass,
    /// Apple's binary property list.
    PropertyList,
    /// Java's own key store formats.
    JavaKeyStore,
    /// A PKCS #12 file (RFC 7292).
    Pkcs12,
    /// A format that is known by its first bytes and not opened.
    Unopened(&'static str),
}

/// How a container is dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// One stream in another form: what it holds has the name of the file without its ending.
    Compression,
    /// Holds members by their names.
    Archive,
    /// Holds texts that its bytes show only in part. The bytes themselves are searched too.
    Document,
    /// Nothing can be read of it.
    Closed,
}

impl Container {
    /// How it is dealt with.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Container::Gzip
            | Container::Zlib
            | Container::Bzip2
            | Container::Xz
            | Container::Lzma
            | Container::Lzip
            | Container::Zstd
            | Container::Lz4 => Class::Compression,
            Container::Tar
            | Container::Zip
            | Container::SevenZip
            | Container::Ar
            | Container::Rpm
            | Container::Cpio
            | Container::Asar => Class::Archive,
            Container::Appended
            | Container::Sqlite
            | Container::SqliteLog
            | Container::Har
            | Container::Pdf
            | Container::Office
            | Container::Notebook
            | Container::Python
            | Container::JavaClass
            | Container::PropertyList
            | Container::JavaKeyStore => Class::Document,
            Container::Pkcs12 | Container::Unopened(_) => Class::Closed,
        }
    }

    /// Its name in messages and in the configuration's `skip`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Container::Gzip => "gzip",
            Container::Zlib => "zlib",
            Container::Bzip2 => "bzip2",
            Container::Xz => "xz",
            Container::Lzma => "lzma",
            Container::Lzip => "lzip",
            Container::Zstd => "zstd",
            Container::Lz4 => "lz4",
            Container::Tar => "tar",
            Container::Zip => "zip",
            Container::Appended => "appended",
            Container::SevenZip => "7z",
            Container::Ar => "ar",
            Container::Rpm => "rpm",
            Container::Cpio => "cpio",
            Container::Asar => "asar",
            Container::Sqlite => "sqlite",
            Container::SqliteLog => "sqlite-wal",
            Container::Har => "har",
            Container::Pdf => "pdf",
            Container::Office => "office",
            Container::Notebook => "ipynb",
            Container::Python => "pyc",
            Container::JavaClass => "class",
            Container::PropertyList => "plist",
            Container::JavaKeyStore => "jks",
            Container::Pkcs12 => "pkcs12",
            Container::Unopened(name) => name,
        }
    }
}

/// What a blob is, from its first bytes (all of a short one, some thousand of a longer one) and, for the formats that are plain
/// JSON, from its name. Nearly everything is decided by the first byte.
#[must_use]
pub fn recognise(head: &[u8], name: Option<&Path>) -> Option<Container> {
    let found = match *head.first()? {
        0x1F => match head {
            [_, 0x8B, 8, flags, ..] if flags & 0xE0 == 0 => Some(Container::Gzip),
            [_, 0x9D, bits, ..] if (9..=16).contains(&(bits & 0x1F)) => Some(Container::Unopened("compress")),
            _ => None,
        },
        0x78 if is_zlib(head) => Some(Container::Zlib),
        b'B' if is_bzip2(head) || (head.starts_with(b"BZh") && has_ending(name, "bz2")) => Some(Container::Bzip2),
        0xFD if head.starts_with(b"\xFD7zXZ\0") => Some(Container::Xz),
        0x5D if is_lzma(head) || (head.get(13) == Some(&0) && has_ending(name, "lzma")) => Some(Container::Lzma),
        b'L' if head.starts_with(b"LZIP\x01") => Some(Container::Lzip),
        0x28 if head.starts_with(b"\x28\xB5\x2F\xFD") => Some(Container::Zstd),
        0x50..=0x5F if head.get(1..4) == Some(b"\x2A\x4D\x18") => Some(Container::Zstd),
        0x04 if head.starts_with(b"\x04\x22\x4D\x18") => Some(Container::Lz4),
        0x02 if head.starts_with(b"\x02\x21\x4C\x18") => Some(Container::Lz4),
        0x04 if is_asar(head) => Some(Container::Asar),
        b'P' if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") => Some(Container::Zip),
        b'P' if head.starts_with(b"PK\x07\x08PK\x03\x04") => Some(Container::Zip),
        b'P' if matches!(head, [_, b'A', b'C', b'K', 0, 0, 0, 2 | 3, ..]) => Some(Container::Unopened("git-pack")),
        b'7' if head.starts_with(b"7z\xBC\xAF\x27\x1C") => Some(Container::SevenZip),
        b'!' if head.starts_with(b"!<arch>\n") => Some(Container::Ar),
        0xED if head.starts_with(b"\xED\xAB\xEE\xDB") => Some(Container::Rpm),
        b'0' if is_cpio(head) => Some(Container::Cpio),
        b'R' if head.starts_with(b"Rar!\x1A\x07") => Some(Container::Unopened("rar")),
        b'M' if head.starts_with(b"MSCF\0\0\0\0") => Some(Container::Unopened("cab")),
        b'h' if head.starts_with(b"hsqs") && head.len() >= 96 && head.contains(&0) => {
            Some(Container::Unopened("squashfs"))
        }
        b'x' if head.starts_with(b"xar!\0") => Some(Container::Unopened("xar")),
        b'Q' if head.starts_with(b"QFI\xFB") => Some(Container::Unopened("qcow2")),
        b'K' if head.starts_with(b"KDMV") && head.contains(&0) => Some(Container::Unopened("vmdk")),
        b'#' if head.starts_with(b"# v2 git bundle\n") || head.starts_with(b"# v3 git bundle\n") => {
            Some(Container::Unopened("git-bundle"))
        }
        b'S' if head.starts_with(b"SQLite format 3\0") => Some(Container::Sqlite),
        0x37 if matches!(head, [0x37, 0x7F, 6, 0x82 | 0x83, 0, 0x2D, 0xE2, 0x18, ..]) => Some(Container::SqliteLog),
        b'%' if head.starts_with(b"%PDF-") => Some(Container::Pdf),
        b'{' | b'[' if has_ending(name, "ipynb") => Some(Container::Notebook),
        b'{' if has_ending(name, "har") => Some(Container::Har),
        b'<' | 0xEF if is_office(head, name) => Some(Container::Office),
        0xCA if is_class(head) => Some(Container::JavaClass),
        b'b' if head.starts_with(b"bplist0") => Some(Container::PropertyList),
        0xFE if head.starts_with(b"\xFE\xED\xFE\xED\0\0\0") => Some(Container::JavaKeyStore),
        0xCE if head.starts_with(b"\xCE\xCE\xCE\xCE\0\0\0") => Some(Container::JavaKeyStore),
        0x30 if is_pkcs12(head) => Some(Container::Pkcs12),
        _ => None,
    };
    found.or_else(|| is_python(head).then_some(Container::Python)).or_else(|| further_in(head))
}

/// Whether a program that is not told by its first bytes to have an archive behind it has one, by its last.
#[must_use]
pub fn recognise_appended(whole: Whole<'_>) -> Option<Container> {
    program::follows(whole).then_some(Container::Appended)
}

/// Whether it begins as programs do, behind which an archive may stand.
#[must_use]
pub fn is_program(head: &[u8]) -> bool {
    program::is_program(head)
}

fn has_ending(name: Option<&Path>, ending: &str) -> bool {
    name.and_then(Path::extension).is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// Formats whose mark does not stand at the beginning.
fn further_in(head: &[u8]) -> Option<Container> {
    if is_tar(head) {
        return Some(Container::Tar);
    }
    if is_late_pdf(head) {
        return Some(Container::Pdf);
    }
    if program::shows(head) {
        return Some(Container::Appended);
    }
    if matches!(head.get(2..7), Some([b'-', b'l', b'h', b'0'..=b'7' | b'd', b'-'])) && head[0] >= 20 {
        return Some(Container::Unopened("lha"));
    }
    // The mark of the first volume descriptor, in sector 16.
    (head.len() > 0x8006 && head[0] == 0 && &head[0x8001..0x8006] == b"CD001").then_some(Container::Unopened("iso9660"))
}

/// A PDF may have other bytes before its header, which then stands in the first 1,024, on a line of its own
/// (ISO 32000-1:2008, annex H.3, note 13).
fn is_late_pdf(head: &[u8]) -> bool {
    static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"%PDF-"));
    let Some(at) = MARK.find(&head[..head.len().min(1024)]) else { return false };
    let is_first = matches!(&head[..at], [] | b"\xEF\xBB\xBF" | [.., b'\r' | b'\n' | 0 | 0x80..]);
    is_first && matches!(head.get(at + 5..at + 9), Some([b'1' | b'2', b'.', b'0'..=b'9', b'\r' | b'\n']))
}

/// Two header bytes with their checksum, and a beginning that inflates. Texts that begin with `x` fail before the last.
fn is_zlib(head: &[u8]) -> bool {
    let begins = matches!(*head, [cmf, flags @ (0x01 | 0x5E | 0x9C | 0xDA), _, ..]
        if (u16::from(cmf) << 8 | u16::from(flags)).is_multiple_of(31));
    begins && head.len() > 8 && {
        let (mut inflate, mut out) = (flate2::Decompress::new(true), [0; 64]);
        let done = inflate.decompress(&head[..head.len().min(4096)], &mut out, flate2::FlushDecompress::None);
        done.is_ok() && inflate.total_out() > 0
    }
}

fn is_bzip2(head: &[u8]) -> bool {
    matches!(head, [b'B', b'Z', b'h', b'1'..=b'9', ..])
        && matches!(head.get(4..10), Some(b"\x31\x41\x59\x26\x53\x59" | b"\x17\x72\x45\x38\x50\x90"))
}

/// Properties as every encoder writes them, a dictionary of a usual size, and a plausible length.
fn is_lzma(head: &[u8]) -> bool {
    let Some(header) = head.get(..14) else { return false };
    let dictionary = u32::from_le_bytes([header[1], header[2], header[3], header[4]]);
    let length = &header[5..13];
    let usual = dictionary.is_power_of_two() || (dictionary / 3 * 2).is_power_of_two();
    // The first byte of the range coder is always zero.
    usual
        && dictionary >= 1 << 12
        && header[13] == 0
        && (length.iter().all(|byte| *byte == 0xFF) || length[5..] == [0; 3])
}

fn is_asar(head: &[u8]) -> bool {
    let Some(sizes) = head.get(..17) else { return false };
    let number = |at: usize| u32::from_le_bytes([sizes[at], sizes[at + 1], sizes[at + 2], sizes[at + 3]]);
    number(0) == 4 && number(4) == number(8).wrapping_add(4) && number(12) <= number(8) && sizes[16] == b'{'
}

/// The mark and a header of octal or hexadecimal digits.
fn is_cpio(head: &[u8]) -> bool {
    match head.get(..6) {
        Some(b"070701" | b"070702") => head.len() >= 110 && head[6..110].iter().all(u8::is_ascii_hexdigit),
        Some(b"070707") => head.len() >= 76 && head[6..76].iter().all(|byte| (b'0'..=b'7').contains(byte)),
        _ => false,
    }
}

/// XML of a name that such files have, or of one of their name spaces.
fn is_office(head: &[u8], name: Option<&Path>) -> bool {
    /// So many bytes hold the name spaces of the first element.
    const FIRST: usize = 2048;
    let Some(name) = name.filter(|name| name.extension().is_some_and(|ending| ending == "xml")) else { return false };
    let head = &head[..head.len().min(FIRST)];
    let has = |text: &[u8]| memchr::memmem::find(head, text).is_some();
    let first = name.components().next().and_then(|first| first.as_os_str().to_str());
    let is_part =
        name.components().nth(1).is_some() && matches!(first, Some("word" | "xl" | "ppt" | "docProps" | "customXml"));
    is_part || has(b"http://schemas.openxmlformats.org/") || has(b"urn:oasis:names:tc:opendocument:")
}

/// The versions of class files begin with 45; a "fat" binary of macOS has a small number of architectures there.
fn is_class(head: &[u8]) -> bool {
    matches!(head, [0xCA, 0xFE, 0xBA, 0xBE, _, _, 0, 45..=120, ..])
}

/// A version of the interpreter, then `\r\n`: 20121 to 62211 for Python 2, from 3000 on for Python 3
/// (<https://github.com/python/cpython/blob/main/Include/internal/pycore_magic_number.h>, read 2026-11-30).
fn is_python(head: &[u8]) -> bool {
    match head {
        // Later headers have a word of flags, of which two bits are used.
        [_, 0x0B..=0x0F, b'\r', b'\n', rest @ ..] => rest.len() >= 8,
        [_, 0xF1..=0xF3, b'\r', b'\n', rest @ ..] => rest.len() >= 4,
        _ => false,
    }
}

/// PFX: a sequence that begins with version 3 and a `ContentInfo` of PKCS #7.
fn is_pkcs12(head: &[u8]) -> bool {
    let length = match head.get(1) {
        Some(0x80) => 2,
        Some(long @ 0x81..=0x84) => 2 + usize::from(long & 0x7F),
        _ => return false,
    };
    let Some(inside) = head.get(length..head.len().min(length + 40)) else { return false };
    // id-data or id-signedData of PKCS #7: 1.2.840.113549.1.7.
    inside.starts_with(b"\x02\x01\x03\x30")
        && memchr::memmem::find(inside, b"\x2A\x86\x48\x86\xF7\x0D\x01\x07").is_some()
}

/// A header whose checksum is right. Old archives have no other mark.
fn is_tar(head: &[u8]) -> bool {
    // Nearly every text fails here: a number that is padded, and a zero byte within the first name's field or right behind it.
    let Some(header) = head.get(..512).filter(|header| header[0] != 0) else { return false };
    let ends = matches!(header[155], b' ' | 0) && header[154..156].contains(&0) || &header[257..262] == b"ustar";
    ends && crate::content::archive::tar::checksum_holds(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_plain() {
        for text in [
            "",
            "x",
            "BZhello",
            "PK is a name",
            "0707070707 is a number",
            "{\"cells\": []}",
            "L",
            "%PDX",
            "!<arc",
            "]",
            "(",
            "ab\r\ncd and so on, on and on",
        ] {
            assert_eq!(recognise(text.as_bytes(), Some(Path::new("a.json"))), None, "{text}");
        }
        let long = "a line of text with a number 0644 in it\n".repeat(30);
        assert_eq!(recognise(long.as_bytes(), None), None);
    }

    #[test]
    fn some_are_known_by_their_names_too() {
        assert_eq!(recognise(b"{", Some(Path::new("a.IPYNB"))), Some(Container::Notebook));
        assert_eq!(recognise(b"<w:p>", Some(Path::new("word/document.xml"))), Some(Container::Office));
        assert_eq!(recognise(b"<project>", Some(Path::new("word/pom.txt"))), None);
        assert_eq!(recognise(b"<project>", Some(Path::new("pom.xml"))), None);
    }
}
