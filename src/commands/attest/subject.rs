//! What a statement is about: a file, a folder, a commit, an image; and its digests.

use super::folder::Folder;
use crate::attest::{Subject, sha256_of};
use crate::git::commit::Commit;
use crate::git::environment::Environment;
use crate::git::oid::{Kind, Oid};
use crate::git::refs::Refs;
use crate::git::repo::OpenOptions;
use crate::git::revision::Revisions;
use crate::git::store::Limits;
use crate::model::{Problem, ProblemKind};
use crate::sources::{Event, ImageOptions, Images, ListedImage, Source};
use sha1::Digest as _;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// What is meant.
#[derive(Clone, Debug)]
pub enum SubjectSpec {
    /// A file or a folder.
    Path(PathBuf),
    /// A commit of a repository.
    Git {
        /// The repository.
        repository: PathBuf,
        /// The commit, in one of git's ways.
        revision: String,
    },
    /// An image.
    Image(ImageOptions),
}

impl SubjectSpec {
    /// Reads `git:REV`, `image:REF` or a path. An image's other options are the caller's.
    #[must_use]
    pub fn parse(text: &str, repository: &Path, images: ImageOptions) -> SubjectSpec {
        if let Some(revision) = text.strip_prefix("git:") {
            return SubjectSpec::Git { repository: repository.to_owned(), revision: revision.to_owned() };
        }
        match text.strip_prefix("image:") {
            Some(reference) => SubjectSpec::Image(ImageOptions { references: vec![reference.to_owned()], ..images }),
            None => SubjectSpec::Path(text.into()),
        }
    }

    /// The subject as it stands now, from its own bytes.
    ///
    /// # Errors
    /// Says what could not be read.
    pub(in crate::commands) fn subjects(&self) -> Result<Vec<Subject>, String> {
        match self {
            SubjectSpec::Path(path) => of_path(path).map(|subject| vec![subject]),
            SubjectSpec::Git { repository, revision } => of_commit(repository, revision).map(|subject| vec![subject]),
            SubjectSpec::Image(options) => of_image(options),
        }
    }
}

fn of_path(path: &Path) -> Result<Subject, String> {
    let told = |error: io::Error| format!("{}: {error}", path.display());
    let data = std::fs::metadata(path).map_err(told)?;
    if data.is_dir() {
        let digest = Folder::list(path).map_err(told)?.digest(&HashMap::new())?.digest;
        return Ok(of_folder(path, &digest.to_string()));
    }
    if !data.is_file() {
        return Err(format!("{}: it is neither a file nor a folder", path.display()));
    }
    let digest = File::open(path).and_then(sha256_of).map_err(told)?;
    Ok(Subject::new(name_of(path), &[("sha256", digest.to_string())]))
}

/// A folder by its digest, under both names that the specification has for it.
pub(super) fn of_folder(path: &Path, digest: &str) -> Subject {
    Subject::new(name_of(path), &[("dirHash", digest.to_owned()), ("dirHash1", digest.to_owned())])
}

/// The last part of a path.
pub(super) fn name_of(path: &Path) -> String {
    let own = path.file_name().map(ToOwned::to_owned);
    let own = own.or_else(|| path.canonicalize().ok()?.file_name().map(ToOwned::to_owned));
    own.map_or_else(|| "/".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A commit and its tree. The commit's name is computed again from its bytes.
pub(super) fn of_commit(repository: &Path, revision: &str) -> Result<Subject, String> {
    let at = repository;
    let repository = Environment::read().repository(at, OpenOptions::default()).map_err(|error| error.to_string())?;
    let (refs, store) = (Refs::read(&repository), repository.store(Limits::default()));
    let id = Revisions::new(&repository, &refs, &store).commit(revision).map_err(|error| error.to_string())?;
    let mut reader = store.reader();
    let (kind, bytes) = reader.read(id).map_err(|fault| format!("{revision}: {fault}"))?;
    let commit =
        Commit::parse(bytes).filter(|_| kind == Kind::Commit).ok_or_else(|| format!("{revision}: no commit"))?;
    let oid = store.oid(id).ok_or_else(|| format!("{revision}: it has no name"))?;
    if name_of_object(bytes, oid.as_bytes().len()) != Some(oid) {
        return Err(format!("{revision}: the commit {oid} is damaged: `git fsck` says more"));
    }
    let tree = commit.tree.to_string();
    Ok(Subject::new(name_of(at), &[("gitCommit", oid.to_string()), ("gitTree", tree)]))
}

/// The name that a commit's bytes have.
fn name_of_object(bytes: &[u8], width: usize) -> Option<Oid> {
    let head = format!("commit {}\0", bytes.len());
    if width == 32 {
        return Oid::from_bytes(&sha2::Sha256::new().chain_update(head).chain_update(bytes).finalize());
    }
    Oid::from_bytes(&sha1::Sha1::new().chain_update(head).chain_update(bytes).finalize())
}

/// An image by the digest of its list or manifest. What is stored here is read to its end, so that every digest is checked.
fn of_image(options: &ImageOptions) -> Result<Vec<Subject>, String> {
    let images = Images::open(options).map_err(|error| error.to_string())?;
    let subjects = of_listed(images.listed())?;
    if options.pull.is_none() {
        let problem: Mutex<Option<Problem>> = Mutex::default();
        let told = |one: Problem| {
            if let Ok(mut problem) = problem.lock() {
                problem.get_or_insert(one);
            }
            ControlFlow::Break(())
        };
        let read = images.visit(&|event| match event {
            Event::Problem(one) => told(one),
            Event::Skip(_) => ControlFlow::Continue(()),
            Event::Blob(blob) => match io::copy(blob.bytes, &mut io::sink()) {
                Ok(_) => ControlFlow::Continue(()),
                Err(error) => {
                    let what = blob.origin.display().into_owned();
                    told(Problem { what, kind: ProblemKind::Unreadable, detail: error.to_string() })
                }
            },
        });
        read.map_err(|error| error.to_string())?;
        if let Ok(Some(problem)) = problem.into_inner() {
            return Err(problem.to_string());
        }
    }
    Ok(subjects)
}

/// The images that a reference leads to; what lies in them or is attached to them goes by their digests.
pub(super) fn of_listed(listed: &[ListedImage]) -> Result<Vec<Subject>, String> {
    if let Some(loose) = listed.iter().find(|image| !image.is_bound) {
        return Err(format!(
            "{}: its layers lie here unpacked or without digests, so nothing ties them to the image: name a layout, an archive of a \
             current `docker save`, or with --pull the registry",
            loose.name
        ));
    }
    let subject = |image: &ListedImage| {
        let (algorithm, digest) = image.digest.split_once(':')?;
        Some(Subject::new(image.name.clone(), &[(algorithm, digest.to_owned())]))
    };
    let subjects: Vec<Subject> = listed.iter().filter(|image| image.is_outermost).filter_map(subject).collect();
    if subjects.is_empty() { Err("it holds no image with a digest".to_owned()) } else { Ok(subjects) }
}
