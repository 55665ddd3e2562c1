//! Puts blobs and manifests beside an image: into its registry, or into its layout. Only whoever is told to attach something does this.

use super::layout;
use super::part::Pull;
use super::registry::Writer;
use std::path::{Path, PathBuf};

/// Where an image is kept that something is attached to.
pub enum ImageStore {
    /// A layout's folder.
    Layout(PathBuf),
    /// A repository of a registry.
    Registry(Box<Writer>),
}

impl ImageStore {
    /// The place of a reference, as `stanch image` takes it.
    ///
    /// # Errors
    /// Says why nothing can be put there.
    pub fn open(reference: &str, pull: Option<&Pull>) -> Result<ImageStore, String> {
        let is_path = ["/", "./", "../"].iter().any(|begin| reference.starts_with(begin));
        match pull {
            Some(pull) if !is_path => Ok(ImageStore::Registry(Box::new(Writer::open(reference, pull)?))),
            _ if Path::new(reference).join("index.json").is_file() => Ok(ImageStore::Layout(reference.into())),
            _ => Err(format!(
                "{reference}: something is attached in a layout's folder or in a registry (--pull); this is neither"
            )),
        }
    }

    /// A manifest by its tag; `None` when there is none. A layout's own list has no tag.
    ///
    /// # Errors
    /// Fails when it cannot be read.
    pub fn manifest(&self, tag: Option<&str>) -> Result<Option<Vec<u8>>, String> {
        match (self, tag) {
            (ImageStore::Registry(writer), Some(tag)) => writer.manifest(tag),
            (ImageStore::Layout(folder), None) => layout::read_index(folder).map(Some),
            _ => Ok(None),
        }
    }

    /// Stores a blob.
    ///
    /// # Errors
    /// Fails when it cannot be written.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<(), String> {
        match self {
            ImageStore::Layout(folder) => layout::put(folder, bytes),
            ImageStore::Registry(writer) => writer.put_blob(bytes),
        }
    }

    /// Stores a manifest, in a registry under a tag or its digest. Returns whether the registry lists it with what it is attached to.
    ///
    /// # Errors
    /// Fails when it cannot be written.
    pub fn put_manifest(&self, bytes: &[u8], media_type: &str, tag: Option<&str>) -> Result<bool, String> {
        match self {
            ImageStore::Layout(folder) => layout::put(folder, bytes).map(|()| false),
            ImageStore::Registry(writer) => writer.put_manifest(bytes, media_type, tag),
        }
    }

    /// Replaces a layout's list.
    ///
    /// # Errors
    /// Fails when it cannot be written; the old one stays.
    pub fn put_index(&self, bytes: &[u8]) -> Result<(), String> {
        match self {
            ImageStore::Layout(folder) => layout::put_index(folder, bytes),
            ImageStore::Registry(_) => Ok(()),
        }
    }
}
