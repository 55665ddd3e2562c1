//! Follows lists of blobs to images.

use super::part::{Blobs, Bytes, Image, ImageOptions, Part, Unread};
use crate::content::{Descriptor, Listing, is_first_schema};
use crate::model::{ProblemKind, Step};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// A list lists lists not deeper than this.
const DEEPEST: u32 = 4;
/// More images nobody keeps at one place.
const MOST_IMAGES: usize = 10_000;
const NO_DIGEST: &str = "what stands where its digest should is none";

/// Collects images.
pub(super) struct Lister<'o> {
    options: &'o ImageOptions,
    images: Vec<Image>,
    met: HashSet<String>,
    /// Names and platforms that are there, for whoever asks for others.
    names: Vec<String>,
    platforms: Vec<String>,
    /// How many images are left out because there are too many.
    left_out: usize,
}

impl<'o> Lister<'o> {
    pub(super) fn new(options: &'o ImageOptions) -> Lister<'o> {
        let (names, platforms) = Default::default();
        Lister { options, images: Vec::new(), met: HashSet::new(), names, platforms, left_out: 0 }
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
        let is_same = |wanted: &String| platform.is_none_or(|platform| is_platform(platform, wanted));
        self.options.platforms.is_empty() || self.options.platforms.iter().any(is_same)
    }

    /// Takes an image, if it is of a platform that is wanted, or of none that it says.
    pub(super) fn add(&mut self, image: Image) {
        if !self.wants_platform(image.platform.as_deref()) {
            return;
        }
        if self.images.len() < MOST_IMAGES {
            self.images.push(image);
        } else {
            self.left_out += 1;
        }
    }

    /// Notes something that cannot be read, and is of no image that is known.
    pub(super) fn refuse(&mut self, what: &str, unread: Unread) {
        self.add(Image { problems: vec![(what.to_owned(), unread)], ..Image::default() });
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
        if one.digest.is_empty() {
            return self.refuse("index", Unread::new(ProblemKind::Corrupt, NO_DIGEST));
        }
        if !self.is_new(&one.digest) {
            return;
        }
        if depth > DEEPEST {
            let detail = format!("lists lie in one another more than {DEEPEST} deep");
            return self.refuse(&one.digest, Unread::new(ProblemKind::TooLarge, detail));
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
        let own: Value = serde_json::from_slice(&text).unwrap_or_default();
        // What is attached may be listed beside what it is attached to.
        image.is_inner = depth > 0 || one.kind.is_some() || own["subject"].is_object() || is_tag_of_attached(one);
        let media_type = own["mediaType"].as_str().unwrap_or(&one.media_type).to_owned();
        image.list = Some((media_type, text.len() as u64));
        match Listing::parse(&text) {
            Some(Listing::Index(all)) => {
                image.text("index", text);
                self.add(image);
                self.each(blobs, &all, depth + 1, &qualifiers);
            }
            Some(Listing::Manifest { config, layers, kind }) => {
                image.text("manifest", text);
                fill(&mut image, blobs, &config, &layers, kind.as_deref());
                // Engines choose by what the index says.
                image.platform = one.platform.clone().or(image.platform);
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
                self.add(Image {
                    digest: one.digest.clone(),
                    is_inner: true,
                    qualifiers,
                    problems,
                    ..Image::default()
                });
            }
        }
    }

    /// The images.
    ///
    /// # Errors
    /// Fails when there is none of those that are asked for.
    pub(super) fn finish(mut self) -> Result<Vec<Image>, String> {
        if self.left_out > 0 {
            let detail = format!("{} more images are not read: {MOST_IMAGES} are the most", self.left_out);
            let problems = vec![(String::new(), Unread::new(ProblemKind::TooLarge, detail))];
            self.images.push(Image { problems, ..Image::default() });
        }
        let is_there = |wanted: &String| self.platforms.iter().any(|there| is_platform(there, wanted));
        let missing: Vec<&String> = self.options.platforms.iter().filter(|wanted| !is_there(wanted)).collect();
        if !self.images.is_empty() && missing.len() < self.options.platforms.len().max(1) {
            for wanted in missing {
                let problems =
                    vec![(wanted.clone(), Unread::new(ProblemKind::Elsewhere, "there is no image of this platform"))];
                self.images.push(Image { problems, ..Image::default() });
            }
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
        if there.is_empty() {
            return Err(format!("it holds nothing that is {wanted}: what it holds does not say what it is"));
        }
        Err(format!("it holds nothing that is {wanted}; it has {there}"))
    }
}

/// Whether a platform is the wanted one, or a variant of it.
fn is_platform(platform: &str, wanted: &str) -> bool {
    platform.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a list has the name under which cosign keeps what it attaches.
fn is_tag_of_attached(one: &Descriptor) -> bool {
    let hex = one.name.as_deref().and_then(|name| name.strip_prefix("sha256-")).unwrap_or_default();
    hex.len() > 64 && hex.as_bytes()[64] == b'.' && hex.as_bytes()[..64].iter().all(u8::is_ascii_hexdigit)
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
        if layer.digest.is_empty() {
            image.problems.push((name(), Unread::new(ProblemKind::Corrupt, NO_DIGEST)));
        } else if layer.media_type.ends_with("+encrypted") {
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
            // Its bytes are checked against the digest.
            image.layer(at, config.as_ref(), (&layer.digest, layer.digest.clone()), bytes);
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
