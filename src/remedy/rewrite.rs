//! Puts a new file in the place of another: it is written beside it, and renamed when it is whole.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is to be replaced, and the new one beside it, which removes itself unless it is kept.
#[derive(Debug)]
pub struct Beside {
    target: PathBuf,
    before: Metadata,
    file: NamedTempFile,
}

/// Why a file was not replaced. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// It is a directory or a device.
    #[error("{}: it is no regular file, and stays as it is", .0.display())]
    Irregular(PathBuf),
    /// It has several names (hard links), which a rename would separate.
    #[error("{}: it has several names (hard links), of which only this one would change; copy it first", .0.display())]
    Linked(PathBuf),
    /// Another program wrote to it meanwhile.
    #[error("{}: another program changed it meanwhile; it stays as it is, run the command again", .0.display())]
    Changed(PathBuf),
    /// The system refused.
    #[error("{}: {}", .0.display(), .1)]
    Io(PathBuf, io::Error),
}

impl RewriteError {
    fn io(path: &Path) -> impl Fn(io::Error) -> RewriteError + '_ {
        |error| RewriteError::Io(path.to_owned(), error)
    }
}

impl Beside {
    /// Opens a file for reading, and a new one with its permissions beside it. Of a symbolic link, the file that it leads to.
    ///
    /// # Errors
    /// Fails when it is no regular file, has several names, or the system refuses.
    pub fn open(path: &Path) -> Result<(Beside, File), RewriteError> {
        let target = fs::canonicalize(path).map_err(RewriteError::io(path))?;
        // A FIFO would block.
        if !fs::metadata(&target).map_err(RewriteError::io(path))?.is_file() {
            return Err(RewriteError::Irregular(path.to_owned()));
        }
        let old = File::open(&target).map_err(RewriteError::io(path))?;
        let before = old.metadata().map_err(RewriteError::io(path))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            if before.nlink() > 1 {
                return Err(RewriteError::Linked(path.to_owned()));
            }
        }
        let folder = target.parent().unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".stanch-").tempfile_in(folder).map_err(RewriteError::io(folder))?;
        Ok((Beside { target, before, file }, old))
    }

    /// The new file.
    pub fn writer(&mut self) -> &mut impl Write {
        self.file.as_file_mut()
    }

    /// Puts the new file in the old one's place, with the old one's permissions and, where the system lets, its owner.
    ///
    /// # Errors
    /// Fails when another program changed the old one, or the system refuses.
    pub fn keep(self) -> Result<(), RewriteError> {
        let Beside { target, before, file } = self;
        let failed = RewriteError::io(&target);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, chown};
            // Only the superuser may give files away: others keep what they can.
            let _ = chown(file.path(), Some(before.uid()), Some(before.gid()));
        }
        let permissions: Permissions = before.permissions();
        file.as_file().set_permissions(permissions).map_err(&failed)?;
        file.as_file().sync_data().map_err(&failed)?;
        let now = fs::metadata(&target).map_err(&failed)?;
        let is_same = now.len() == before.len() && now.modified().ok() == before.modified().ok();
        if !is_same {
            return Err(RewriteError::Changed(target.clone()));
        }
        file.persist(&target).map_err(|error| failed(error.error))?;
        Ok(())
    }
}
