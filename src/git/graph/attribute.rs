//! Finds the commits that introduced and removed each secret id, and the references that contain it.
//!
//! A commit *holds* a secret id when its tree leads to a blob with that id. For every 256 ids, the content of the trees is propagated
//! upward once, and one pass over the commits, parents first, compares each with its parents. The cost is one visit of every marked folder
//! and every commit for 256 ids; it does not depend on how often or where the ids occur.

use super::History;
use super::bits::{Bits, MARKS};
use super::blob_set::{BlobSet, SecretHolders};
use super::commits::CommitIndex;
use super::marked::MarkedTrees;
use super::paths::{Locator, TreePath};
use super::submodules;
use super::trees::Trees;
use crate::git::gap::Gap;
use crate::git::store::{ObjectId, Store};
use rayon::prelude::*;
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, PoisonError};

/// So many references are named of those that hold a mark; the others are counted.
pub const NAMED_REFS: usize = 16;

/// What one pass over trees and commits found.
#[derive(Default)]
pub struct Attributed {
    /// By mark.
    pub marks: Vec<Attribution>,
    /// The paths of the submodules in `HEAD`'s tree, whatever bytes the repository chose.
    pub submodules: Vec<Vec<u8>>,
    /// Trees that could not be read, and objects that reachable trees lead to in vain.
    pub gaps: Vec<Gap>,
    /// For further questions.
    pub followed: Followed,
}

/// The folders that lead to marked objects, kept for further questions about these.
#[derive(Default)]
pub struct Followed {
    pub(super) set: BlobSet,
    pub(super) marked: MarkedTrees,
}

impl Followed {
    /// By place in the set: the marks of each object itself, from `first` on.
    pub(super) fn own(&self, marks: &SecretHolders, first: u32) -> Vec<Bits> {
        let mut own = vec![Bits::default(); self.set.len()];
        for (id, mark) in marks.pairs() {
            if let (Some(bit), Some(place)) = (mark.checked_sub(first), self.set.place(*id))
                && bit < MARKS
            {
                own[place].insert(bit);
            }
        }
        own
    }
}

/// Where one mark came from and where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// The first commit that holds it, or says it in its message, while none of its parents holds it. `None` when no selected
    /// commit does: it is reachable by no reference, or came before the selection.
    pub introduced: Option<CommitIndex>,
    /// Whether that commit's tree holds it while no parent's does.
    pub is_brought: bool,
    /// Whether that commit says it in its message.
    pub is_said: bool,
    /// The annotated tags that say it, as long as what they stand for is selected.
    pub tags: Vec<ObjectId>,
    /// How many selected commits are such: more than one if it was brought again, or separately on two branches.
    pub introductions: u32,
    /// The last commit without it of which a parent holds it, preferably one that `HEAD` descends from; a merge that only
    /// follows a parent that had dropped it before is none. `None` when `HEAD` holds it.
    pub removed: Option<CommitIndex>,
    /// Whether `HEAD` holds it.
    pub at_head: bool,
    /// References that hold it now.
    pub refs: Holders,
    /// References with it anywhere in their history.
    pub history_refs: Holders,
    /// How many different reachable objects (versions of files, messages) have it.
    pub versions: u32,
    /// Where it stands in the tree of the commit that introduced it; empty if that only says it.
    pub introduced_at: Vec<TreePath>,
    /// Where it stands at `HEAD`.
    pub head_at: Vec<TreePath>,
    /// Whether it stands in more places than are named.
    pub lacks_places: bool,
}

/// References, by their places in [`Refs::list`](crate::git::refs::Refs::list).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holders {
    /// How many.
    pub count: u32,
    /// The first [`NAMED_REFS`] of them.
    pub named: Vec<usize>,
}

impl Holders {
    fn add(&mut self, reference: usize) {
        self.count += 1;
        if self.named.len() < NAMED_REFS {
            self.named.push(reference);
        }
    }
}

/// Attributes all marks; see [`History::attribute`].
pub(super) fn attribute(
    history: &History,
    store: &Store,
    marks: &SecretHolders,
    selected: Option<&[bool]>,
) -> Attributed {
    let set = marks.objects(store.len());
    let trees = Trees::read(store, &set);
    let roots = (0..history.commits.len()).filter_map(|place| history.commits.root(place));
    let marked = MarkedTrees::build(&trees, roots, store.len(), &set);
    let head = history.head.and_then(|head| history.commits.root(head));
    let submodules = head.map_or_else(Vec::new, |root| submodules::list(store, &trees, root));
    let mut gaps = trees.gaps;
    gaps.extend(super::missing_gaps(store, "file or folder", marked.missing.clone()));

    let shape = Shape::new(history, &marked, &set);
    let followed = Followed { set, marked };
    let named = AtomicUsize::new(0);
    let firsts: Vec<u32> = (0..marks.count()).step_by(MARKS as usize).collect();
    // Each batch keeps what every commit and folder holds: only so many are worked on at a time as fit into an eighth of the memory.
    let Followed { set, marked } = &followed;
    let bytes = history.commits.len() as usize * size_of::<Held>() + (set.len() + marked.len()) * size_of::<Bits>();
    let at_a_time = usize::try_from(store.limits.memory).unwrap_or(usize::MAX) / 8 / bytes.max(1);
    let tables = Mutex::new(Vec::new());
    let attribute = |first| {
        let mut own: Tables = tables.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let batch = Batch { history, shape: &shape, followed: &followed, marks, first, selected, named: &named };
        let found = batch.attribute(store, &mut own);
        tables.lock().unwrap_or_else(PoisonError::into_inner).push(own);
        found
    };
    let groups = firsts.chunks(at_a_time.max(1));
    let found = groups.flat_map(|group| group.par_iter().map(|first| attribute(*first)).collect::<Vec<_>>());
    let found = found.flatten().collect();
    Attributed { marks: found, submodules, gaps, followed }
}

/// The largest tables of a batch, used again by the next one: an allocator that has a heap for each thread would keep some of them in every heap.
#[derive(Default)]
struct Tables {
    rows: Vec<Bits>,
    held: Vec<Held>,
}

/// The marked tags of a reference: their places in the set, and themselves.
type MarkedTags = Vec<(usize, ObjectId)>;

/// What is the same for every batch of marks: where commits and references touch marked objects.
struct Shape {
    /// By place: what the commit's tree leads to, and the commit itself if it is marked.
    commits: Vec<(Root, Option<usize>)>,
    /// Each tip's commit, its reference, and the marked ones among its tags: their places in the set and their numbers.
    tips: Vec<(CommitIndex, usize, MarkedTags)>,
    /// By place in the set: whether the object can be reached.
    reached: Vec<bool>,
    /// By place: whether the commit is `HEAD` or an ancestor of it. Empty without a `HEAD`.
    head: Vec<bool>,
}

/// What a commit's tree leads to.
#[derive(Clone, Copy)]
enum Root {
    Row(usize),
    /// A reference to a blob: its place in the set.
    Blob(usize),
    Nothing,
}

impl Shape {
    fn new(history: &History, marked: &MarkedTrees, set: &BlobSet) -> Shape {
        let commits = &history.commits;
        let root = |place: CommitIndex| {
            let Some(id) = commits.root(place) else { return Root::Nothing };
            marked.row(id).map(Root::Row).or(set.place(id).map(Root::Blob)).unwrap_or(Root::Nothing)
        };
        let mut shape = Shape {
            commits: Vec::with_capacity(commits.len() as usize),
            tips: Vec::with_capacity(history.tips.len()),
            reached: marked.reached.clone(),
            head: history.head.map_or_else(Vec::new, |head| commits.ancestors(&[head])),
        };
        for place in 0..commits.len() {
            let (root, said) = (root(place), set.place(commits.id(place)));
            said.iter().for_each(|said| shape.reached[*said] = true);
            // A reference to a blob has a row of its own, which says nothing beyond what it holds.
            let said = said.filter(|_| !matches!(root, Root::Blob(_)));
            shape.commits.push((root, said));
        }
        for tip in &history.tips {
            let Some(place) = commits.place(tip.target) else { continue };
            let marked = |tag: &ObjectId| set.place(*tag).map(|place| (place, *tag));
            let tags: Vec<(usize, ObjectId)> = tip.tags.iter().filter_map(marked).collect();
            tags.iter().for_each(|(place, _)| shape.reached[*place] = true);
            shape.tips.push((place, tip.reference, tags));
        }
        shape
    }
}

/// Up to 256 marks, from `first` on.
struct Batch<'a> {
    history: &'a History,
    shape: &'a Shape,
    followed: &'a Followed,
    marks: &'a SecretHolders,
    first: u32,
    selected: Option<&'a [bool]>,
    /// How many places were named.
    named: &'a AtomicUsize,
}

/// What a commit holds, what it or any ancestor held, and what it or any ancestor said.
#[derive(Clone, Copy, Default)]
struct Held {
    now: Bits,
    ever: Bits,
    said: Bits,
}

impl Batch<'_> {
    fn attribute(&self, store: &Store, Tables { rows, held }: &mut Tables) -> Vec<Attribution> {
        let count = (self.marks.count() - self.first).min(MARKS);
        let mut found = vec![Attribution::default(); count as usize];
        let Followed { set, marked } = self.followed;
        let own = self.followed.own(self.marks, self.first);
        marked.carry_into(rows, &own, Bits::union);
        self.follow_commits(&own, rows, held, &mut found);
        self.ask_refs(&own, held, &mut found);
        let rows = rows.as_slice();
        self.count_versions(&own, &mut found);
        found.par_iter_mut().enumerate().for_each_init(
            || Locator::new(store, marked, set, &own, rows, self.named),
            |locator, (mark, found)| {
                let root = |place: Option<CommitIndex>| place.and_then(|place| self.history.commits.root(place));
                let (mark, brought) = (mark as u32, root(found.introduced.filter(|_| found.is_brought)));
                let (introduced_at, lacks_introduced) = locator.locate(brought, mark);
                let head = root(self.history.head).filter(|_| found.at_head);
                let (head_at, lacks_head) = locator.locate(head, mark);
                (found.introduced_at, found.head_at) = (introduced_at, head_at);
                found.lacks_places = lacks_introduced || lacks_head;
            },
        );
        found
    }

    fn follow_commits(&self, own: &[Bits], rows: &[Bits], held: &mut Vec<Held>, found: &mut [Attribution]) {
        let commits = &self.history.commits;
        held.clear();
        held.reserve_exact(commits.len() as usize);
        for (place, (root, said)) in (0..).zip(&self.shape.commits) {
            let now = match root {
                Root::Row(row) => rows[*row],
                Root::Blob(place) => own[*place],
                Root::Nothing => Bits::default(),
            };
            let said = said.map_or(Bits::default(), |place| own[place]);
            let (mut before, mut dropped) = (Bits::default(), Bits::default());
            let mut here = Held { now, ever: now, said };
            for parent in commits.parents(place) {
                let parent = held[*parent as usize];
                before = before.union(parent.now);
                dropped = dropped.union(parent.ever.minus(parent.now));
                here.ever = here.ever.union(parent.ever);
                here.said = here.said.union(parent.said);
            }
            held.push(here);

            if self.selected.is_none_or(|selected| selected[place as usize]) {
                let is_cut = self.history.boundary.binary_search(&place).is_ok();
                for mark in now.minus(before).union(said).iter() {
                    let found = &mut found[mark as usize];
                    // Where a shallow clone ends, the parents that were left behind may have it too.
                    found.introductions += u32::from(!is_cut || said.contains(mark));
                    if found.introduced.is_none() {
                        found.introduced = Some(place);
                        found.is_brought = now.minus(before).contains(mark);
                        found.is_said = said.contains(mark);
                    }
                }
            }
            for mark in before.minus(now).minus(dropped).iter() {
                let found = &mut found[mark as usize];
                let on_head = |place: CommitIndex| self.shape.head.get(place as usize) == Some(&true);
                if on_head(place) || !found.removed.is_some_and(on_head) {
                    found.removed = Some(place);
                }
            }
        }
    }

    fn ask_refs(&self, own: &[Bits], held: &[Held], found: &mut [Attribution]) {
        for (place, reference, tags) in &self.shape.tips {
            let said: Bits = tags.iter().map(|(tag, _)| own[*tag]).fold(Bits::default(), Bits::union);
            if self.selected.is_none_or(|selected| selected[*place as usize]) {
                self.note_tags(own, tags, found);
            }
            let here = held[*place as usize];
            here.now.union(said).iter().for_each(|mark| found[mark as usize].refs.add(*reference));
            let past = here.ever.union(here.said).union(said);
            past.iter().for_each(|mark| found[mark as usize].history_refs.add(*reference));
        }
        let at_head = self.history.head.map_or(Bits::default(), |head| held[head as usize].now);
        for mark in at_head.iter() {
            found[mark as usize].at_head = true;
            found[mark as usize].removed = None;
        }
    }

    fn note_tags(&self, own: &[Bits], tags: &[(usize, ObjectId)], found: &mut [Attribution]) {
        for (place, tag) in tags {
            for mark in own[*place].iter() {
                let named = &mut found[mark as usize].tags;
                if !named.contains(tag) {
                    named.push(*tag);
                }
            }
        }
    }

    fn count_versions(&self, own: &[Bits], found: &mut [Attribution]) {
        for (bits, _) in own.iter().zip(&self.shape.reached).filter(|(_, reached)| **reached) {
            bits.iter().for_each(|mark| found[mark as usize].versions += 1);
        }
    }
}
