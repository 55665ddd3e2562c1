//! Lists the changes of a commit against all of its parents: of the next commit in the index, or of a stored one.
//!
//! Only trees are read, and only where the two sides differ: a folder that is the same tree in a parent is passed over, and for the index
//! the cache tree says so without looking at its entries. Compared with several parents, as a merge is, a file counts when it differs from
//! that of each.

mod new;
mod old;

use super::gap::{Fault, Gap, GapKind};
use super::index::Index;
use super::lookup::Lookup;
use super::oid::Oid;
use super::tree::{EntryKind, is_empty_tree};
use new::{Child, Children, Side};
use old::Cursor;
pub use old::Removed;
use std::collections::HashSet;

/// A longer path, bytes, is of no file: folders that are nested deeper are not entered.
const LONGEST_PATH: usize = 1 << 16;

/// So often folders are entered that are the same as others.
const MOST_REPEATED: usize = 50_000;
/// With more files than this, none is.
const MOST_FILES: usize = 1 << 20;

/// A file that is new, or new in this version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The path from the top of the work tree; whatever bytes the repository chose.
    pub path: Vec<u8>,
    /// Its content.
    pub blob: Oid,
}

/// What is different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The files that are new or changed, in no order. One in conflict is there twice: as ours and as theirs.
    pub files: Vec<Change>,
    /// What a parent has and this has not: files that were deleted, or have another name now. Folders are not taken apart.
    pub removed: Vec<Removed>,
    /// The paths of submodules that are new or at another commit.
    pub submodules: Vec<Vec<u8>>,
    /// Trees that could not be read. What is below them counts as new.
    pub gaps: Vec<Gap>,
}

/// Compares the next commit with the trees of its parents.
pub fn of_index(lookup: &mut Lookup, index: &Index<'_>, parents: &[Oid]) -> Changes {
    let node = index.tree().and_then(|tree| tree.root());
    compare(lookup, Side::Index { index, range: 0..index.len(), node }, parents)
}

/// Compares a stored tree with those of its commit's parents.
pub fn of_tree(lookup: &mut Lookup, tree: Oid, parents: &[Oid]) -> Changes {
    compare(lookup, Side::Tree(tree), parents)
}

fn compare(lookup: &mut Lookup, side: Side<'_>, parents: &[Oid]) -> Changes {
    let parents = parents.iter().copied().map(Some).collect();
    let mut comparison = Comparison {
        lookup,
        changes: Changes::default(),
        todo: vec![Folder { path: Vec::new(), side, parents }],
        met: HashSet::new(),
        repeated: 0,
    };
    while let Some(folder) = comparison.todo.pop() {
        if let Err(gap) = comparison.enter(folder) {
            comparison.changes.gaps.push(gap);
        }
    }
    comparison.changes
}

/// A folder to be compared.
struct Folder<'i> {
    /// From the top, with a slash behind it; empty for the top.
    path: Vec<u8>,
    side: Side<'i>,
    /// The trees that stand here in the parents.
    parents: Vec<Option<Oid>>,
}

struct Comparison<'l, 'i> {
    lookup: &'l mut Lookup,
    changes: Changes,
    todo: Vec<Folder<'i>>,
    /// Stored trees that were compared with the same others before.
    met: HashSet<(Oid, Vec<Option<Oid>>)>,
    /// How often one was met again, at another path.
    repeated: usize,
}

impl<'i> Comparison<'_, 'i> {
    fn enter(&mut self, folder: Folder<'i>) -> Result<(), Gap> {
        let Folder { path, side, parents } = folder;
        let tree = side.tree();
        if tree.is_some() && parents.contains(&tree) {
            return Ok(());
        }
        let bytes;
        let mut children = match side {
            Side::Index { index, range, node } => Children::of_index(index, range, node, path.len()),
            Side::Tree(oid) => {
                if !self.met.insert((oid, parents.clone())) && !self.may_repeat() {
                    return Ok(());
                }
                bytes = self.read(&oid)?;
                Children::of_tree(&bytes, self.lookup.width())
            }
        };
        let mut cursors = Vec::with_capacity(parents.len());
        for parent in &parents {
            let tree = match parent.map(|oid| self.read(&oid)).transpose() {
                Ok(tree) => tree.unwrap_or_default(),
                Err(gap) => {
                    self.changes.gaps.push(gap);
                    Vec::new()
                }
            };
            cursors.push(Cursor::new(tree, self.lookup.width()));
        }
        let mut removed = Vec::new();
        while let Some(child) = children.next() {
            let child = child.map_err(|fault| Gap::from_fault(folder_name(&path), &fault))?;
            let there: Vec<_> =
                cursors.iter_mut().map(|cursor| cursor.seek(child.name(), child.is_folder(), &mut removed)).collect();
            match child {
                Child::Blob(name, blob) if !there.contains(&Some((EntryKind::Blob, blob))) => {
                    self.changes.files.push(Change { path: [&path, name].concat(), blob });
                }
                Child::Submodule(name, commit) if !there.contains(&Some((EntryKind::Submodule, commit))) => {
                    self.changes.submodules.push([&path, name].concat());
                }
                Child::Folder(name, side) => {
                    let parents = there.iter().map(|found| found.map(|(_, oid)| oid)).collect();
                    let path = [&path, name, b"/"].concat();
                    if path.len() > LONGEST_PATH {
                        let gap =
                            Gap::new(GapKind::Corrupt, folder_name(&path[..256]), "folders that are nested too deeply");
                        self.changes.gaps.push(gap);
                    } else {
                        self.todo.push(Folder { path, side, parents });
                    }
                }
                Child::Blob(..) | Child::Submodule(..) => {}
            }
        }
        cursors.into_iter().for_each(|cursor| cursor.finish(&mut removed));
        let below = |one: Removed| Removed { path: [&path, &one.path[..]].concat(), ..one };
        self.changes.removed.extend(removed.into_iter().map(below));
        Ok(())
    }

    /// Whether a folder is entered that is the same as one that was entered before: its files have other paths here, which may mean
    /// something else to whoever judges them. Whoever makes a repository can nest one in itself so often that no path to it could be walked.
    fn may_repeat(&mut self) -> bool {
        if self.changes.files.len() >= MOST_FILES {
            self.repeated = self.repeated.max(MOST_REPEATED - 1);
        }
        self.repeated += 1;
        if self.repeated == MOST_REPEATED {
            let why = "the same folder stands in more places than are looked at; its files were looked at elsewhere";
            self.changes.gaps.push(Gap::new(GapKind::TooLarge, "folders", why));
        }
        self.repeated < MOST_REPEATED
    }

    /// A tree's bytes.
    fn read(&mut self, oid: &Oid) -> Result<Vec<u8>, Gap> {
        read_tree(self.lookup, oid)
    }
}

/// A tree's bytes; of the empty one none, though it is not stored.
pub(super) fn read_tree(lookup: &mut Lookup, oid: &Oid) -> Result<Vec<u8>, Gap> {
    if is_empty_tree(oid) {
        return Ok(Vec::new());
    }
    let what = format!("tree {oid}");
    match lookup.read(oid) {
        Ok(Some(object)) if object.kind == super::oid::Kind::Tree => Ok(object.to_vec()),
        Ok(Some(_)) => Err(Gap::from_fault(what, &Fault::Corrupt("this is no tree"))),
        Ok(None) => Err(Gap::new(GapKind::Missing, what, "not stored here")),
        Err(fault) => Err(Gap::from_fault(what, &fault)),
    }
}

/// A folder's name in a message.
fn folder_name(path: &[u8]) -> String {
    if path.is_empty() { "the top folder".to_owned() } else { String::from_utf8_lossy(path).into_owned() }
}
