//! The submodules in a version: folders whose content is in another repository.

use super::edge::{Edge, Leads};
use super::trees::Trees;
use crate::git::store::{ObjectId, Store};
use crate::git::tree::{EntryKind, entries};
use std::collections::HashMap;

/// No more than this many are listed.
const MOST: usize = 1000;

/// The paths of the submodules below `root`, in git's order of names.
pub(super) fn list(store: &Store, trees: &Trees, root: ObjectId) -> Vec<Vec<u8>> {
    let leading = leading(trees, root);
    let mut reader = store.reader();
    let mut found = Vec::new();
    // A folder to read, or (without a number) a submodule.
    let mut todo: Vec<(Vec<u8>, Option<ObjectId>)> = vec![(Vec::new(), Some(root))];
    while let Some((path, folder)) = todo.pop() {
        let Some(folder) = folder else {
            found.push(path);
            if found.len() == MOST {
                break;
            }
            continue;
        };
        if leading.get(&folder) != Some(&true) {
            continue;
        }
        let Ok((_, bytes)) = reader.read(folder) else { continue };
        let before = todo.len();
        for entry in entries(bytes, store.width()).map_while(Result::ok) {
            let next = match entry.kind {
                EntryKind::Submodule => None,
                EntryKind::Tree => match store.find_raw(entry.object) {
                    Some(id) => Some(id),
                    None => continue,
                },
                EntryKind::Blob => continue,
            };
            todo.push((super::paths::join(&path, entry.name), next));
        }
        todo[before..].reverse();
    }
    found
}

/// For each tree below `root`: whether it leads to a submodule.
fn leading(trees: &Trees, root: ObjectId) -> HashMap<ObjectId, bool> {
    let mut leads = HashMap::from([(root, false)]);
    let mut path: Vec<(ObjectId, usize)> = vec![(root, 0)];
    while let Some((tree, next)) = path.last_mut() {
        let Some(edge) = trees.edges(*tree).and_then(|edges| edges.get(*next)) else {
            let edges = trees.edges(*tree).unwrap_or_default();
            let any = edges.iter().any(|edge| match edge.leads() {
                Leads::Tree(child) => leads.get(&child) == Some(&true),
                _ => *edge == Edge::SUBMODULE,
            });
            leads.insert(*tree, any);
            path.pop();
            continue;
        };
        *next += 1;
        if let Leads::Tree(child) = edge.leads()
            && !leads.contains_key(&child)
        {
            leads.insert(child, false);
            path.push((child, 0));
        }
    }
    leads
}
