//! A report's file: written beside, then renamed, so that nobody ever sees half of one.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that a report will be written to. What is there stays there until the whole report can take its place.
#[derive(Debug)]
pub struct Destination(Place);

#[derive(Debug)]
enum Place {
    /// A file that is replaced, or that does not exist yet; with the permissions that it keeps.
    File(PathBuf, Option<Permissions>),
    /// A device or a pipe, such as `/dev/stdout`: it cannot be replaced, only written to.
    Device(File),
}

impl Destination {
    /// Finds out whether a report can be written to `path`: before a scan, not after it. Leaves nothing behind, because the scan may read
    /// the very directory, and may be killed.
    ///
    /// # Errors
    /// When it cannot.
    pub fn open(path: &Path) -> io::Result<Destination> {
        let existing = fs::metadata(path).ok();
        if let Some(data) = existing.as_ref().filter(|data| !data.is_file()) {
            if data.is_dir() {
                return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory; name a file"));
            }
            return Ok(Destination(Place::Device(OpenOptions::new().write(true).open(path)?)));
        }
        let target = behind_links(path)?;
        let Some(name) = target.file_name() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it has no file name"));
        };
        drop(beside(&target)?);
        // In full, so that two ways to write one path compare equal.
        let target = fs::canonicalize(directory(&target))?.join(name);
        Ok(Destination(Place::File(target, existing.map(|data| data.permissions()))))
    }

    /// The file that gets replaced; `None` for what is written to directly.
    #[must_use]
    pub fn replaces(&self) -> Option<&Path> {
        match &self.0 {
            Place::File(target, _) => Some(target),
            Place::Device(_) => None,
        }
    }

    /// Writes the report, and makes it the file's content.
    ///
    /// # Errors
    /// When `report` fails, or the file cannot be written or not be renamed; the old one is untouched then.
    pub fn write(self, report: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        match self.0 {
            Place::Device(file) => {
                let mut file = BufWriter::new(file);
                report(&mut file)?;
                file.flush()
            }
            Place::File(target, permissions) => {
                let mut file = BufWriter::new(beside(&target)?);
                report(&mut file)?;
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                if let Some(permissions) = permissions {
                    file.as_file().set_permissions(permissions)?;
                }
                // A name that leads to a file whose bytes never reached the disk would be half a report after a crash.
                file.as_file().sync_data()?;
                file.persist(target).map(drop).map_err(|error| error.error)
            }
        }
    }
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

/// A new file in the same directory, which removes itself unless it is renamed.
fn beside(target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".stanch-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What a new file would get; the umask takes its share.
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory(target)).map_err(|error| match error.kind() {
        // `tempfile` names its own file, which nobody asked for.
        kind @ io::ErrorKind::NotFound => io::Error::new(kind, "its directory does not exist; make it first"),
        kind @ (io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => io::Error::new(
            kind,
            format!("{kind}: a report is written beside its file first, so the directory must be writable"),
        ),
        _ => error,
    })
}
