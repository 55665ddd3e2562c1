//! Follows lists of blobs to images.

use super::part::{Blobs, Bytes, Image, ImageOptions, Part, Unread};
use crate::content::{Descriptor, Listing, is_first_schema};
use crate::model::{ProblemKind, Step};
use std::collections::HashSet;
use std::sync::Arc;

/// A list lists lists not deeper than this.
const DEEPEST: u32 = 4;
/// More images nobody keeps at one place.
const MOST_IMAGES: usize = 10_000;

/// Collects images.
pub(super) struct Lister<'o> {
    options: &'o ImageOptions,
    images: Vec<Image>,
    met: HashSet<String>,
    /// Names and platforms that are there, for whoever asks for others.
    names: Vec<String>,
    platforms: Vec<String>,
}

impl<'o> Lister<'o> {
    pub(super) fn new(options: &'o ImageOptions) -> Lister<'o> {
        let (names, platforms) = Default::default();
        Lister { options, images: Vec::new(), met: HashSet::new(), names, platforms }
    }

    /// Whether an image of this name is wanted. A name without a registry is meant in any.
    pub(super) fn wants_name(&mut self, name: Option<&str>) -> bool {
        self.names.extend(name.map(str::to_owned));
        let is_same = |wanted: &String| {
            name.is_some_and(|name| name == wanted || name.strip_suffix(wanted.as_str()).is_some_and(ends_a_part))
        };
        self.options.names.is_empty() || self.options.names.iter().any(is_same)
    }

    fn wants_platform(&mut self, platform: Option<&str>) -> bool {
        self.platforms.extend(platform.map(str::to_owned));
        let is_same = |wanted: &String| {
            platform.is_none_or(|platform| {
                platform.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        self.options.platforms.is_empty() || self.options.platforms.iter().any(is_same)
    }

    pub(super) fn add(&mut self, image: Image) {
        if self.images.len() < MOST_IMAGES {
            self.images.push(image);
        }
    }

    /// Whether a digest is met for the first time.
    pub(super) fn is_new(&mut self, digest: &str) -> bool {
        self.met.insert(digest.to_owned())
    }

    /// Everything that a list names, if it is wanted.
    pub(super) fn each(&mut self, blobs: &Arc<dyn Blobs>, all: &[Descriptor], depth: u32, above: &[String]) {
        for one in all {
            let has_name = depth > 0 || self.wants_name(one.name.as_deref());
            if has_name && self.wants_platform(one.platform.as_deref()) {
                self.follow(blobs, one, depth, above);
            }
        }
    }

    /// Follows a list, and whatever was attached to it.
    pub(super) fn follow(&mut self, blobs: &Arc<dyn Blobs>, one: &Descriptor, depth: u32, above: &[String]) {
        if depth > DEEPEST || !self.is_new(&one.digest) {
            return;
        }
        let own = [&one.name, &one.platform, &one.kind].into_iter().flatten().cloned();
        let mut qualifiers: Vec<String> = above.to_vec();
        own.for_each(|own| {
            if !qualifiers.contains(&own) {
                qualifiers.push(own)
            }
        });
        let mut image = Image { digest: one.digest.clone(), qualifiers: qualifiers.clone(), ..Image::default() };
        let text = match blobs.list(&one.digest) {
            Ok(Some(text)) => text,
            Ok(None) => {
                let detail = format!("{} is listed and not stored here", one.digest);
                image.problems.push((String::new(), Unread::new(ProblemKind::Elsewhere, detail)));
                return self.add(image);
            }
            Err(unread) => {
                image.problems.push((String::new(), unread));
                return self.add(image);
            }
        };
        match Listing::parse(&text) {
            Some(Listing::Index(all)) => {
                image.text("index", text);
                self.add(image);
                self.each(blobs, &all, depth + 1, &qualifiers);
            }
            Some(Listing::Manifest { config, layers, kind }) => {
                image.text("manifest", text);
                fill(&mut image, blobs, &config, &layers, kind.as_deref());
                self.add(image);
            }
            None if is_first_schema(&text) => {
                let detail =
                    "its manifest is of Docker's first schema, which is not read: push it again with a current program";
                image.problems.push((String::new(), Unread::new(ProblemKind::Unsupported, detail)));
                image.text("manifest", text);
                self.add(image);
            }
            None => {
                image.text("blob", text);
                self.add(image);
            }
        }
        // To what is attached nothing else is.
        if one.kind.is_some() {
            return;
        }
        match blobs.referrers(&one.digest) {
            Ok(all) => all.iter().for_each(|attached| self.follow(blobs, attached, depth + 1, &qualifiers)),
            Err(unread) => {
                let problems = vec![("referrers".to_owned(), unread)];
                self.add(Image { digest: one.digest.clone(), qualifiers, problems, ..Image::default() });
            }
        }
    }

    /// The images.
    ///
    /// # Errors
    /// Fails when there is none of those that are asked for.
    pub(super) fn finish(mut self) -> Result<Vec<Image>, String> {
        if !self.images.is_empty() {
            return Ok(self.images);
        }
        let told = |all: &mut Vec<String>| {
            all.sort();
            all.dedup();
            all.join(", ")
        };
        let ImageOptions { names, platforms, .. } = self.options;
        if self.names.is_empty() && self.platforms.is_empty() {
            return Err("there is no image in it".to_owned());
        }
        let wanted = names.iter().chain(platforms).cloned().collect::<Vec<_>>().join(", ");
        let there = told(if platforms.is_empty() { &mut self.names } else { &mut self.platforms });
        Err(format!("it holds nothing that is {wanted}; it has {there}"))
    }
}

/// Whether a name that another one ends with begins where a part of it does.
fn ends_a_part(before: &str) -> bool {
    before.ends_with('/')
}

/// Takes the configuration and the layers of a manifest.
fn fill(image: &mut Image, blobs: &Arc<dyn Blobs>, config: &Descriptor, layers: &[Descriptor], kind: Option<&str>) {
    let text = match config.digest.as_str() {
        "" => None,
        digest => match blobs.text(digest) {
            Ok(Some(text)) => Some(text),
            Ok(None) => {
                let detail = format!("its configuration {digest} is not stored here");
                image.problems.push((String::new(), Unread::new(ProblemKind::Elsewhere, detail)));
                None
            }
            Err(unread) => {
                image.problems.push(("configuration".to_owned(), unread));
                None
            }
        },
    };
    let config = text.and_then(|text| image.config(text));
    for (at, layer) in layers.iter().enumerate() {
        let bytes = Bytes::Blob { blobs: Arc::clone(blobs), digest: layer.digest.clone(), size: layer.size };
        let name = || format!("layer {}", at + 1);
        if layer.media_type.ends_with("+encrypted") {
            let detail = "it is encrypted (`skopeo copy --decryption-key` opens it)";
            image.problems.push((name(), Unread::new(ProblemKind::Encrypted, detail)));
        } else if is_layer(layer) {
            let is_foreign = layer.media_type.contains("foreign") || layer.media_type.contains("nondistributable");
            // Such layers may be stored all the same.
            if is_foreign && !matches!(blobs.open(&layer.digest, layer.size), Ok(Some(_))) {
                let from = layer.urls.first().map_or_else(String::new, |url| format!(": it is at {url}"));
                let detail = format!("a foreign layer, which is stored elsewhere and not fetched{from}");
                image.problems.push((name(), Unread::new(ProblemKind::Elsewhere, detail)));
                continue;
            }
            image.layer(at, config.as_ref(), &layer.digest, bytes);
        } else {
            // A statement, a list of parts, a chart: no layer of a file system.
            let what = layer.kind.as_deref().or(kind).unwrap_or(&layer.media_type);
            let path = format!("{what} {:.19}", layer.digest).trim_start().into();
            image.parts.push(Part { id: Some(layer.digest.clone()), step: Step::Field { path }, bytes });
        }
    }
}

/// Whether a layer is one of a file system, as far as its media type says it.
fn is_layer(layer: &Descriptor) -> bool {
    let kind = layer.media_type.as_str();
    kind.is_empty() || kind.contains(".layer.") || kind.contains("rootfs") || kind.contains(".tar")
}
