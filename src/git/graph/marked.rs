//! The part of the tree graph that leads to blobs with secret ids.
//!
//! Most folders of most versions hold nothing of interest. What is left has its rows in such an order that whatever a
//! folder leads to comes before it, so that one pass over the rows carries any property of blobs up to the roots.

use super::blob_set::BlobSet;
use super::edge::{Edge, Leads};
use super::trees::Trees;
use crate::git::oid::Oid;
use crate::git::store::ObjectId;

/// No row.
const NONE: u32 = u32::MAX;

/// What a row leads to: a lower row, or a blob by its place in the set when the top bit is set.
#[derive(Clone, Copy)]
struct Link(u32);

const BLOB: u32 = 1 << 31;

/// See the module.
#[derive(Default)]
pub(super) struct MarkedTrees {
    /// By object number.
    row: Vec<u32>,
    /// Where each row's links end.
    ends: Vec<u32>,
    links: Vec<Link>,
    /// By place in the set: whether any root leads to the blob.
    pub(super) reached: Vec<bool>,
    /// Objects that some root leads to and that are not stored.
    pub(super) missing: Vec<Oid>,
}

impl MarkedTrees {
    /// Follows the trees from these roots. Roots that are no trees lead nowhere.
    pub(super) fn build(trees: &Trees, roots: impl Iterator<Item = ObjectId>, objects: usize, set: &BlobSet) -> Self {
        let mut marked = MarkedTrees {
            row: vec![NONE; objects],
            ends: Vec::new(),
            links: Vec::new(),
            reached: vec![false; set.len()],
            missing: Vec::new(),
        };
        let mut seen = vec![false; objects];
        let mut missed = vec![false; trees.missing.len()];
        // A tree, and how many of its edges were followed. Not recursion: trees nest as deep as somebody liked.
        let mut path: Vec<(ObjectId, usize)> = Vec::new();
        for root in roots {
            if !std::mem::replace(&mut seen[root.index()], true) {
                path.push((root, 0));
            }
            while let Some((tree, next)) = path.last_mut() {
                let edges = trees.edges(*tree).unwrap_or_default();
                let Some(edge) = edges.get(*next) else {
                    marked.finish(*tree, edges, set);
                    path.pop();
                    continue;
                };
                *next += 1;
                match edge.leads() {
                    Leads::Tree(child) if !std::mem::replace(&mut seen[child.index()], true) => {
                        path.push((child, 0));
                        // What a tree calls a folder may be a file.
                        set.place(child).into_iter().for_each(|place| marked.reached[place] = true);
                    }
                    Leads::Blob(place) => marked.reached[place as usize] = true,
                    Leads::Missing(place) => missed[place as usize] = true,
                    Leads::Tree(_) | Leads::Submodule | Leads::Nothing => {}
                }
            }
        }
        marked.missing = trees.missing.iter().zip(missed).filter(|(_, missed)| *missed).map(|(oid, _)| *oid).collect();
        marked
    }

    /// Gives the tree a row if it leads to a marked blob, now that all it leads to have theirs.
    fn finish(&mut self, tree: ObjectId, edges: &[Edge], set: &BlobSet) {
        let before = self.links.len();
        for edge in edges {
            match edge.leads() {
                Leads::Tree(child) if self.row[child.index()] != NONE => self.links.push(Link(self.row[child.index()])),
                Leads::Tree(child) => self.links.extend(set.place(child).map(|place| Link(BLOB | place as u32))),
                Leads::Blob(place) => self.links.push(Link(BLOB | place)),
                _ => {}
            }
        }
        if self.links.len() > before {
            self.row[tree.index()] = self.ends.len() as u32;
            self.ends.push(self.links.len() as u32);
        }
    }

    /// The row of a tree that leads to a marked blob.
    pub(super) fn row(&self, tree: ObjectId) -> Option<usize> {
        Some(self.row[tree.index()]).filter(|row| *row != NONE).map(|row| row as usize)
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Carries a property of blobs up: for each row, the union over all that it leads to.
    pub(super) fn carry<T: Copy + Default>(&self, blobs: &[T], union: impl Fn(T, T) -> T) -> Vec<T> {
        let mut rows = Vec::new();
        self.carry_into(&mut rows, blobs, union);
        rows
    }

    /// The same into a vector that is used again.
    pub(super) fn carry_into<T: Copy + Default>(&self, rows: &mut Vec<T>, blobs: &[T], union: impl Fn(T, T) -> T) {
        rows.clear();
        rows.reserve_exact(self.ends.len());
        let mut start = 0;
        for &end in &self.ends {
            let links = &self.links[start..end as usize];
            let all = links.iter().fold(T::default(), |all, link| {
                let one = match link.0 & BLOB {
                    0 => rows[link.0 as usize],
                    _ => blobs[(link.0 & !BLOB) as usize],
                };
                union(all, one)
            });
            rows.push(all);
            start = end as usize;
        }
    }
}
