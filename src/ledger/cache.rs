//! Caches slow digests on this machine, so that each is computed once.
//!
//! The cache pairs a fingerprint with its slow digest, which lets its reader test guesses fast. The file therefore lies in the user's own
//! cache folder and only the user can read it; that user can read the scanned repositories too. Errors of the cache are ignored and the
//! digests are computed again.

use super::digest::{Digest, Salt};
use crate::model::Fingerprint;
use crate::policy_file::{self, NamedBy};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Largest number of cached pairs.
const MAX_DIGESTS: usize = 100_000;

/// Cached digests under one salt.
#[derive(Debug)]
pub struct Cache {
    path: Option<PathBuf>,
    known: HashMap<Fingerprint, Digest>,
    has_changed: bool,
}

impl Cache {
    /// Opens the cache of a salt in `STANCH_CACHE_DIR`, or else in the user's cache folder. An empty `STANCH_CACHE_DIR` switches the cache
    /// off.
    #[must_use]
    pub fn of(salt: &Salt) -> Cache {
        let name: String = salt.to_string().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        Cache::at(folder().map(|folder| folder.join(format!("digests-{name}"))))
    }

    fn at(path: Option<PathBuf>) -> Cache {
        let text = path.as_ref().and_then(|path| policy_file::lines(path, NamedBy::User).ok()).unwrap_or_default();
        let pair = |line: &str| {
            let (from, to) = line.split_once(' ')?;
            Some((Digest::parse(from)?.fingerprint(), Digest::parse(to)?))
        };
        Cache { path, known: text.lines().filter_map(pair).collect(), has_changed: false }
    }

    /// The cached digest of a fingerprint.
    #[must_use]
    pub fn get(&self, fingerprint: Fingerprint) -> Option<Digest> {
        self.known.get(&fingerprint).copied()
    }

    /// Adds a digest.
    pub fn put(&mut self, fingerprint: Fingerprint, digest: Digest) {
        if self.known.len() < MAX_DIGESTS {
            self.known.insert(fingerprint, digest);
            self.has_changed = true;
        }
    }

    /// Writes new digests to a temporary file and renames it.
    ///
    /// # Errors
    /// Fails when the file cannot be written. The only loss is the time to compute the digests again.
    pub fn store(&self) -> io::Result<()> {
        let Some(path) = self.path.as_ref().filter(|_| self.has_changed) else { return Ok(()) };
        let folder = path.parent().unwrap_or(Path::new("."));
        private_folder(folder)?;
        // Only the owner can read a temporary file.
        let mut file = tempfile::Builder::new().prefix(".stanch-").tempfile_in(folder)?;
        let mut out = io::BufWriter::new(file.as_file_mut());
        for (fingerprint, digest) in &self.known {
            writeln!(out, "{fingerprint} {digest}")?;
        }
        out.flush()?;
        drop(out);
        file.persist(path).map(|_| ()).map_err(|error| error.error)
    }
}

fn folder() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = env::var_os("STANCH_CACHE_DIR") {
        return Some(PathBuf::from(folder)).filter(|folder| !folder.as_os_str().is_empty());
    }
    let caches = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else {
        let of_home = |home: PathBuf| home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" });
        variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(of_home))
    };
    caches.map(|caches| caches.join("stanch"))
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_known_again_and_to_nobody_else() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("sub/digests");
        let (fingerprint, digest) = (Fingerprint::from([1; 16]), Digest::from(Fingerprint::from([2; 16])));
        let mut cache = Cache::at(Some(path.clone()));
        assert_eq!(cache.get(fingerprint), None);
        cache.put(fingerprint, digest);
        cache.store().expect("stores");
        assert_eq!(Cache::at(Some(path.clone())).get(fingerprint), Some(digest));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("is there").permissions().mode() & 0o077, 0);
        }
        fs::write(&path, "garbage\n").expect("writes");
        assert_eq!(Cache::at(Some(path)).get(fingerprint), None);
        assert!(Cache::at(None).store().is_ok());
    }
}
