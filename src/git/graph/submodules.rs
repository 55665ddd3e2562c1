//! The submodules in a version: folders whose content is in another repository.

use super::edge::{Edge, Leads};
use super::paths::Names;
use super::trees::Trees;
use crate::git::store::{ObjectId, Store};
use crate::git::tree::{EntryKind, entries};
use std::collections::HashMap;

/// No more than this many are listed.
const MAX_SUBMODULES: usize = 1000;

/// The paths of the submodules below `root`, in git's order of names.
pub(super) fn list(store: &Store, trees: &Trees, root: ObjectId) -> Vec<Vec<u8>> {
    let leading = leading(trees, root);
    let mut reader = store.reader();
    let mut found = Vec::new();
    let mut names = Names::default();
    // A folder to read, or (without a number) a submodule.
    let mut todo: Vec<(usize, Option<ObjectId>)> = vec![(0, Some(root))];
    while let Some((name, folder)) = todo.pop() {
        let Some(folder) = folder else {
            found.push(names.path(name));
            if found.len() == MAX_SUBMODULES {
                break;
            }
            continue;
        };
        let (Some(own), Ok((_, bytes))) = (leading.get(&folder), reader.read(folder)) else { continue };
        let before = todo.len();
        for entry in entries(bytes, store.width()).map_while(Result::ok) {
            let below = match entry.kind {
                EntryKind::Submodule => None,
                // What a folder holds was finished before it. In a store that lies, a folder can seem to hold itself.
                EntryKind::Tree => match store.find_raw(entry.object) {
                    Some(id) if leading.get(&id).is_some_and(|order| order < own) => Some(id),
                    _ => continue,
                },
                EntryKind::Blob => continue,
            };
            todo.push((names.add(name, entry.name), below));
        }
        todo[before..].reverse();
    }
    found
}

/// The trees from `root` on that lead to a submodule, and in what order they were finished.
fn leading(trees: &Trees, root: ObjectId) -> HashMap<ObjectId, usize> {
    let mut order: HashMap<ObjectId, usize> = HashMap::new();
    let mut seen = std::collections::HashSet::from([root]);
    let mut path: Vec<(ObjectId, usize)> = vec![(root, 0)];
    while let Some((tree, next)) = path.last_mut() {
        let edges = trees.edges(*tree).unwrap_or_default();
        let Some(edge) = edges.get(*next) else {
            let leads = |edge: &Edge| match edge.leads() {
                Leads::Tree(child) => order.contains_key(&child),
                _ => *edge == Edge::SUBMODULE,
            };
            if edges.iter().any(leads) {
                order.insert(*tree, order.len());
            }
            path.pop();
            continue;
        };
        *next += 1;
        if let Leads::Tree(child) = edge.leads()
            && seen.insert(child)
        {
            path.push((child, 0));
        }
    }
    order
}
