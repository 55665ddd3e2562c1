//! Floor 0: the one place that reads a file which configures: `stanch.toml`, rule files, ignore files, baselines, templates, and what other
//! tools wrote.
//!
//! Such a file may come with the repository that is scanned, so it is not trusted: only a regular file is read (a FIFO would be waited on for
//! ever, a device never ends), of at most so many bytes and lines, and a link that the repository holds must not lead out of it.

mod links;

pub use links::is_repository;
pub(crate) use links::{is_linked_out, no_way_out};

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// No file that configures is larger, bytes.
pub(crate) const MAX_FILE_BYTES: u64 = 64 << 20;
/// No document whose parsed form is many times its size (TOML) is larger, bytes.
pub(crate) const MAX_DOCUMENT_BYTES: u64 = 4 << 20;
/// No file that is kept by lines has more of them.
const MAX_LINES: usize = 1 << 20;

/// Who named a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The user, on the command line: links are followed wherever they lead.
    User,
    /// The repository, by a file's name or by what a file in it says: links must not lead out of it.
    Repository,
}

/// Whether something of this name is there that would have to be read: a link that leads nowhere and a FIFO are, a directory is not.
pub(crate) fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|data| !(data.is_dir() || data.is_symlink() && path.is_dir()))
}

/// The text of a file that is kept by lines, at most [`MAX_FILE_BYTES`] long, without a byte-order mark.
///
/// # Errors
/// Fails when it cannot be read, is no regular file, is too long, is no UTF-8, or is behind a link that leads out of the repository.
pub(crate) fn lines(path: &Path, by: NamedBy) -> io::Result<String> {
    let text = text(path, by, MAX_FILE_BYTES)?;
    if memchr::memchr_iter(b'\n', text.as_bytes()).nth(MAX_LINES).is_some() {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {MAX_LINES} lines")));
    }
    Ok(text)
}

/// The text of a document of at most [`MAX_DOCUMENT_BYTES`], without a byte-order mark.
///
/// # Errors
/// As [`lines`].
pub(crate) fn document(path: &Path, by: NamedBy) -> io::Result<String> {
    text(path, by, MAX_DOCUMENT_BYTES)
}

/// The text of a file of at most so many bytes, without a byte-order mark.
///
/// # Errors
/// As [`lines`].
pub(crate) fn text(path: &Path, by: NamedBy, most: u64) -> io::Result<String> {
    if by == NamedBy::Repository && is_linked_out(path) {
        let why = "it is a link that leads out of the repository, and is not followed; put the file itself there";
        return Err(io::Error::new(ErrorKind::PermissionDenied, why));
    }
    let bytes = bytes(path, most)?;
    let text = String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is no UTF-8 text"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The bytes of a regular file of at most so many bytes, behind links if need be.
///
/// # Errors
/// Fails when it cannot be read, is no regular file, or is longer.
pub(crate) fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {most} bytes"));
    let file = open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound if path.is_symlink() => io::Error::new(error.kind(), "it is a link that leads nowhere"),
        _ => error,
    })?;
    let data = file.metadata()?;
    if !data.is_file() {
        let what = if data.is_dir() { "a directory" } else { "a pipe, a device or a socket" };
        return Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {what}, and no regular file")));
    }
    if data.len() > most {
        return Err(too_large());
    }
    // Of `/proc` and the like the size is not known before.
    let mut bytes = Vec::with_capacity(usize::try_from(data.len()).unwrap_or(0) + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// Opens a file without waiting for the other end of a pipe, and without making a terminal ours. What it is, is asked of the open file: nobody
/// can exchange that any more.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn refusal(path: &Path, by: NamedBy) -> String {
        lines(path, by).expect_err("refused").to_string()
    }

    #[test]
    fn only_a_regular_file_of_reasonable_size_is_read() {
        let dir = tempfile::tempdir().expect("a directory");
        assert!(refusal(Path::new("/dev/zero"), NamedBy::User).contains("no regular file"));
        assert!(refusal(dir.path(), NamedBy::User).contains("a directory"));
        let sparse = dir.path().join("sparse");
        File::create(&sparse).and_then(|file| file.set_len(MAX_FILE_BYTES + 1)).expect("a file");
        assert!(refusal(&sparse, NamedBy::User).contains("bytes"));
        let long = dir.path().join("long");
        std::fs::write(&long, "\n".repeat(MAX_LINES + 1)).expect("writes");
        assert!(refusal(&long, NamedBy::User).contains("lines"));
        let (name, fifo) = (dir.path().join("fifo"), dir.path().join("fifo\0"));
        // SAFETY: the string ends in a zero byte and outlives the call.
        let made = unsafe { libc::mkfifo(fifo.as_os_str().as_encoded_bytes().as_ptr().cast(), 0o600) };
        assert_eq!(made, 0, "{}", io::Error::last_os_error());
        assert!(refusal(&name, NamedBy::User).contains("pipe"));
        assert!(exists(&name) && !exists(dir.path()));
    }

    #[test]
    fn a_link_is_followed_within_the_repository_or_for_the_user() {
        let dir = tempfile::tempdir().expect("a directory");
        let top = dir.path().join("repository");
        std::fs::create_dir_all(top.join(".git")).expect("a directory");
        std::fs::create_dir_all(top.join("sub")).expect("a directory");
        for file in ["outside", "repository/inside"] {
            std::fs::write(dir.path().join(file), "text").expect("writes");
        }
        symlink(dir.path(), top.join("up")).expect("links");
        for (link, target) in [("out", "../outside"), ("in", "inside"), ("nowhere", "nothing"), ("sub/in", "../inside")]
        {
            symlink(target, top.join(link)).expect("links");
        }
        for (name, is_read) in [("out", false), ("in", true), ("sub/in", true), ("up/outside", false)] {
            assert_eq!(lines(&top.join(name), NamedBy::Repository).is_ok(), is_read, "{name}");
            assert!(lines(&top.join(name), NamedBy::User).is_ok(), "{name}");
        }
        assert!(exists(&top.join("nowhere")));
        assert!(refusal(&top.join("nowhere"), NamedBy::User).contains("leads nowhere"));
        // Whoever writes `..` says where it is; that is no link.
        assert!(lines(&top.join("sub/../../outside"), NamedBy::Repository).is_ok());
    }
}
