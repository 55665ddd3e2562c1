//! Folders of blobs: OCI's image layout, and the store of containerd.
//! Format: <https://github.com/opencontainers/image-spec/blob/main/image-layout.md> (read 2026-11-30).

use super::checked::check_text;
use super::list::Lister;
use super::part::{Blobs, Unread};
use crate::content::{Descriptor, Listing, is_digest};
use crate::model::ProblemKind;
use crate::sources::files::open::open_regular;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A list or a configuration is not longer, bytes.
pub(super) const LONGEST_TEXT: u64 = 8 << 20;
/// Where containerd keeps its blobs, below its root.
const CONTAINERD: &str = "io.containerd.content.v1.content";

/// The digest of a list, and its text.
type Found = (String, Vec<u8>);

/// A folder of blobs.
struct Folder {
    root: PathBuf,
}

impl Folder {
    fn file(&self, digest: &str) -> io::Result<Option<File>> {
        let Some((algorithm, hex)) = digest.split_once(':').filter(|_| is_digest(digest)) else { return Ok(None) };
        match open_regular(&self.root.join("blobs").join(algorithm).join(hex), false) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Blobs for Folder {
    fn text(&self, digest: &str) -> Result<Option<Vec<u8>>, Unread> {
        let text = self.file(digest)?.map(short).transpose()?;
        text.as_deref().map_or(Ok(()), |text| check_text(text, digest))?;
        Ok(text)
    }

    fn open(&self, digest: &str, _: Option<u64>) -> Result<Option<Box<dyn Read + '_>>, Unread> {
        Ok(self.file(digest)?.map(|file| Box::new(file) as Box<dyn Read>))
    }
}

/// A short text, whole.
pub(super) fn short(bytes: impl Read) -> Result<Vec<u8>, Unread> {
    let mut text = Vec::new();
    bytes.take(LONGEST_TEXT + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LONGEST_TEXT {
        return Err(Unread::new(ProblemKind::TooLarge, format!("a list of more than {} MiB", LONGEST_TEXT >> 20)));
    }
    Ok(text)
}

/// The images of a folder.
pub(super) fn list(path: &Path, lister: &mut Lister<'_>) -> Result<(), String> {
    let own = path.join(CONTAINERD);
    if own.join("blobs").is_dir() {
        return unlisted(own, lister);
    }
    if path.file_name().is_some_and(|name| name == CONTAINERD) && path.join("blobs").is_dir() {
        return unlisted(path.to_owned(), lister);
    }
    let index = match open_regular(&path.join("index.json"), false) {
        Ok(index) => short(index).map_err(|unread| unread.detail)?,
        Err(_) => {
            return Err("it is no image: neither a layout of OCI (index.json and blobs/) nor the storage of Docker, \
                        Podman or containerd"
                .to_owned());
        }
    };
    let Some(Listing::Index(all)) = Listing::parse(&index) else {
        return Err("its index.json lists nothing".to_owned());
    };
    let blobs: Arc<dyn Blobs> = Arc::new(Folder { root: path.to_owned() });
    lister.each(&blobs, &all, 0, &[]);
    Ok(())
}

/// The images of a store whose names are in a database of its own: every list that no other one lists.
fn unlisted(root: PathBuf, lister: &mut Lister<'_>) -> Result<(), String> {
    let folder = Folder { root };
    let (mut lists, mut listed) = (Vec::new(), HashSet::new());
    let entries = std::fs::read_dir(folder.root.join("blobs/sha256")).map_err(|error| error.to_string())?;
    for entry in entries {
        let look = || -> Result<Option<Found>, (String, Unread)> {
            let entry = entry.map_err(|error| ("blobs/sha256".to_owned(), error.into()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let digest = format!("sha256:{name}");
            let failed = |unread| (digest.clone(), unread);
            // Lists are short; what is long is a layer.
            let data = entry.metadata().map_err(|error| failed(error.into()))?;
            if !data.is_file() || data.len() > LONGEST_TEXT || !is_digest(&digest) {
                return Ok(None);
            }
            let Some(mut file) = folder.file(&digest).map_err(|error| failed(error.into()))? else { return Ok(None) };
            let mut first = [0; 1];
            let count = file.read(&mut first).map_err(|error| failed(error.into()))?;
            if count == 0 || first != *b"{" {
                return Ok(None);
            }
            let text = folder.text(&digest).map_err(failed)?;
            Ok(text.map(|text| (digest, text)))
        };
        let (digest, text) = match look() {
            Ok(Some(found)) => found,
            Ok(None) => continue,
            Err((what, unread)) => {
                lister.refuse(&what, unread);
                continue;
            }
        };
        match Listing::parse(&text) {
            Some(Listing::Index(all)) => listed.extend(all.into_iter().map(|one| one.digest)),
            Some(Listing::Manifest { .. }) => {}
            None => continue,
        }
        lists.push(digest);
    }
    let blobs: Arc<dyn Blobs> = Arc::new(folder);
    lists.sort();
    for digest in lists.into_iter().filter(|digest| !listed.contains(digest)) {
        let name = Some(digest.clone());
        if lister.wants_name(name.as_deref()) {
            lister.follow(&blobs, &Descriptor { digest, name, ..Descriptor::default() }, 0, &[]);
        }
    }
    Ok(())
}

/// The text of a layout's list.
pub(super) fn read_index(folder: &Path) -> Result<Vec<u8>, String> {
    let path = folder.join("index.json");
    let file = open_regular(&path, false).map_err(|error| format!("{}: {error}", path.display()))?;
    short(file).map_err(|unread| unread.detail)
}

/// Stores a blob under its digest.
pub(super) fn put(folder: &Path, bytes: &[u8]) -> Result<(), String> {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let blobs = folder.join("blobs").join("sha256");
    std::fs::create_dir_all(&blobs).map_err(|error| format!("{}: {error}", blobs.display()))?;
    replace(&blobs, &hex, bytes)
}

/// Replaces a layout's list.
pub(super) fn put_index(folder: &Path, bytes: &[u8]) -> Result<(), String> {
    replace(folder, "index.json", bytes)
}

/// Writes beside, and renames.
fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let write = || {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        file.as_file().sync_data()?;
        file.persist(folder.join(name)).map(|_| ()).map_err(|error| error.error)
    };
    write().map_err(|error: io::Error| format!("{}: {error}", folder.join(name).display()))
}
