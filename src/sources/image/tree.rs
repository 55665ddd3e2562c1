//! A layer that an engine unpacked into a folder.

use crate::model::{Blob, Origin, Problem, ProblemKind, Step};
use crate::sources::Event;
use crate::sources::files::open::open_regular;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Folders in one another deeper than this are not entered.
const DEEPEST: usize = 512;

/// Passes on every file of a layer, and its marks that something below it is removed, by the names that they have in an archive.
pub(super) fn visit(
    root: &Path,
    origin: &Origin,
    each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync),
) -> ControlFlow<()> {
    let problem = |path: &Path, error: &io::Error| {
        let at = if path.as_os_str().is_empty() { origin.clone() } else { member(origin, path) };
        let (kind, detail) = (ProblemKind::Unreadable, error.to_string());
        each(Event::Problem(Problem { what: at.display().into_owned(), kind, detail }))
    };
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let mut entries = match fs::read_dir(root.join(&folder)).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => {
                problem(&folder, &error)?;
                continue;
            }
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        if hides_all(&root.join(&folder)) {
            mark(origin, &folder.join(".wh..wh..opq"), each)?;
        }
        for entry in entries {
            let path = folder.join(entry.file_name());
            let data = match entry.metadata() {
                Ok(data) => data,
                Err(error) => {
                    problem(&path, &error)?;
                    continue;
                }
            };
            if data.is_dir() {
                if path.components().count() < DEEPEST {
                    folders.push(path);
                } else {
                    let detail = format!("folders lie in one another more than {DEEPEST} deep");
                    let (what, kind) = (member(origin, &path).display().into_owned(), ProblemKind::TooLarge);
                    each(Event::Problem(Problem { what, kind, detail }))?;
                }
            } else if is_mark(&data) {
                let name: OsString = [OsStr::new(".wh."), &entry.file_name()].into_iter().collect();
                mark(origin, &folder.join(name), each)?;
            } else if data.is_file() {
                match open_regular(&entry.path(), false) {
                    Ok(file) => each(Event::Blob(Blob::file(member(origin, &path), &file, &mut &file)))?,
                    Err(error) => problem(&path, &error)?,
                }
            }
        }
    }
    ControlFlow::Continue(())
}

fn member(origin: &Origin, path: &Path) -> Origin {
    origin.inside(Step::Member { path: path.to_owned() })
}

fn mark(origin: &Origin, path: &Path, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> ControlFlow<()> {
    each(Event::Blob(Blob::memory(member(origin, path), b"", &mut &b""[..])))
}

/// Whether a file says that one of its name is removed: a character device 0/0
/// (<https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories>, read 2026-12-01).
#[cfg(unix)]
fn is_mark(data: &fs::Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    data.file_type().is_char_device() && data.rdev() == 0
}

#[cfg(not(unix))]
fn is_mark(_: &fs::Metadata) -> bool {
    false
}

/// Whether a folder hides what layers below have in it.
#[cfg(target_os = "linux")]
fn hides_all(folder: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    let Ok(path) = std::ffi::CString::new(folder.as_os_str().as_bytes()) else { return false };
    [c"trusted.overlay.opaque", c"user.overlay.opaque", c"user.fuseoverlayfs.opaque"].into_iter().any(|name| {
        let mut value = [0_u8; 4];
        // SAFETY: both names end in a zero byte, and the buffer has the length that is said; all outlive the call.
        let count = unsafe { libc::lgetxattr(path.as_ptr(), name.as_ptr(), value.as_mut_ptr().cast(), value.len()) };
        count == 1 && value[0] == b'y'
    })
}

#[cfg(not(target_os = "linux"))]
fn hides_all(_: &Path) -> bool {
    false
}
