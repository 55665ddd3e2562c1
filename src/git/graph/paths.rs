//! Where in a commit's tree a mark stands, by walking down the folders that hold it.

use super::bits::Bits;
use super::marked::MarkedTrees;
use super::marks::BlobSet;
use crate::git::store::{ObjectId, ObjectReader, Store};
use crate::git::tree::entries;
use std::collections::HashMap;

/// So many places are named in one commit.
pub const NAMED_PATHS: usize = 16;

/// Trees remembered, bytes, before all are forgotten.
const REMEMBERED: usize = 8 << 20;

/// A marked blob in a commit's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The path from the top, with `/` between; whatever bytes the repository chose, `..` not excluded.
    pub path: Vec<u8>,
    /// The blob.
    pub blob: ObjectId,
}

/// Finds marks in trees.
pub(super) struct Locator<'a> {
    store: &'a Store,
    reader: ObjectReader<'a>,
    marked: &'a MarkedTrees,
    set: &'a BlobSet,
    /// By place in the set, and by row: the marks.
    own: &'a [Bits],
    rows: &'a [Bits],
    /// The marked entries of trees read before.
    read: HashMap<ObjectId, Vec<(Vec<u8>, ObjectId)>>,
    remembered: usize,
}

impl<'a> Locator<'a> {
    pub(super) fn new(
        store: &'a Store,
        marked: &'a MarkedTrees,
        set: &'a BlobSet,
        own: &'a [Bits],
        rows: &'a [Bits],
    ) -> Locator<'a> {
        Locator { store, reader: store.reader(), marked, set, own, rows, read: HashMap::new(), remembered: 0 }
    }

    /// The first [`NAMED_PATHS`] places below this root, in git's order of names.
    pub(super) fn locate(&mut self, root: Option<ObjectId>, mark: u32) -> Vec<Found> {
        let mut found = Vec::new();
        let mut todo: Vec<(Vec<u8>, ObjectId)> = root.map(|root| (Vec::new(), root)).into_iter().collect();
        while let Some((path, id)) = todo.pop() {
            if found.len() == NAMED_PATHS {
                break;
            }
            if self.marked.row(id).is_some_and(|row| self.rows[row].contains(mark)) {
                let (set, own, marked, rows) = (self.set, self.own, self.marked, self.rows);
                let holds = |id: ObjectId| match marked.row(id) {
                    Some(row) => rows[row].contains(mark),
                    None => set.place(id).is_some_and(|place| own[place].contains(mark)),
                };
                let entries = self.entries(id).iter().rev().filter(|(_, id)| holds(*id));
                todo.extend(entries.map(|(name, id)| (join(&path, name), *id)));
            } else if self.set.place(id).is_some_and(|place| self.own[place].contains(mark)) {
                found.push(Found { path, blob: id });
            }
        }
        found
    }

    /// The entries of a tree that are marked at all. None if it cannot be read, of which the walk has told.
    fn entries(&mut self, tree: ObjectId) -> &[(Vec<u8>, ObjectId)] {
        if self.remembered > REMEMBERED {
            self.read.clear();
            self.remembered = 0;
        }
        let Locator { store, reader, marked, set, read, remembered, .. } = self;
        read.entry(tree).or_insert_with(|| {
            let Ok((_, bytes)) = reader.read(tree) else { return Vec::new() };
            let listed = entries(bytes, store.width()).map_while(Result::ok);
            let known = listed.filter_map(|entry| Some((entry.name, store.find_raw(entry.object)?)));
            let of_use = known.filter(|(_, id)| marked.row(*id).is_some() || set.place(*id).is_some());
            let list: Vec<_> = of_use.map(|(name, id)| (name.to_vec(), id)).collect();
            *remembered += list.iter().map(|(name, _)| name.len() + 64).sum::<usize>() + 64;
            list
        })
    }
}

/// A path one level deeper.
pub(super) fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, name].join(&b'/') }
}
