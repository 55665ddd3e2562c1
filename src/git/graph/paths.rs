//! Locates a secret id in a commit's tree, by walking down the folders that contain it.

use super::bits::Bits;
use super::blob_set::BlobSet;
use super::marked::MarkedTrees;
use crate::git::store::{ObjectId, ObjectReader, Store};
use crate::git::tree::entries;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many places are named of each mark in one commit, whatever else there is.
const FEW_PATHS: usize = 16;
/// No more places than this are named of a mark in one commit.
pub const MOST_PATHS: usize = 1 << 16;
/// And no more than so many of all marks together.
pub(super) const MOST_PATHS_IN_ALL: usize = 1 << 19;

/// Trees remembered, bytes, before all are forgotten.
const REMEMBERED: usize = 1 << 20;

/// A marked blob in a commit's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreePath {
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
    /// How many places all locators have named.
    named: &'a AtomicUsize,
}

impl<'a> Locator<'a> {
    pub(super) fn new(
        store: &'a Store,
        marked: &'a MarkedTrees,
        set: &'a BlobSet,
        own: &'a [Bits],
        rows: &'a [Bits],
        named: &'a AtomicUsize,
    ) -> Locator<'a> {
        let (reader, read) = (store.reader(), HashMap::new());
        Locator { store, reader, marked, set, own, rows, read, remembered: 0, named }
    }

    /// The places below this root, in git's order of names; and whether there are more than are named.
    pub(super) fn locate(&mut self, root: Option<ObjectId>, mark: u32) -> (Vec<TreePath>, bool) {
        let mut found = Vec::new();
        let (set, own, marked, rows) = (self.set, self.own, self.marked, self.rows);
        let holds = |id: ObjectId| match marked.row(id) {
            Some(row) => rows[row].contains(mark),
            None => set.place(id).is_some_and(|place| own[place].contains(mark)),
        };
        let mut names = Names::default();
        let mut todo: Vec<(usize, ObjectId)> =
            root.filter(|root| holds(*root)).map(|root| (0, root)).into_iter().collect();
        while let Some((name, id)) = todo.pop() {
            let Some(row) = marked.row(id) else {
                let is_named = found.len() < FEW_PATHS
                    || found.len() < MOST_PATHS && self.named.fetch_add(1, Ordering::Relaxed) < MOST_PATHS_IN_ALL;
                if !is_named {
                    return (found, true);
                }
                found.push(TreePath { path: names.path(name), blob: id });
                continue;
            };
            // What a folder holds has a lower row. In a store that lies, a folder can seem to hold itself.
            let is_below = |id: ObjectId| marked.row(id).is_none_or(|below| below < row);
            let below: Vec<_> = self.entries(id).iter().filter(|(_, id)| holds(*id) && is_below(*id)).collect();
            todo.extend(below.into_iter().rev().map(|(part, id)| (names.add(name, part), *id)));
        }
        (found, false)
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
            reader.release();
            *remembered += list.iter().map(|(name, _)| name.len() + 64).sum::<usize>() + 64;
            list
        })
    }
}

/// Names of files and folders, and in what folder each is. Whole paths are only made for what is wanted of them, for folders nest as
/// deep as somebody liked.
#[derive(Default)]
pub(super) struct Names {
    list: Vec<(usize, Vec<u8>)>,
}

impl Names {
    /// Adds a name in the folder of this number; 0 is the top. Returns its own number.
    pub(super) fn add(&mut self, folder: usize, name: &[u8]) -> usize {
        self.list.push((folder, name.to_vec()));
        self.list.len()
    }

    /// The path from the top to what has this number.
    pub(super) fn path(&self, last: usize) -> Vec<u8> {
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut at = last;
        while let Some((folder, name)) = at.checked_sub(1).and_then(|at| self.list.get(at)) {
            parts.push(name);
            at = *folder;
        }
        parts.reverse();
        parts.join(&b'/')
    }
}
