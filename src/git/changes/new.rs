//! The new side of a comparison: a folder of the index, or a stored tree.

use crate::git::gap::Fault;
use crate::git::index::{self, Index, Node};
use crate::git::oid::Oid;
use crate::git::tree::{EntryKind, first_entry};
use std::collections::HashMap;
use std::ops::Range;

/// A folder.
pub(super) enum Side<'i> {
    /// The entries of the index that are below it, and what the cache tree says about it.
    Index { index: &'i Index<'i>, range: Range<usize>, node: Option<Node> },
    /// A stored tree.
    Tree(Oid),
}

impl Side<'_> {
    /// The tree that it is, as far as that is known.
    pub(super) fn tree(&self) -> Option<Oid> {
        match self {
            Side::Index { index, node, .. } => index.tree().zip(*node).and_then(|(tree, node)| tree.tree(node)),
            Side::Tree(oid) => Some(*oid),
        }
    }
}

/// What stands in a folder, with its name there.
pub(super) enum Child<'c, 'i> {
    Blob(&'c [u8], Oid),
    Submodule(&'c [u8], Oid),
    Folder(&'c [u8], Side<'i>),
}

impl<'c> Child<'c, '_> {
    pub(super) fn name(&self) -> &'c [u8] {
        match self {
            Child::Blob(name, _) | Child::Submodule(name, _) | Child::Folder(name, _) => name,
        }
    }

    pub(super) fn is_folder(&self) -> bool {
        matches!(self, Child::Folder(..))
    }
}

/// The children of a folder, in git's order.
pub(super) enum Children<'c, 'i> {
    Index { index: &'i Index<'i>, range: Range<usize>, nodes: HashMap<&'i [u8], Node>, skip: usize },
    Tree { bytes: &'c [u8], width: usize },
}

impl<'c, 'i: 'c> Children<'c, 'i> {
    /// Those of the entries in `range`, whose paths have the folder's own path in their first `skip` bytes.
    pub(super) fn of_index(
        index: &'i Index<'i>,
        range: Range<usize>,
        node: Option<Node>,
        skip: usize,
    ) -> Children<'c, 'i> {
        let nodes = index.tree().zip(node).map(|(tree, node)| tree.children(node).collect()).unwrap_or_default();
        Children::Index { index, range, nodes, skip }
    }

    /// Those of a tree with these bytes.
    pub(super) fn of_tree(bytes: &'c [u8], width: usize) -> Children<'c, 'i> {
        Children::Tree { bytes, width }
    }

    /// The next child. After an error there is none.
    pub(super) fn next(&mut self) -> Option<Result<Child<'c, 'i>, Fault>> {
        match self {
            Children::Index { index, range, nodes, skip } => next_entry(index, range, nodes, *skip).map(Ok),
            Children::Tree { bytes, width } => {
                let entry = first_entry(bytes, *width);
                *bytes = entry.as_ref().ok().and_then(Option::as_ref).map_or(&[], |entry| &bytes[entry.len..]);
                entry.transpose().map(|entry| {
                    let entry = entry?;
                    let oid = Oid::from_bytes(entry.object).ok_or(Fault::Corrupt("a tree with names of no length"))?;
                    Ok(match entry.kind {
                        EntryKind::Tree => Child::Folder(entry.name, Side::Tree(oid)),
                        EntryKind::Blob => Child::Blob(entry.name, oid),
                        EntryKind::Submodule => Child::Submodule(entry.name, oid),
                    })
                })
            }
        }
    }
}

/// Takes the next child off the entries in `range`.
fn next_entry<'i>(
    index: &'i Index<'i>,
    range: &mut Range<usize>,
    nodes: &HashMap<&[u8], Node>,
    skip: usize,
) -> Option<Child<'i, 'i>> {
    while range.start < range.end {
        let entry = index.entry(range.start);
        let path = entry.path;
        let name = &path[skip.min(path.len())..];
        if let Some(slash) = memchr::memchr(b'/', name) {
            let name = &name[..slash];
            let end = index.end_of(&path[..skip + slash + 1], range.start, range.end);
            let inside = range.start..end;
            range.start = end;
            let side = match entry.kind() {
                index::EntryKind::Folder if skip + slash + 1 == path.len() => Side::Tree(entry.oid()?),
                _ => Side::Index { index, range: inside, node: nodes.get(name).copied() },
            };
            return Some(Child::Folder(name, side));
        }
        range.start += 1;
        // Of a conflict, what both sides made of it. Their common ancestor was committed before. What is only announced is not part of
        // the next commit.
        if entry.stage() == 1 || entry.is_announced() {
            continue;
        }
        let oid = entry.oid()?;
        return Some(match entry.kind() {
            index::EntryKind::Submodule => Child::Submodule(name, oid),
            _ => Child::Blob(name, oid),
        });
    }
    None
}
