//! Report files: written to a temporary file and then renamed, so that a partial report is never visible.

use super::PipeWriter;
use crate::policy_file;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// Longest wait for a reader to open the other end of a pipe.
const PATIENCE: Duration = Duration::from_secs(2);
/// Interval of checks during the wait.
const TICK: Duration = Duration::from_millis(20);

/// A file for a report. Its old content stays until the new report is complete.
#[derive(Debug)]
pub struct Destination(OutputTarget);

#[derive(Debug)]
enum OutputTarget {
    /// A file that is replaced, or that does not exist yet; with the permissions that it gets, unless they are those of any new file.
    File(PathBuf, Option<Permissions>),
    /// A file in a directory without write permission: it is overwritten in place.
    Fixed(PathBuf, Option<Permissions>),
    /// A device or a pipe, such as `/dev/stdout`: it can only be written to.
    Device(File),
}

impl Destination {
    /// Checks, before a scan, whether a report can be written to `path`. It leaves no files behind, because the scan may read the same
    /// directory and may be killed. A report that `is_private` is readable by its owner only.
    ///
    /// # Errors
    /// Fails when it cannot. A link that leads out of the repository in which it lies is not followed: the repository may have chosen where to.
    pub fn open(path: &Path, is_private: bool) -> io::Result<Destination> {
        let existing = fs::metadata(path).ok();
        if let Some(data) = existing.as_ref().filter(|data| !data.is_file()) {
            if data.is_dir() {
                return Err(io::Error::new(ErrorKind::IsADirectory, "it is a directory; name a file"));
            }
            return Ok(Destination(OutputTarget::Device(open_device(path)?)));
        }
        if path.is_symlink() && policy_file::is_linked_out(path) {
            let why = "it is a link that leads out of the repository; name the file itself";
            return Err(io::Error::new(ErrorKind::PermissionDenied, why));
        }
        let target = behind_links(path)?;
        let Some(name) = target.file_name() else {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it has no file name"));
        };
        let permissions = permissions(existing.map(|data| data.permissions()), is_private);
        let is_fixed = match beside(&target, permissions.as_ref()) {
            Ok(_) => false,
            // Only the file itself is there to be written to, as in a container into which it was mounted.
            Err(_) if is_writable(&target) => true,
            Err(error) => return Err(error),
        };
        // In full, so that two ways to write one path compare equal.
        let target = fs::canonicalize(directory(&target))?.join(name);
        let place = if is_fixed { OutputTarget::Fixed } else { OutputTarget::File };
        Ok(Destination(place(target, permissions)))
    }

    /// The file that gets replaced; `None` for what is written to directly.
    #[must_use]
    pub fn replaces(&self) -> Option<&Path> {
        match &self.0 {
            OutputTarget::File(target, _) | OutputTarget::Fixed(target, _) => Some(target),
            OutputTarget::Device(_) => None,
        }
    }

    /// Writes the report, and makes it the file's content. `stop` says that the user asked for an end: then no reader of a pipe is waited for.
    ///
    /// # Errors
    /// Fails when `report` fails, or the file cannot be written or not be renamed; the old one is untouched then, if it could be replaced at all.
    pub fn write(
        self,
        stop: &Arc<AtomicBool>,
        report: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        match self.0 {
            OutputTarget::Device(file) => {
                let mut file = BufWriter::new(PipeWriter::new(file, Arc::clone(stop)));
                report(&mut file)?;
                file.flush()
            }
            OutputTarget::Fixed(target, permissions) => {
                let mut file = BufWriter::new(write_over(&target, permissions)?);
                report(&mut file)?;
                file.flush()
            }
            OutputTarget::File(target, permissions) => {
                let mut file = BufWriter::new(beside(&target, permissions.as_ref())?);
                report(&mut file)?;
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                if let Some(permissions) = permissions.clone() {
                    file.as_file().set_permissions(permissions)?;
                }
                // A name that leads to a file whose bytes never reached the disk would be half a report after a crash.
                file.as_file().sync_data()?;
                match file.persist(&target) {
                    Ok(_) => Ok(()),
                    // Something is mounted over the file: the report is whole, and only its bytes can go there.
                    Err(error) if is_mounted(&error.error) => {
                        let mut whole = error.file.reopen()?;
                        let mut file = write_over(&target, permissions)?;
                        io::copy(&mut whole, &mut file)?;
                        file.sync_data()
                    }
                    Err(error) => Err(error.error),
                }
            }
        }
    }
}

/// The permissions that a report gets: those that its file has already; of a private one only the owner's.
fn permissions(existing: Option<Permissions>, is_private: bool) -> Option<Permissions> {
    #[cfg(unix)]
    if is_private {
        use std::os::unix::fs::PermissionsExt;
        let mode = existing.map_or(0o600, |old| old.mode() & 0o700);
        return Some(Permissions::from_mode(mode));
    }
    let _ = is_private;
    existing
}

/// Opens a device or a pipe. A pipe that nobody reads from is not waited for longer than [`PATIENCE`].
fn open_device(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
        options.custom_flags(libc::O_NOCTTY);
        if fs::metadata(path)?.file_type().is_fifo() {
            options.custom_flags(libc::O_NOCTTY | libc::O_NONBLOCK);
            let begin = Instant::now();
            loop {
                match options.open(path) {
                    Ok(file) => return blocking(file),
                    Err(error) if error.raw_os_error() != Some(libc::ENXIO) => return Err(error),
                    Err(_) if begin.elapsed() > PATIENCE => {
                        return Err(io::Error::other("nobody reads from this pipe; start the reader first"));
                    }
                    Err(_) => thread::sleep(TICK),
                }
            }
        }
    }
    options.open(path)
}

/// The same file, whose writes wait for room again.
#[cfg(unix)]
fn blocking(file: File) -> io::Result<File> {
    use std::os::fd::AsRawFd;
    // SAFETY: the descriptor is open, and both calls only read and set its flags.
    let set = unsafe {
        let flags = libc::fcntl(file.as_raw_fd(), libc::F_GETFL);
        libc::fcntl(file.as_raw_fd(), libc::F_SETFL, flags & !libc::O_NONBLOCK)
    };
    if set == 0 { Ok(file) } else { Err(io::Error::last_os_error()) }
}

fn is_writable(target: &Path) -> bool {
    OpenOptions::new().write(true).open(target).is_ok()
}

/// A file to be written over. Its permissions change before its first byte.
fn write_over(target: &Path, permissions: Option<Permissions>) -> io::Result<File> {
    let file = OpenOptions::new().write(true).open(target)?;
    if let Some(permissions) = permissions.filter(|new| file.metadata().is_ok_and(|data| data.permissions() != *new)) {
        file.set_permissions(permissions)?;
    }
    file.set_len(0)?;
    Ok(file)
}

fn is_mounted(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::CrossesDevices)
}

/// Where a chain of links ends, whether there is something or not: a link stays a link, and what it leads to is replaced.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(to) => path = path.parent().unwrap_or(Path::new("")).join(to),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its symbolic links lead in a circle"))
}

fn directory(target: &Path) -> &Path {
    target.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file in the same directory, which removes itself unless it is renamed. It never has more permissions than these.
fn beside(target: &Path, permissions: Option<&Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".stanch-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Without any, what a new file would get; the umask takes its share. Its own bytes must be writable.
        let mode = permissions.map_or(0o666, |permissions| permissions.mode() & 0o666 | 0o600);
        builder.permissions(Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = permissions;
    builder.tempfile_in(directory(target)).map_err(|error| match error.kind() {
        // `tempfile` names its own file, which nobody asked for.
        kind @ ErrorKind::NotFound => io::Error::new(kind, "its directory does not exist; make it first"),
        kind @ (ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => io::Error::new(
            kind,
            format!("{kind}: a report is written beside its file first, so the directory must be writable"),
        ),
        _ => error,
    })
}
