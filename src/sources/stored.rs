//! One file of a repository as a commit or the index has it, for those who ask about a line of it.

use super::objects::{Item, Objects};
use crate::git::commit::Commit;
use crate::git::environment::Environment;
use crate::git::index;
use crate::git::oid::{Kind, Oid};
use crate::git::path::native;
use crate::git::refs::Refs;
use crate::git::repo::{OpenOptions, Repository};
use crate::git::revision::Revisions;
use crate::git::store::Limits;
use crate::git::tree::EntryKind;
use crate::model::{Origin, Outer};
use std::path::Path;

/// A stored file.
#[derive(Debug)]
pub struct StoredFile {
    repository: Repository,
    /// Its object.
    oid: Oid,
    /// Where it stands.
    pub origin: Origin,
}

impl StoredFile {
    /// The file at `path`, from the top of the repository that holds `name`: as this revision has it, or without one as the index has it.
    /// `None` when there is no repository, no such revision, or no such file.
    #[must_use]
    pub fn find(name: &Path, revision: Option<&str>, path: &[u8]) -> Option<StoredFile> {
        let open = OpenOptions { allow_outside: true, ..OpenOptions::default() };
        let repository = Environment::read().repository(name, open).ok()?;
        let (oid, outer) = match revision {
            Some(revision) => committed(&repository, name, revision, path)?,
            None => {
                let find = |loaded: &index::Loaded<'_>| {
                    let range = loaded.index.find(path);
                    let entries = range.map(|at| loaded.index.entry(at));
                    // Of a conflict, ours; a submodule is no file.
                    let is_file = |entry: &index::Entry<'_>| {
                        entry.stage() != 1 && matches!(entry.kind(), index::EntryKind::File { .. })
                    };
                    entries.filter(is_file).find_map(|entry| entry.oid())
                };
                let (oid, _) = index::read(&repository.index_file, &repository.git_dir, repository.width, find).ok()?;
                (oid?, Outer::Staged { repository: name.to_owned(), path: native(path) })
            }
        };
        Some(StoredFile { repository, oid, origin: outer.into() })
    }

    /// Its bytes, unless they cannot be read.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let mut lookup = self.repository.lookup(Limits::default());
        Some(lookup.read(&self.oid).ok()??.to_vec())
    }

    /// A source of this file alone.
    #[must_use]
    pub fn source(&self) -> Objects {
        Objects::new(&self.repository, vec![Item { oid: self.oid, origin: self.origin.clone() }])
    }
}

fn committed(repository: &Repository, name: &Path, revision: &str, path: &[u8]) -> Option<(Oid, Outer)> {
    let (refs, store) = (Refs::read(repository), repository.store(Limits::default()));
    let id = Revisions::new(repository, &refs, &store).commit(revision).ok()?;
    let commit = store.oid(id)?;
    let mut lookup = repository.lookup(Limits::default());
    let object = lookup.read(&commit).ok()?.filter(|object| object.kind == Kind::Commit)?;
    let tree = Commit::parse(&object)?.tree;
    let (_, oid) = lookup.descend(tree, path).ok()?.filter(|(kind, _)| *kind == EntryKind::Blob)?;
    let commit = commit.to_string().into();
    Some((oid, Outer::Committed { repository: name.to_owned(), path: native(path), commit }))
}
