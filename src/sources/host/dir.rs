//! Opens and lists without leaving a trace: relative to open directories, through no link, and without new access times.

use std::ffi::{CStr, CString, OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path};

/// What an entry is, as its directory says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    Directory,
    File,
    Link,
    /// A device, FIFO or socket.
    Special,
}

/// An open directory. Everything below it is opened by single names, so that no link can lead out of it.
#[derive(Debug)]
pub(super) struct Dir(OwnedFd);

const COMMON: libc::c_int = libc::O_RDONLY | libc::O_CLOEXEC | libc::O_NOCTTY | libc::O_NONBLOCK;

/// Opens a name below an open directory. Only owners and the administrator may ask for no new access time; others cannot change it with
/// `relatime` either, unless it is old, and are not refused.
fn open_at(dir: RawFd, name: &CStr, flags: libc::c_int) -> io::Result<OwnedFd> {
    let open = |flags: libc::c_int| {
        // SAFETY: `name` ends in a zero byte and outlives the call.
        let fd = unsafe { libc::openat(dir, name.as_ptr(), flags) };
        // SAFETY: a descriptor that was just opened belongs to nobody else.
        if fd < 0 { Err(io::Error::last_os_error()) } else { Ok(unsafe { OwnedFd::from_raw_fd(fd) }) }
    };
    match open(COMMON | flags | libc::O_NOATIME) {
        Err(error) if error.raw_os_error() == Some(libc::EPERM) => open(COMMON | flags),
        other => other,
    }
}

fn c_string(name: &OsStr) -> io::Result<CString> {
    CString::new(name.as_bytes()).map_err(|_| io::ErrorKind::InvalidFilename.into())
}

impl Dir {
    /// The directory that the user named; links in its own path are followed.
    pub(super) fn root(path: &Path) -> io::Result<Dir> {
        open_at(libc::AT_FDCWD, &c_string(path.as_os_str())?, libc::O_DIRECTORY).map(Dir)
    }

    /// A directory directly below.
    pub(super) fn dir(&self, name: &OsStr) -> io::Result<Dir> {
        open_at(self.0.as_raw_fd(), &c_string(name)?, libc::O_DIRECTORY | libc::O_NOFOLLOW).map(Dir)
    }

    /// A regular file directly below. Something else that took its place is refused, and a FIFO does not block.
    pub(super) fn file(&self, name: &OsStr) -> io::Result<File> {
        let file = File::from(open_at(self.0.as_raw_fd(), &c_string(name)?, libc::O_NOFOLLOW)?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no regular file"));
        }
        Ok(file)
    }

    /// The directory at a path of plain names below.
    pub(super) fn below(&self, path: &Path) -> io::Result<Dir> {
        let mut dir = Dir(self.0.try_clone()?);
        for part in path.components() {
            match part {
                Component::Normal(name) => dir = dir.dir(name)?,
                Component::CurDir | Component::RootDir => {}
                _ => return Err(io::ErrorKind::InvalidFilename.into()),
            }
        }
        Ok(dir)
    }

    /// The regular file at a path of plain names below.
    pub(super) fn file_below(&self, path: &Path) -> io::Result<File> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        self.below(path.parent().unwrap_or(Path::new("")))?.file(name)
    }

    /// What `stat` says about it.
    pub(super) fn metadata(&self) -> io::Result<std::fs::Metadata> {
        File::from(self.0.try_clone()?).metadata()
    }

    /// The descriptor, for calls about it.
    pub(super) fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    /// Its entries without `.` and `..`, sorted. The list is bounded by what the directory holds.
    pub(super) fn list(&self) -> io::Result<Vec<(OsString, EntryKind)>> {
        let copy = open_at(self.0.as_raw_fd(), c".", libc::O_DIRECTORY)?;
        // SAFETY: the descriptor is open and given away; `closedir` closes it.
        let stream = unsafe { libc::fdopendir(copy.as_raw_fd()) };
        if stream.is_null() {
            return Err(io::Error::last_os_error());
        }
        let _ = copy.into_raw_fd();
        let mut entries = Vec::new();
        let end = loop {
            // SAFETY: the call has no other way to tell an error from the end.
            unsafe { *libc::__errno_location() = 0 };
            // SAFETY: `stream` is open, and only this thread uses it.
            let entry = unsafe { libc::readdir64(stream) };
            if entry.is_null() {
                let error = io::Error::last_os_error();
                break if error.raw_os_error() == Some(0) { Ok(()) } else { Err(error) };
            }
            // SAFETY: the entry lives until the next call on this stream, and its name ends in a zero byte.
            let (name, kind) = unsafe { (CStr::from_ptr((*entry).d_name.as_ptr()), (*entry).d_type) };
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let name = OsString::from_vec(name.to_bytes().to_vec());
            if let Some(kind) = self.kind(&name, kind) {
                entries.push((name, kind));
            }
        };
        // SAFETY: `stream` is open and not used afterwards.
        unsafe { libc::closedir(stream) };
        end?;
        entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(entries)
    }

    /// The kind of an entry; where the file system does not list it, it is asked for. `None` when the entry is gone.
    fn kind(&self, name: &OsStr, listed: u8) -> Option<EntryKind> {
        Some(match listed {
            libc::DT_DIR => EntryKind::Directory,
            libc::DT_REG => EntryKind::File,
            libc::DT_LNK => EntryKind::Link,
            libc::DT_UNKNOWN => {
                let stat = self.stat(name).ok()?;
                match stat.st_mode & libc::S_IFMT {
                    libc::S_IFDIR => EntryKind::Directory,
                    libc::S_IFREG => EntryKind::File,
                    libc::S_IFLNK => EntryKind::Link,
                    _ => EntryKind::Special,
                }
            }
            _ => EntryKind::Special,
        })
    }

    /// `stat` of an entry, through no link.
    pub(super) fn stat(&self, name: &OsStr) -> io::Result<libc::stat64> {
        let name = c_string(name)?;
        // SAFETY: all zeros are a valid `stat64`.
        let mut stat: libc::stat64 = unsafe { std::mem::zeroed() };
        // SAFETY: `name` ends in a zero byte, and `stat` is one `stat64`; both outlive the call.
        let failed =
            unsafe { libc::fstatat64(self.0.as_raw_fd(), name.as_ptr(), &raw mut stat, libc::AT_SYMLINK_NOFOLLOW) };
        if failed == 0 { Ok(stat) } else { Err(io::Error::last_os_error()) }
    }
}

/// The extended attribute of an open file or directory; `None` when there is none, or the file system has none at all.
pub(super) fn attribute(fd: RawFd, name: &CStr) -> Option<Vec<u8>> {
    let mut value = vec![0_u8; 4096];
    // SAFETY: `name` ends in a zero byte, and the buffer is as long as is said.
    let length = unsafe { libc::fgetxattr(fd, name.as_ptr(), value.as_mut_ptr().cast(), value.len()) };
    value.truncate(usize::try_from(length).ok()?);
    Some(value)
}

/// The magic number of the file system that an open file lies on (`statfs(2)`).
pub(super) fn file_system(fd: RawFd) -> io::Result<i64> {
    // SAFETY: all zeros are a valid `statfs64`.
    let mut stat: libc::statfs64 = unsafe { std::mem::zeroed() };
    // SAFETY: `stat` is one `statfs64` and outlives the call.
    if unsafe { libc::fstatfs64(fd, &raw mut stat) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(stat.f_type as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_are_not_followed_and_lists_are_sorted() {
        let temp = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(temp.path().join("b")).expect("creates");
        std::fs::write(temp.path().join("b/file"), "x").expect("writes");
        symlink("b", temp.path().join("a")).expect("links");
        let root = Dir::root(temp.path()).expect("opens");
        let listed = root.list().expect("lists");
        assert_eq!(listed, [("a".into(), EntryKind::Link), ("b".into(), EntryKind::Directory)]);
        assert!(root.dir(OsStr::new("a")).is_err());
        assert!(root.file_below(Path::new("a/file")).is_err());
        assert!(root.file_below(Path::new("b/../b/file")).is_err());
        assert!(root.file_below(Path::new("b/file")).is_ok());
        assert!(root.file(OsStr::new("b")).is_err());
    }
}
