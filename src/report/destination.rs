//! A report's file: written beside, then renamed, so that nobody ever sees half of one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that a report is being written to. Unless it is [committed](Destination::commit), what was there stays there.
pub struct Destination {
    out: Out,
}

enum Out {
    /// Beside the file, to be renamed; with the path that it gets then.
    Beside(BufWriter<NamedTempFile>, PathBuf),
    /// Directly: a device or a pipe such as `/dev/stdout` cannot be replaced.
    Direct(BufWriter<File>),
}

impl Destination {
    /// Gets ready to write to `path`.
    ///
    /// # Errors
    /// When it cannot be written: known before a scan, not after it.
    pub fn open(path: &Path) -> io::Result<Destination> {
        let existing = fs::metadata(path).ok();
        if existing.as_ref().is_some_and(|data| !data.is_file()) {
            if existing.is_some_and(|data| data.is_dir()) {
                return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
            }
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok(Destination { out: Out::Direct(BufWriter::new(file)) });
        }
        // A link stays a link: what it leads to is replaced.
        let target = match (fs::canonicalize(path), path.file_name()) {
            (Ok(target), _) => target,
            (Err(_), Some(name)) => {
                let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
                fs::canonicalize(dir)?.join(name)
            }
            (Err(error), None) => return Err(error),
        };
        let dir = target.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".stanch-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // What a new file would get; the umask takes its share.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(dir)?;
        if let Some(data) = existing {
            file.as_file().set_permissions(data.permissions())?;
        }
        Ok(Destination { out: Out::Beside(BufWriter::new(file), target) })
    }

    /// The file that gets replaced; `None` for what is written to directly.
    #[must_use]
    pub fn replaces(&self) -> Option<&Path> {
        match &self.out {
            Out::Beside(_, path) => Some(path),
            Out::Direct(_) => None,
        }
    }

    /// Makes what was written the file's content.
    ///
    /// # Errors
    /// When the rest cannot be written or the file not renamed; the old file is untouched then.
    pub fn commit(self) -> io::Result<()> {
        match self.out {
            Out::Direct(mut file) => file.flush(),
            Out::Beside(file, path) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_data()?;
                file.persist(path).map(|_| ()).map_err(|error| error.error)
            }
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Out::Beside(file, _) => file.write(bytes),
            Out::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Out::Beside(file, _) => file.flush(),
            Out::Direct(file) => file.flush(),
        }
    }
}
