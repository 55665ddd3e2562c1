//! Writes files that were not there, and keeps an account of it.

use super::super::Failure;
use crate::policy_file;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes below a directory, or says what it would write.
pub(in crate::commands) struct Writer<'t> {
    top: &'t Path,
    dry_run: bool,
    did: Vec<String>,
    next: Vec<String>,
}

impl<'t> Writer<'t> {
    pub(in crate::commands) fn new(top: &'t Path, dry_run: bool) -> Writer<'t> {
        Writer { top, dry_run, did: Vec::new(), next: Vec::new() }
    }

    /// Writes a file if there is none of this name; whether it did (or would).
    pub(in crate::commands) fn create(&mut self, name: &str, text: &str) -> Result<bool, Failure> {
        let path = self.top.join(name);
        // A dangling link is something, too.
        if path.symlink_metadata().is_ok() {
            self.note(&format!("kept {name}: it is there already"));
            return Ok(false);
        }
        if self.dry_run {
            self.did.push(format!("would write {name}"));
            return Ok(true);
        }
        let write = || -> io::Result<bool> {
            policy_file::no_way_out(&path)?;
            let dir = path.parent().unwrap_or(self.top);
            fs::create_dir_all(dir)?;
            match beside(dir, text)?.persist_noclobber(&path) {
                Ok(_) => Ok(true),
                // Another process created the file.
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(error.error),
            }
        };
        let wrote = write().map_err(|error| unwritable(&path, &error))?;
        self.did.push(format!("{} {name}", if wrote { "wrote" } else { "kept" }));
        Ok(wrote)
    }

    /// Writes a file that is there anew; `did` says what that was for.
    pub(in crate::commands) fn replace(&mut self, name: &str, text: &str, did: &str) -> Result<(), Failure> {
        if self.dry_run {
            self.did.push(format!("would have {did} {name}"));
            return Ok(());
        }
        let path = self.top.join(name);
        let write = || -> io::Result<()> {
            policy_file::no_way_out(&path)?;
            // A link stays a link.
            let path = fs::canonicalize(&path)?;
            let file = beside(path.parent().unwrap_or(self.top), text)?;
            file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
            file.persist(&path).map(drop).map_err(|error| error.error)
        };
        write().map_err(|error| unwritable(&path, &error))?;
        self.did.push(format!("{did} {name}"));
        Ok(())
    }

    /// The directory.
    pub(in crate::commands) fn top(&self) -> &'t Path {
        self.top
    }

    /// Gives a file another name, if that is free.
    pub(in crate::commands) fn rename(&mut self, name: &str, new: &str) -> Result<(), Failure> {
        let (from, to) = (self.top.join(name), self.top.join(new));
        if to.symlink_metadata().is_ok() {
            self.note(&format!("kept {name}, because {new} is there already: delete one of them"));
            return Ok(());
        }
        if self.dry_run {
            self.did.push(format!("would rename {name} to {new}"));
            return Ok(());
        }
        let free = policy_file::no_way_out(&from).and_then(|()| policy_file::no_way_out(&to));
        free.and_then(|()| fs::rename(&from, &to)).map_err(|error| unwritable(&to, &error))?;
        self.did.push(format!("renamed {name} to {new}"));
        Ok(())
    }

    /// Says something that was not done.
    pub(in crate::commands) fn note(&mut self, text: &str) {
        self.did.push(text.to_owned());
    }

    /// Says something that is left to do.
    pub(in crate::commands) fn next(&mut self, text: &str) {
        self.next.push(format!("next: {text}"));
    }

    /// The account.
    pub(in crate::commands) fn finish(self) -> Vec<String> {
        self.did.into_iter().chain(self.next).collect()
    }
}

/// A new file in a directory, whole before it has its name.
fn beside(dir: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".stanch-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What a new file would get; the umask takes its share.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(dir)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("cannot write {}: {error}", path.display()))
}
