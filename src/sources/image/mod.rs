//! Container images: archives, layouts, an engine's storage, and registries.
//!
//! An image is listed first, on the thread that asks; then its layers are read side by side, each once, whatever number of images has it.
//! Nothing is unpacked to disk.

mod archive;
mod checked;
mod containers;
mod docker;
mod layout;
mod list;
mod part;
mod registry;
mod store;
mod tree;

use super::{Event, Source, SourceError};
use crate::content::is_digest;
use crate::model::{Blob, Origin, Outer, Problem, ProblemKind, Step};
use checked::Checked;
use list::Lister;
use part::{Bytes, Image, Part, Unread};
pub use part::{ImageOptions, Pull};
#[doc(hidden)]
pub use registry::{challenge, credentials, image_reference, link};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
pub use store::ImageStore;

/// One part, ready to be read.
struct Work {
    outer: Outer,
    step: Step,
    bytes: Bytes,
}

/// An image by its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedImage {
    /// What it is called.
    pub name: String,
    /// The digest of its list, its manifest or its configuration, `sha256:…`.
    pub digest: String,
    /// The media type and the length in bytes of its list or manifest, where it has one.
    pub list: Option<(String, u64)>,
    /// Whether nothing else that is listed names it, and it is attached to nothing.
    pub is_outermost: bool,
    /// Whether the digest ties all bytes of the image: an engine's storage and Docker's older archives have layers by other names.
    pub is_bound: bool,
}

/// Images, listed.
pub struct Images {
    listed: Vec<ListedImage>,
    names: Vec<String>,
    work: Vec<Work>,
    problems: Vec<Problem>,
    threads: usize,
}

impl Images {
    /// Lists the images. Nothing of their layers is read yet.
    ///
    /// # Errors
    /// Fails when a reference leads to no image, or none has the name or the platform that is asked for.
    pub fn open(options: &ImageOptions) -> Result<Images, SourceError> {
        let threads = options.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from));
        let (work, problems) = <(Vec<Work>, Vec<Problem>)>::default();
        let (names, threads) = (options.references.clone(), threads.unwrap_or(1).max(1));
        let mut images = Images { listed: Vec::new(), names, work, problems, threads };
        let mut met = HashSet::new();
        for reference in &options.references {
            let is_path = ["/", "./", "../"].iter().any(|begin| reference.starts_with(begin));
            let listed = match &options.pull {
                Some(pull) if !is_path => list_remote(reference, pull, options),
                _ => list_path(Path::new(reference), options),
            };
            let listed = listed.map_err(|detail| SourceError::Image { reference: reference.clone(), detail })?;
            images.take(reference, listed, &mut met);
        }
        // Short texts first; among layers the longest ones, so that no thread is left with one of them at the end.
        images.work.sort_by_key(|work| match &work.bytes {
            Bytes::Text(_) => 0,
            Bytes::Tree(_) => 1,
            Bytes::Blob { size, .. } => u64::MAX - size.unwrap_or(u64::MAX / 2),
        });
        Ok(images)
    }

    /// The images, in the order in which they were found.
    #[must_use]
    pub fn listed(&self) -> &[ListedImage] {
        &self.listed
    }

    fn take(&mut self, reference: &str, listed: Vec<Image>, met: &mut HashSet<String>) {
        let has_layers = |image: &&Image| image.parts.iter().any(|part| matches!(part.step, Step::Layer { .. }));
        let is_many = listed.iter().filter(has_layers).count() > 1;
        for image in listed {
            let name = match image.qualifiers.as_slice() {
                more if is_many && !more.is_empty() => format!("{reference} ({})", more.join(", ")),
                _ => reference.to_owned(),
            };
            for (what, Unread { kind, detail }) in image.problems {
                let what = if what.is_empty() { name.clone() } else { format!("{name}!{what}") };
                self.problems.push(Problem { what, kind, detail });
            }
            if !image.digest.is_empty() {
                let (name, digest) = (name.clone(), image.digest.clone());
                let is_tied = |part: &Part| match &part.bytes {
                    Bytes::Blob { digest, .. } => is_digest(digest),
                    Bytes::Tree(_) => false,
                    Bytes::Text(_) => true,
                };
                let is_bound = image.list.is_some() && image.parts.iter().all(is_tied);
                let (list, is_outermost) = (image.list, !image.is_inner);
                self.listed.push(ListedImage { name, digest, list, is_outermost, is_bound });
            }
            let outer = Outer::Image { reference: name.into(), digest: image.digest.into() };
            for Part { id, step, bytes } in image.parts {
                if id.is_none_or(|id| met.insert(id)) {
                    self.work.push(Work { outer: outer.clone(), step, bytes });
                }
            }
        }
    }
}

/// The images that a registry has under a reference.
fn list_remote(reference: &str, pull: &Pull, options: &ImageOptions) -> Result<Vec<Image>, String> {
    let mut lister = Lister::new(options);
    registry::list(reference, pull, &mut lister)?;
    lister.finish()
}

/// The images at a path.
fn list_path(path: &Path, options: &ImageOptions) -> Result<Vec<Image>, String> {
    let data = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder; add --pull to ask a registry for it".to_owned(),
        _ => error.to_string(),
    })?;
    let mut lister = Lister::new(options);
    if data.is_file() {
        archive::list(path, &mut lister)?;
    } else if let Some(storage) = docker::Storage::at(path) {
        storage.list(&mut lister)?;
    } else if let Some(storage) = containers::Storage::at(path) {
        storage.list(&mut lister)?;
    } else {
        layout::list(path, &mut lister)?;
    }
    lister.finish()
}

impl Source for Images {
    fn describe(&self) -> String {
        self.names.join(", ")
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        for problem in &self.problems {
            if each(Event::Problem(problem.clone())).is_break() {
                return Ok(());
            }
        }
        let next = AtomicUsize::new(0);
        let read = || {
            while let Some(work) = self.work.get(next.fetch_add(1, Ordering::Relaxed)) {
                if work.read(each).is_break() {
                    next.store(self.work.len(), Ordering::Relaxed);
                }
            }
        };
        std::thread::scope(|threads| {
            for _ in 1..self.threads.min(self.work.len()) {
                threads.spawn(read);
            }
            read();
        });
        Ok(())
    }
}

impl Work {
    fn read(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> ControlFlow<()> {
        let origin = Origin::from(self.outer.clone()).inside(self.step.clone());
        let (blobs, digest, size) = match &self.bytes {
            Bytes::Text(text) => return each(Event::Blob(Blob::memory(origin, text, &mut text.as_slice()))),
            Bytes::Tree(folder) => return tree::visit(folder, &origin, each),
            Bytes::Blob { blobs, digest, size } => (blobs, digest, *size),
        };
        let Unread { kind, detail } = match blobs.open(digest, size) {
            Ok(Some(mut bytes)) if !is_digest(digest) => return each(Event::Blob(Blob::stream(origin, &mut bytes))),
            Ok(Some(bytes)) => {
                let mut bytes = Checked::new(bytes, digest);
                each(Event::Blob(Blob::stream(origin.clone(), &mut bytes)))?;
                match bytes.finish() {
                    Ok(()) => return ControlFlow::Continue(()),
                    Err(unread) => unread,
                }
            }
            Ok(None) => Unread::new(ProblemKind::Elsewhere, "it is not stored here"),
            Err(unread) => unread,
        };
        each(Event::Problem(Problem { what: origin.display().into_owned(), kind, detail }))
    }
}
