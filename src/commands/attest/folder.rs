//! The regular files of a folder, for its digest.

use crate::attest::{Sha256Digest, directory_digest, sha256_of};
use rayon::prelude::*;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Folders in which version control keeps what it needs: they change without any change of the content, so they are not part of it.
const KEPT_BY_TOOLS: [&str; 7] = [".git", ".hg", ".svn", ".jj", ".bzr", "_darcs", ".pijul"];

/// A folder with its files.
pub(super) struct Folder {
    root: PathBuf,
    files: Vec<PathBuf>,
}

/// The digest, and the files that were not among those whose digests were known.
pub(super) struct Digested {
    pub(super) digest: Sha256Digest,
    pub(super) others: Vec<String>,
}

impl Folder {
    /// Lists a folder. Links are not followed, and devices, FIFOs and sockets are no content.
    pub(super) fn list(root: &Path) -> io::Result<Folder> {
        let (mut files, mut todo) = (Vec::new(), vec![PathBuf::new()]);
        while let Some(folder) = todo.pop() {
            for entry in std::fs::read_dir(root.join(&folder))? {
                let entry = entry?;
                let (kind, path) = (entry.file_type()?, folder.join(entry.file_name()));
                if kind.is_file() {
                    files.push(path);
                } else if kind.is_dir() && !KEPT_BY_TOOLS.iter().any(|name| entry.file_name() == *name) {
                    todo.push(path);
                }
            }
        }
        Ok(Folder { root: root.to_owned(), files })
    }

    /// The digest of the folder. What is not known is read.
    pub(super) fn digest(&self, known: &HashMap<&str, [u8; 32]>) -> Result<Digested, String> {
        let digest = |path: &PathBuf| -> io::Result<(Vec<u8>, [u8; 32], bool)> {
            let name = name(path);
            let known = std::str::from_utf8(&name).ok().and_then(|name| known.get(name));
            let digest = match known {
                Some(digest) => *digest,
                None => sha256_of(File::open(self.root.join(path))?)?.0,
            };
            Ok((name, digest, known.is_some()))
        };
        let digest =
            |path: &PathBuf| digest(path).map_err(|error| format!("{}: {error}", self.root.join(path).display()));
        let files: Vec<_> = self.files.par_iter().map(digest).collect::<Result<_, String>>()?;
        let others = files.iter().filter(|(.., is_known)| !is_known);
        let others = others.map(|(name, ..)| String::from_utf8_lossy(name).into_owned()).collect();
        let mut files: Vec<_> = files.into_iter().map(|(name, digest, _)| (name, digest)).collect();
        Ok(Digested { digest: directory_digest(&mut files)?, others })
    }
}

/// A path's bytes, with `/` between its parts.
fn name(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes().to_vec();
    if cfg!(windows) { bytes.into_iter().map(|byte| if byte == b'\\' { b'/' } else { byte }).collect() } else { bytes }
}
