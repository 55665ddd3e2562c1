//! What Docker's engine keeps on disk, by its drivers that have a folder for each layer.
//! Layout: <https://github.com/moby/moby/tree/master/image> and `layer/filestore.go` there (read 2026-12-01).

use super::layout::short;
use super::list::Lister;
use super::part::{Bytes, Image, Unread};
use crate::content::{ImageConfig, is_digest};
use crate::model::ProblemKind;
use crate::sources::files::open::open_regular;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The drivers that keep what a layer adds in a folder of its own.
const DRIVERS: [&str; 3] = ["overlay2", "fuse-overlayfs", "overlay"];

/// The engine's folder, mostly /var/lib/docker.
pub(super) struct Storage {
    root: PathBuf,
    driver: &'static str,
}

impl Storage {
    /// The storage at a path, if it is one.
    pub(super) fn at(path: &Path) -> Option<Storage> {
        let driver = DRIVERS.into_iter().find(|driver| path.join("image").join(driver).join("imagedb").is_dir())?;
        Some(Storage { root: path.to_owned(), driver })
    }

    fn read(&self, inside: &str) -> Result<Vec<u8>, Unread> {
        let path = self.root.join("image").join(self.driver).join(inside);
        short(
            open_regular(&path, false)
                .map_err(|error| Unread::new(ProblemKind::Unreadable, format!("{}: {error}", path.display())))?,
        )
    }

    /// All images.
    pub(super) fn list(&self, lister: &mut Lister<'_>) -> Result<(), String> {
        let folder = self.root.join("image").join(self.driver).join("imagedb/content/sha256");
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut ids = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => ids.push(entry.file_name().to_string_lossy().into_owned()),
                Err(error) => lister.refuse("image", error.into()),
            }
        }
        ids.sort();
        let names = self.names();
        for id in ids {
            let digest = format!("sha256:{id}");
            let tags = names.get(&digest).cloned().unwrap_or_default();
            let mut is_wanted = lister.wants_name(Some(&digest));
            for tag in &tags {
                is_wanted |= lister.wants_name(Some(tag));
            }
            if is_wanted && is_digest(&digest) {
                lister.add(self.image(digest, tags));
            }
        }
        Ok(())
    }

    /// Names of images by their digests.
    fn names(&self) -> HashMap<String, Vec<String>> {
        let mut names: HashMap<String, Vec<String>> = HashMap::new();
        let text = self.read("repositories.json").unwrap_or_default();
        let value: Value = serde_json::from_slice(&text).unwrap_or_default();
        let repositories = value.get("Repositories").and_then(Value::as_object).into_iter().flatten();
        for (name, digest) in repositories.filter_map(|(_, tags)| tags.as_object()).flatten() {
            // The same image stands there by its tag and by the digest that it was pulled by.
            if let Some(digest) = digest.as_str().filter(|_| !name.contains('@')) {
                names.entry(digest.to_owned()).or_default().push(name.clone());
            }
        }
        names
    }

    fn image(&self, digest: String, tags: Vec<String>) -> Image {
        let hex = digest.trim_start_matches("sha256:").to_owned();
        let qualifiers = if tags.is_empty() { vec![format!("{digest:.19}")] } else { tags };
        let mut image = Image { digest, qualifiers, ..Image::default() };
        let config = match self.read(&format!("imagedb/content/sha256/{hex}")) {
            Ok(text) => image.config(text),
            Err(unread) => {
                image.problems.push(("configuration".to_owned(), unread));
                None
            }
        };
        let Some(config) = config else { return image };
        let mut chain = String::new();
        for (at, diff_id) in config.diff_ids.iter().enumerate() {
            chain = if chain.is_empty() { diff_id.clone() } else { chained(&chain, diff_id) };
            match self.folder(&chain) {
                Ok(folder) => {
                    let id = folder.display().to_string();
                    image.layer(at, Some(&config as &ImageConfig), (diff_id, id), Bytes::Tree(folder));
                }
                Err(unread) => image.problems.push((format!("layer {}", at + 1), unread)),
            }
        }
        image
    }

    /// The folder of a layer, by the digest of it and all below it.
    fn folder(&self, chain: &str) -> Result<PathBuf, Unread> {
        let hex = chain.strip_prefix("sha256:").filter(|_| is_digest(chain)).unwrap_or_default();
        let cache = self.read(&format!("layerdb/sha256/{hex}/cache-id"))?;
        let cache = String::from_utf8_lossy(&cache).trim().to_owned();
        let is_name = !cache.is_empty() && cache.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_name {
            return Err(Unread::new(ProblemKind::Corrupt, "the name of its folder is none"));
        }
        Ok(self.root.join(self.driver).join(cache).join("diff"))
    }
}

/// The name of a layer on top of others (<https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid>).
fn chained(below: &str, diff_id: &str) -> String {
    let digest = Sha256::digest(format!("{below} {diff_id}"));
    format!("sha256:{}", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
