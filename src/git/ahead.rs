//! Finds the commits that one side of a push has and the other lacks.
//!
//! Walked from the newest to the oldest, as `git rev-list NEW --not KNOWN` does, so that of a long history only the end is read. Where clocks
//! were wrong a commit may be taken for new that is not; never the other way round.

use super::commit::{Commit, tag_target};
use super::gap::{Fault, Gap, GapKind};
use super::lookup::Lookup;
use super::oid::{Kind, Oid};
use std::collections::{BinaryHeap, HashMap, HashSet};

/// Tags of tags beyond this are not followed.
const DEEPEST: usize = 16;
/// So many known commits are looked at after the last one that may be new: their clocks may have been wrong.
const MARGIN: usize = 8;

/// What is new.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Commits, as a rule those that others were made from first.
    pub commits: Vec<NewCommit>,
    /// Annotated tags.
    pub tags: Vec<Oid>,
    /// Trees and blobs that are named themselves.
    pub others: Vec<(Kind, Oid)>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A commit that is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommit {
    /// Its name.
    pub oid: Oid,
    /// The tree of its content.
    pub tree: Oid,
    /// The commits it was made from, as far as they are stored here.
    pub parents: Vec<Oid>,
}

/// Finds what can be reached from `new` and not from `known`. What `known` names need not be stored here. At the commits in `shallow`
/// history ends.
pub fn ahead(lookup: &mut Lookup, new: &[Oid], known: &[Oid], shallow: &HashSet<Oid>) -> Ahead {
    let known_names: HashSet<Oid> = known.iter().copied().collect();
    let mut walk =
        Walk { lookup, shallow, met: HashMap::new(), queue: BinaryHeap::new(), waiting: 0, ahead: Ahead::default() };
    for oid in new {
        walk.start(*oid, &known_names);
    }
    if walk.waiting > 0 {
        for oid in known {
            walk.start_known(*oid);
        }
    }
    walk.run();
    walk.finish()
}

/// What is known of a commit.
struct Met {
    time: i64,
    tree: Oid,
    parents: Vec<Oid>,
    is_known: bool,
    /// Whether its parents were met.
    is_done: bool,
}

struct Walk<'l> {
    lookup: &'l mut Lookup,
    shallow: &'l HashSet<Oid>,
    met: HashMap<Oid, Met>,
    /// By date.
    queue: BinaryHeap<(i64, Oid)>,
    /// How many in the queue are not known.
    waiting: usize,
    ahead: Ahead,
}

impl Walk<'_> {
    /// Follows a name that is new, through tags.
    fn start(&mut self, mut oid: Oid, known: &HashSet<Oid>) {
        for _ in 0..DEEPEST {
            if known.contains(&oid) {
                return;
            }
            match self.lookup.read(&oid) {
                Ok(Some(object)) => match object.kind {
                    Kind::Tag => {
                        self.ahead.tags.push(oid);
                        match tag_target(&object) {
                            Some((target, _)) => oid = target,
                            None => return self.gap(&oid, &Fault::Corrupt("a tag of nothing")),
                        }
                    }
                    Kind::Commit => return self.meet(oid, false),
                    kind => return self.ahead.others.push((kind, oid)),
                },
                Ok(None) => return self.ahead.gaps.push(Gap::new(GapKind::Missing, oid, "not stored here")),
                Err(fault) => return self.gap(&oid, &fault),
            }
        }
        self.gap(&oid, &Fault::Corrupt("tags of tags without an end"));
    }

    /// Follows a name that is known, through tags. What is not here, or cannot be read, leads to nothing that is known.
    fn start_known(&mut self, mut oid: Oid) {
        for _ in 0..DEEPEST {
            match self.lookup.read(&oid) {
                Ok(Some(object)) if object.kind == Kind::Tag => match tag_target(&object) {
                    Some((target, _)) => oid = target,
                    None => return,
                },
                Ok(Some(object)) if object.kind == Kind::Commit => return self.meet(oid, true),
                _ => return,
            }
        }
    }

    /// Takes note of a commit, and of all that follows when it is known.
    fn meet(&mut self, oid: Oid, is_known: bool) {
        let mut todo = vec![oid];
        while let Some(oid) = todo.pop() {
            if let Some(met) = self.met.get_mut(&oid) {
                if is_known && !met.is_known {
                    met.is_known = true;
                    if met.is_done {
                        todo.extend_from_slice(&met.parents);
                    } else {
                        self.waiting -= 1;
                    }
                }
                continue;
            }
            match self.read(&oid) {
                Ok(Some(met)) => {
                    self.queue.push((met.time, oid));
                    self.waiting += usize::from(!is_known);
                    self.met.insert(oid, Met { is_known, ..met });
                }
                Ok(None) if is_known => {}
                Ok(None) => {
                    self.ahead.gaps.push(Gap::new(GapKind::Missing, format_args!("commit {oid}"), "not stored here"))
                }
                Err(_) if is_known => {}
                Err(fault) => self.gap(&oid, &fault),
            }
        }
    }

    fn read(&mut self, oid: &Oid) -> Result<Option<Met>, Fault> {
        let Some(object) = self.lookup.read(oid)? else { return Ok(None) };
        let commit = Commit::parse(&object).filter(|_| object.kind == Kind::Commit);
        let commit = commit.ok_or(Fault::Corrupt("this is no commit"))?;
        let parents = if self.shallow.contains(oid) { Vec::new() } else { commit.parents };
        Ok(Some(Met { time: commit.committer.time, tree: commit.tree, parents, is_known: false, is_done: false }))
    }

    fn run(&mut self) {
        let mut oldest = i64::MAX;
        let mut margin = MARGIN;
        while let Some((time, oid)) = self.queue.pop() {
            if self.waiting == 0 && time < oldest {
                if margin == 0 {
                    break;
                }
                margin -= 1;
            }
            let Some(met) = self.met.get_mut(&oid) else { continue };
            met.is_done = true;
            let (is_known, parents) = (met.is_known, met.parents.clone());
            if !is_known {
                self.waiting -= 1;
                oldest = oldest.min(time);
                margin = MARGIN;
            }
            parents.into_iter().for_each(|parent| self.meet(parent, is_known));
        }
    }

    fn finish(mut self) -> Ahead {
        let mut new: Vec<(i64, Oid, Met)> =
            self.met.into_iter().filter(|(_, met)| !met.is_known).map(|(oid, met)| (met.time, oid, met)).collect();
        new.sort_by_key(|(time, oid, _)| (*time, *oid));
        let commit = |(_, oid, met): (i64, Oid, Met)| NewCommit { oid, tree: met.tree, parents: met.parents };
        self.ahead.commits = new.into_iter().map(commit).collect();
        self.ahead
    }

    fn gap(&mut self, oid: &Oid, fault: &Fault) {
        self.ahead.gaps.push(Gap::from_fault(format_args!("object {oid}"), fault));
    }
}
