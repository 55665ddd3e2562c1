//! Hook files: read, written atomically, and moved without replacing another file.

use super::{HookError, script};
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

/// Number of bytes that are read to recognise a script of stanch.
const HEAD: u64 = 4096;

/// What exists at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExistingFile {
    Nothing,
    Ours,
    Other,
}

/// Looks at `path`. A link counts as a foreign file, whatever its target is.
pub(super) fn look(path: &Path) -> Result<ExistingFile, HookError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(ExistingFile::Nothing),
        Err(error) => Err(HookError::io(path)(error)),
        Ok(data) if !data.is_file() => Ok(ExistingFile::Other),
        Ok(_) => {
            let mut head = Vec::new();
            let read = fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
            read.map_err(HookError::io(path))?;
            Ok(if script::is_ours(&head) { ExistingFile::Ours } else { ExistingFile::Other })
        }
    }
}

/// Writes an executable script and replaces an existing file atomically. Returns whether the content changed.
pub(super) fn write(path: &Path, text: &str) -> Result<bool, HookError> {
    let is_same = fs::symlink_metadata(path).is_ok_and(|data| data.is_file() && is_executable(&data))
        && fs::read(path).is_ok_and(|old| old == text.as_bytes());
    if is_same {
        return Ok(false);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(HookError::io(folder))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".stanch-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The mode of a new file, before the umask.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    let mut file = builder.tempfile_in(folder).map_err(HookError::io(folder))?;
    file.write_all(text.as_bytes()).map_err(HookError::io(path))?;
    file.as_file().sync_data().map_err(HookError::io(path))?;
    file.persist(path).map_err(|error| HookError::io(path)(error.error))?;
    Ok(true)
}

/// Gives a file a second name, which must be free. The first name stays until it is overwritten, so that there is always a hook.
pub(super) fn keep(path: &Path, kept: &Path) -> Result<(), HookError> {
    match fs::hard_link(path, kept) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(HookError::BothTaken { hook: path.to_owned(), before: kept.to_owned() })
        }
        // Some file systems have no hard links.
        Err(_) => fs::rename(path, kept).map_err(HookError::io(path)),
    }
}

#[cfg(unix)]
fn is_executable(data: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&data.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    true
}
