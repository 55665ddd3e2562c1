//! The commits that count, parents before children.

use crate::git::commit::Commit;
use crate::git::gap::{Gap, GapKind};
use crate::git::oid::Oid;
use crate::git::store::{ObjectId, Store};
use crate::git::tree::is_empty_tree;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

/// A commit's place in [`Commits`]. A parent's place is before its children's.
pub type CommitIndex = u32;

/// What is kept of a commit while all are read: its links. See [`CommitLinks::parse`].
pub struct CommitLinks {
    id: ObjectId,
    tree: Link,
    parents: Vec<Link>,
    time: i64,
}

/// Another object: its number if it is stored here.
type Link = Result<ObjectId, Oid>;

impl CommitLinks {
    /// Takes the links from a commit's bytes; `None` if this is not a commit.
    pub fn parse(store: &Store, id: ObjectId, bytes: &[u8]) -> Option<CommitLinks> {
        let commit = Commit::parse(bytes)?;
        let link = |oid: &Oid| store.find(oid).ok_or(*oid);
        Some(CommitLinks {
            id,
            tree: link(&commit.tree),
            parents: commit.parents.iter().map(link).collect(),
            time: commit.committer.time,
        })
    }

    pub(super) fn id(&self) -> ObjectId {
        self.id
    }
}

/// Commits in such an order that parents come before their children, and otherwise by date.
///
/// A reference that names a tree or a blob itself has a row here too, without parents, as if a commit held it.
#[derive(Default)]
pub struct Commits {
    ids: Vec<ObjectId>,
    roots: Vec<Option<ObjectId>>,
    first_parent: Vec<u32>,
    parents: Vec<CommitIndex>,
    times: Vec<i64>,
    /// The places, in the order of object numbers.
    by_id: Vec<CommitIndex>,
}

impl Commits {
    /// Orders those of `all` that can be reached from `tips`. Tips that are not commits get rows of their own.
    ///
    /// Also returns where a shallow clone (whose last commits are `shallow`) ends, and what is not stored although commits lead to it.
    pub(super) fn build(
        store: &Store,
        mut all: Vec<CommitLinks>,
        tips: &[ObjectId],
        shallow: &HashSet<Oid>,
    ) -> (Commits, Vec<CommitIndex>, Vec<Gap>) {
        all.sort_unstable_by_key(|commit| commit.id);
        all.dedup_by_key(|commit| commit.id);
        let find = |id: ObjectId| all.binary_search_by_key(&id, |commit| commit.id).ok();
        let mut reached = vec![false; all.len()];
        let mut todo: Vec<usize> = tips.iter().filter_map(|tip| find(*tip)).collect();
        let mut gaps = Missing::default();
        let mut boundary = Vec::new();
        while let Some(i) = todo.pop() {
            if std::mem::replace(&mut reached[i], true) {
                continue;
            }
            let commit = &all[i];
            if let Err(tree) = commit.tree
                && !is_empty_tree(&tree)
            {
                gaps.objects.insert(tree);
            }
            for parent in &commit.parents {
                match parent.map(find) {
                    Ok(Some(parent)) => todo.push(parent),
                    Ok(None) => gaps.unreadable += 1,
                    Err(_) if store.oid(commit.id).is_some_and(|oid| shallow.contains(&oid)) => {
                        boundary.push(commit.id);
                    }
                    Err(oid) => drop(gaps.objects.insert(oid)),
                }
            }
        }

        let mut commits = Commits::default();
        let others = tips.iter().copied().filter(|tip| find(*tip).is_none()).collect::<HashSet<_>>();
        let mut others: Vec<_> = others.into_iter().collect();
        others.sort_unstable();
        for tip in others {
            commits.push(tip, Some(tip), 0, []);
        }
        gaps.cyclic = commits.sort(&all, &reached);
        commits.first_parent.push(commits.parents.len() as u32);
        commits.by_id = (0..commits.len()).collect();
        let ids = &commits.ids;
        commits.by_id.sort_unstable_by_key(|place| ids[*place as usize]);
        let mut boundary: Vec<CommitIndex> = boundary.into_iter().filter_map(|id| commits.place(id)).collect();
        boundary.sort_unstable();
        boundary.dedup();
        (commits, boundary, gaps.into_gaps(store))
    }

    /// Adds the reached commits, parents first. Returns how many could not be ordered.
    fn sort(&mut self, all: &[CommitLinks], reached: &[bool]) -> usize {
        let find = |id: &Link| {
            let found = all.binary_search_by_key(id.as_ref().ok()?, |commit| commit.id).ok()?;
            reached[found].then_some(found)
        };
        let mut children = vec![Vec::new(); all.len()];
        let mut waiting = vec![0u32; all.len()];
        for (i, commit) in all.iter().enumerate().filter(|(i, _)| reached[*i]) {
            for parent in commit.parents.iter().filter_map(find) {
                children[parent].push(i);
                waiting[i] += 1;
            }
        }
        let ready = (0..all.len()).filter(|&i| reached[i] && waiting[i] == 0);
        let mut ready: BinaryHeap<_> = ready.map(|i| Reverse((all[i].time, i))).collect();
        let mut place = vec![u32::MAX; all.len()];
        let mut left = reached.iter().filter(|reached| **reached).count();
        while let Some(Reverse((time, i))) = ready.pop() {
            place[i] = self.len();
            let parents: Vec<CommitIndex> =
                all[i].parents.iter().filter_map(find).map(|parent| place[parent]).collect();
            self.push(all[i].id, all[i].tree.ok(), time, parents);
            left -= 1;
            for &child in &children[i] {
                waiting[child] -= 1;
                if waiting[child] == 0 {
                    ready.push(Reverse((all[child].time, child)));
                }
            }
        }
        left
    }

    fn push(
        &mut self,
        id: ObjectId,
        root: Option<ObjectId>,
        time: i64,
        parents: impl IntoIterator<Item = CommitIndex>,
    ) {
        self.ids.push(id);
        self.roots.push(root);
        self.times.push(time);
        self.first_parent.push(self.parents.len() as u32);
        self.parents.extend(parents);
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        self.ids.len() as u32
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The commit's number in the store.
    pub fn id(&self, place: CommitIndex) -> ObjectId {
        self.ids[place as usize]
    }

    /// Where a commit stands; `None` if it is not among those that count.
    pub fn place(&self, id: ObjectId) -> Option<CommitIndex> {
        let found = self.by_id.binary_search_by_key(&id, |place| self.ids[*place as usize]).ok()?;
        Some(self.by_id[found])
    }

    /// The commit's tree (or what a reference names that names no commit), if it is stored.
    pub fn root(&self, place: CommitIndex) -> Option<ObjectId> {
        self.roots[place as usize]
    }

    /// The commit's parents, the first first.
    pub fn parents(&self, place: CommitIndex) -> &[CommitIndex] {
        let (start, end) = (self.first_parent[place as usize], self.first_parent[place as usize + 1]);
        &self.parents[start as usize..end as usize]
    }

    /// When the commit was made, seconds since 1970.
    pub fn time(&self, place: CommitIndex) -> i64 {
        self.times[place as usize]
    }

    /// For every commit, whether one of `tips` is it or descends from it.
    pub fn ancestors(&self, tips: &[CommitIndex]) -> Vec<bool> {
        let mut found = vec![false; self.ids.len()];
        tips.iter().for_each(|tip| found[*tip as usize] = true);
        for place in (0..self.len()).rev() {
            if found[place as usize] {
                self.parents(place).iter().for_each(|parent| found[*parent as usize] = true);
            }
        }
        found
    }
}

/// What commits lead to in vain.
#[derive(Default)]
struct Missing {
    objects: HashSet<Oid>,
    unreadable: usize,
    cyclic: usize,
}

impl Missing {
    fn into_gaps(self, store: &Store) -> Vec<Gap> {
        let mut gaps = Vec::new();
        gaps.extend(super::missing_gaps(store, "commit or tree", self.objects.into_iter().collect()));
        if self.unreadable > 0 {
            let what = format_args!("{} parents of commits", self.unreadable);
            gaps.push(Gap::new(GapKind::Corrupt, what, "not readable as commits"));
        }
        if self.cyclic > 0 {
            let what = format_args!("{} commits", self.cyclic);
            gaps.push(Gap::new(GapKind::Corrupt, what, "each an ancestor of itself"));
        }
        gaps
    }
}
