//! When a mark first came to a place that counts, for a user who takes some places for exempt.
//!
//! Whether a place counts depends on its path, so what a tree holds cannot be told without knowing where it stands. Each pair of a tree and a
//! path is judged once; a commit shares most of them with its parents, so the cost is that of the folders that have changed.

use super::bits::{Bits, MARKS};
use super::blob_set::SecretHolders;
use super::commits::CommitIndex;
use super::paths::{MOST_PATHS, Names, TreePath};
use super::{Followed, History};
use crate::git::gap::Gap;
use crate::git::oid::Kind;
use crate::git::store::{ObjectId, ObjectReader, Store};
use crate::git::tree::entries;
use crate::git::walk::{Made, Object, Visit, walk};
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

/// With more commits than this to be compared, all trees are read in the order of the packs, instead of one by one.
const FEW_COMMITS: usize = 64;
/// More pairs of a tree and a path than this are not judged.
const MOST_JUDGED: usize = 1 << 22;
/// The top folder's number.
const TOP: usize = 0;

/// A place that a user judges.
pub enum Place<'p> {
    /// A file of a commit.
    File {
        /// Its path from the top, with `/` between; empty for what a reference names itself.
        path: &'p [u8],
        /// Its content.
        blob: ObjectId,
    },
    /// The message of a commit.
    Message(ObjectId),
}

/// The first commit with a mark at a place that counts, while none of its parents has it at one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counting {
    /// The commit.
    pub commit: CommitIndex,
    /// The places in its tree that count; none if it only says it.
    pub at: Vec<TreePath>,
    /// Whether its message says it, and counts.
    pub is_said: bool,
}

/// Says whether a mark counts at a place.
pub type Judge<'j> = &'j (dyn Fn(u32, &Place<'_>) -> bool + Sync);

/// What came of it.
#[derive(Debug, Default)]
pub struct Counted {
    /// By mark.
    pub marks: Vec<Option<Counting>>,
    /// Whether there was more than is judged.
    pub is_partial: bool,
}

/// The entries of a tree that lead to marks.
type Entries = Arc<[(Vec<u8>, ObjectId)]>;

/// See [`History::first_counting`].
pub(super) fn first_counting(
    history: &History,
    store: &Store,
    followed: &Followed,
    holders: &SecretHolders,
    selected: Option<&[bool]>,
    judge: Judge<'_>,
) -> Counted {
    let mut counted = Counted::default();
    let trees = read_ahead(history, store, followed, holders, selected);
    for first in (0..holders.count()).step_by(MARKS as usize) {
        let own = followed.own(holders, first);
        let mut batch = Batch {
            history,
            store,
            reader: store.reader(),
            followed,
            rows: followed.marked.carry(&own, Bits::union),
            own,
            first,
            judge,
            trees: &trees,
            read: HashMap::new(),
            names: Names::default(),
            numbers: HashMap::new(),
            judged: HashMap::new(),
            blobs: HashMap::new(),
            is_partial: false,
        };
        counted.marks.extend(batch.run((holders.count() - first).min(MARKS), selected));
        counted.is_partial |= batch.is_partial;
    }
    counted
}

/// Up to 256 marks, from `first` on.
struct Batch<'a> {
    history: &'a History,
    store: &'a Store,
    reader: ObjectReader<'a>,
    followed: &'a Followed,
    /// By place in the set, and by row: the marks.
    own: Vec<Bits>,
    rows: Vec<Bits>,
    first: u32,
    judge: Judge<'a>,
    /// Trees that were read ahead, and those that were not.
    trees: &'a HashMap<ObjectId, Entries>,
    read: HashMap<ObjectId, Entries>,
    names: Names,
    /// By folder and name: the number of the path.
    numbers: HashMap<(usize, Vec<u8>), usize>,
    /// What counts below a tree, by the tree and the number of its path.
    judged: HashMap<(ObjectId, usize), Bits>,
    blobs: HashMap<(ObjectId, usize), Bits>,
    is_partial: bool,
}

impl Batch<'_> {
    fn run(&mut self, count: u32, selected: Option<&[bool]>) -> Vec<Option<Counting>> {
        let mut found: Vec<Option<Counting>> = vec![None; count as usize];
        let mut open = Bits::default();
        (0..count).for_each(|mark| open.insert(mark));
        let commits = &self.history.commits;
        for place in (0..commits.len()).filter(|place| selected.is_none_or(|selected| selected[*place as usize])) {
            let root = commits.root(place);
            let parents: Vec<Option<ObjectId>> =
                commits.parents(place).iter().map(|parent| commits.root(*parent)).collect();
            let held = root.map_or(Bits::default(), |root| self.held(root)).and(open);
            let mut here = Bits::default();
            if held != Bits::default() && !parents.contains(&root) {
                here = root.map_or(here, |root| self.counting(root, TOP)).and(open);
                for parent in parents.into_iter().flatten() {
                    if here == Bits::default() {
                        break;
                    }
                    here = here.minus(self.counting(parent, TOP));
                }
            }
            let said = self.said(commits.id(place), open);
            for mark in here.union(said).iter() {
                let at = root.filter(|_| here.contains(mark)).map_or_else(Vec::new, |root| self.locate(root, mark));
                found[mark as usize] = Some(Counting { commit: place, at, is_said: said.contains(mark) });
            }
            open = open.minus(here.union(said));
            if open == Bits::default() || self.judged.len() > MOST_JUDGED {
                self.is_partial |= self.judged.len() > MOST_JUDGED;
                break;
            }
        }
        found
    }

    /// The marks that a tree leads to, or that a blob has.
    fn held(&self, id: ObjectId) -> Bits {
        match self.followed.marked.row(id) {
            Some(row) => self.rows[row],
            None => self.followed.set.place(id).map_or(Bits::default(), |place| self.own[place]),
        }
    }

    /// The marks of a commit's message that count.
    fn said(&self, commit: ObjectId, open: Bits) -> Bits {
        let mut said = Bits::default();
        if self.store.kind(commit) == Some(Kind::Commit)
            && let Some(place) = self.followed.set.place(commit)
        {
            let counts = |mark: &u32| (self.judge)(self.first + mark, &Place::Message(commit));
            self.own[place].and(open).iter().filter(counts).for_each(|mark| said.insert(mark));
        }
        said
    }

    /// The marks that count in an object that stands at a path. Not recursion: folders nest as deep as somebody liked.
    fn counting(&mut self, object: ObjectId, path: usize) -> Bits {
        let mut frames: Vec<(ObjectId, usize, usize, Bits)> = Vec::new();
        let mut next = Some((object, path));
        let mut last = Bits::default();
        loop {
            if let Some((object, path)) = next.take() {
                match self.known(object, path) {
                    Some(bits) => last = bits,
                    None => {
                        frames.push((object, path, 0, Bits::default()));
                        // What a store that lies has inside itself holds nothing.
                        self.judged.insert((object, path), Bits::default());
                        last = Bits::default();
                    }
                }
            }
            let Some(frame) = frames.last_mut() else { return last };
            frame.3 = frame.3.union(last);
            last = Bits::default();
            let (tree, path, at) = (frame.0, frame.1, frame.2);
            frame.2 += 1;
            let entries = self.entries(tree);
            match entries.get(at) {
                Some((name, id)) if self.held(*id) != Bits::default() => next = Some((*id, self.number(path, name))),
                Some(_) => {}
                None => {
                    let Some((tree, path, _, bits)) = frames.pop() else { return last };
                    self.judged.insert((tree, path), bits);
                    last = bits;
                    if frames.is_empty() {
                        return last;
                    }
                }
            }
        }
    }

    /// What is known of an object at a path without looking into it.
    fn known(&mut self, object: ObjectId, path: usize) -> Option<Bits> {
        if self.followed.marked.row(object).is_some() {
            return self.judged.get(&(object, path)).copied();
        }
        if let Some(known) = self.blobs.get(&(object, path)) {
            return Some(*known);
        }
        let mut bits = Bits::default();
        let full = self.names.path(path);
        let place = Place::File { path: &full, blob: object };
        let counts = |mark: &u32| (self.judge)(self.first + mark, &place);
        self.held(object).iter().filter(counts).for_each(|mark| bits.insert(mark));
        self.blobs.insert((object, path), bits);
        Some(bits)
    }

    /// The places below a root where a mark counts.
    fn locate(&mut self, root: ObjectId, mark: u32) -> Vec<TreePath> {
        let mut found = Vec::new();
        let mut todo = vec![(root, TOP)];
        while let Some((object, path)) = todo.pop() {
            if !self.counting(object, path).contains(mark) {
                continue;
            }
            if self.followed.marked.row(object).is_none() {
                found.push(TreePath { path: self.names.path(path), blob: object });
                if found.len() == MOST_PATHS {
                    break;
                }
                continue;
            }
            for (name, id) in self.entries(object).iter().rev() {
                if self.held(*id).contains(mark) {
                    let number = self.number(path, name);
                    todo.push((*id, number));
                }
            }
        }
        found
    }

    fn number(&mut self, folder: usize, name: &[u8]) -> usize {
        let names = &mut self.names;
        *self.numbers.entry((folder, name.to_vec())).or_insert_with_key(|(folder, name)| names.add(*folder, name))
    }

    fn entries(&mut self, tree: ObjectId) -> Entries {
        if let Some(known) = self.trees.get(&tree).or_else(|| self.read.get(&tree)) {
            return Arc::clone(known);
        }
        let bytes = self.reader.read(tree).map_or(&[][..], |(_, bytes)| bytes);
        let entries = self.followed.entries_of_use(self.store, tree, bytes);
        self.read.insert(tree, Arc::clone(&entries));
        entries
    }
}

impl Followed {
    /// The entries of a tree that lead to marked objects. What a folder holds has a lower row: in a store that lies, a folder can seem to
    /// hold itself.
    fn entries_of_use(&self, store: &Store, tree: ObjectId, bytes: &[u8]) -> Entries {
        let row = self.marked.row(tree);
        let of_use = |id: ObjectId| match self.marked.row(id) {
            Some(below) => row.is_some_and(|row| below < row),
            None => self.set.place(id).is_some(),
        };
        let listed = entries(bytes, store.width()).map_while(Result::ok);
        let known = listed.filter_map(|entry| Some((entry.name, store.find_raw(entry.object)?)));
        known.filter(|(_, id)| of_use(*id)).map(|(name, id)| (name.to_vec(), id)).collect()
    }
}

/// Reads the trees that lead to the marks, if many will be needed.
fn read_ahead(
    history: &History,
    store: &Store,
    followed: &Followed,
    holders: &SecretHolders,
    selected: Option<&[bool]>,
) -> HashMap<ObjectId, Entries> {
    let count = selected.map_or(history.commits.len() as usize, |all| all.iter().filter(|one| **one).count());
    if count <= FEW_COMMITS || holders.count() == 0 {
        return HashMap::new();
    }
    let mut own = vec![false; followed.set.len()];
    for (id, _) in holders.pairs() {
        followed.set.place(*id).into_iter().for_each(|place| own[place] = true);
    }
    let rows = followed.marked.carry(&own, |one, other| one || other);
    let visit = ReadAhead { store, followed, rows };
    walk(store, Kind::Tree, &visit).into_iter().flatten().collect()
}

/// Keeps the entries of trees that lead to marks.
struct ReadAhead<'a> {
    store: &'a Store,
    followed: &'a Followed,
    /// By row: whether it leads to one.
    rows: Vec<bool>,
}

impl ReadAhead<'_> {
    fn take(&self, kept: &mut Vec<(ObjectId, Entries)>, tree: ObjectId, bytes: &[u8]) {
        if self.followed.marked.row(tree).is_some_and(|row| self.rows[row]) {
            kept.push((tree, self.followed.entries_of_use(self.store, tree, bytes)));
        }
    }
}

impl Visit for ReadAhead<'_> {
    type State = ();
    type Scratch = Vec<(ObjectId, Entries)>;

    fn scratch(&self) -> Self::Scratch {
        Vec::new()
    }

    fn whole(&self, kept: &mut Self::Scratch, object: Object, bytes: &[u8]) {
        self.take(kept, object.id, bytes);
    }

    fn version(&self, kept: &mut Self::Scratch, object: Object, (): &(), made: Made<'_>) {
        self.take(kept, object.id, made.bytes);
    }

    fn stream(&self, _: &mut Self::Scratch, _: Object, _: &mut dyn Read) -> io::Result<()> {
        Ok(())
    }

    /// The walk that followed the trees has told of it.
    fn gap(&self, _: Gap) {}
}
