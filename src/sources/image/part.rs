//! What an image is made of, wherever it is kept.

use crate::content::{Descriptor, ImageConfig};
use crate::model::{ProblemKind, Step};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// Which images, and what of them.
#[derive(Clone, Debug, Default)]
pub struct ImageOptions {
    /// Paths of archives, layouts and storage folders.
    pub references: Vec<String>,
    /// Only images of these names, where a place holds several: `app:1.2`.
    pub names: Vec<String>,
    /// Only these platforms, where an image has several: `linux/arm64`.
    pub platforms: Vec<String>,
    /// Takes references for those of registries, and asks them. Paths begin with `/`, `./` or `../` then.
    pub pull: Option<Pull>,
    /// How many threads read layers; `None` is one for each processor.
    pub threads: Option<usize>,
}

/// How registries are asked.
#[derive(Clone, Debug, Default)]
pub struct Pull {
    /// Uses the credentials that `docker login` keeps, and runs its helpers.
    pub credentials: bool,
    /// Allows HTTP without TLS. Registries on this machine are asked by it anyway.
    pub plain_http: bool,
}

/// Something that stands where it should, and cannot be read.
#[derive(Clone, Debug)]
pub(super) struct Unread {
    pub(super) kind: ProblemKind,
    pub(super) detail: String,
}

impl Unread {
    pub(super) fn new(kind: ProblemKind, detail: impl Into<String>) -> Unread {
        Unread { kind, detail: detail.into() }
    }
}

impl From<std::io::Error> for Unread {
    fn from(error: std::io::Error) -> Unread {
        Unread::new(ProblemKind::Unreadable, format!("reading failed: {error}"))
    }
}

/// A place that holds blobs by their digests.
pub(super) trait Blobs: Send + Sync {
    /// A list. `None` when it is not stored.
    fn list(&self, digest: &str) -> Result<Option<Vec<u8>>, Unread> {
        self.text(digest)
    }

    /// A short text: a list or a configuration. `None` when it is not stored.
    fn text(&self, digest: &str) -> Result<Option<Vec<u8>>, Unread>;

    /// A blob, read once from its beginning. `None` when it is not stored.
    fn open(&self, digest: &str, size: Option<u64>) -> Result<Option<Box<dyn Read + '_>>, Unread>;

    /// Lists of what was attached to an image later: signatures, lists of parts.
    fn referrers(&self, _digest: &str) -> Result<Vec<Descriptor>, Unread> {
        Ok(Vec::new())
    }
}

/// Where the bytes of a layer are.
pub(super) enum Bytes {
    /// In a place of blobs.
    Blob { blobs: Arc<dyn Blobs>, digest: String, size: Option<u64> },
    /// In a folder, unpacked by an engine.
    Tree(PathBuf),
    /// At hand: a list, or a field of a configuration.
    Text(Vec<u8>),
}

/// A part of an image, with its place.
pub(super) struct Part {
    /// What images with the same part share.
    pub(super) id: Option<String>,
    pub(super) step: Step,
    pub(super) bytes: Bytes,
}

/// An image with its parts.
#[derive(Default)]
pub(super) struct Image {
    /// For which platform it is, where its configuration says so.
    pub(super) platform: Option<String>,
    /// What else there is to say of it where a place holds several: its name, its platform.
    pub(super) qualifiers: Vec<String>,
    pub(super) digest: String,
    /// A list that names it, or an image that it is attached to, is listed, too.
    pub(super) is_inner: bool,
    /// Its media type and its length in bytes, where it is a list or a manifest.
    pub(super) list: Option<(String, u64)>,
    pub(super) parts: Vec<Part>,
    pub(super) problems: Vec<(String, Unread)>,
}

impl Image {
    pub(super) fn text(&mut self, field: impl Into<Arc<str>>, text: Vec<u8>) {
        let step = Step::Field { path: field.into() };
        self.parts.push(Part { id: None, step, bytes: Bytes::Text(text) });
    }

    /// Takes what a configuration says.
    pub(super) fn config(&mut self, text: Vec<u8>) -> Option<ImageConfig> {
        let config = ImageConfig::parse(&text);
        self.platform = config.as_ref().and_then(ImageConfig::platform);
        match &config {
            Some(config) => config.fields().into_iter().for_each(|(field, text)| self.text(field, text.into_bytes())),
            None => self.text("configuration", text),
        }
        config
    }

    /// Takes the layer at this position, from 0. Of several with the same id one is read: an id stands for the bytes themselves, and for no
    /// name that somebody else gave them.
    pub(super) fn layer(&mut self, at: usize, config: Option<&ImageConfig>, (name, id): (&str, String), bytes: Bytes) {
        let digest = config.and_then(|config| config.diff_ids.get(at)).map_or(name, String::as_str);
        let command = config.and_then(|config| config.commands.get(at)).filter(|command| !command.is_empty());
        let (digest, created_by) = (digest.into(), command.map(|command| command.as_str().into()));
        let step = Step::Layer { digest, index: at as u32 + 1, created_by, removed_in: None };
        self.parts.push(Part { id: Some(id), step, bytes });
    }
}
