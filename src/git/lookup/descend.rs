//! From a tree to what stands in it under a path.

use super::Lookup;
use crate::git::gap::Fault;
use crate::git::oid::{Kind, Oid};
use crate::git::tree::{EntryKind, entries};

impl Lookup {
    /// What the tree has under a path; `None` when it has nothing there, or is not stored.
    ///
    /// # Errors
    /// Fails when a tree on the way cannot be read.
    pub fn descend(&mut self, tree: Oid, path: &[u8]) -> Result<Option<(EntryKind, Oid)>, Fault> {
        let width = self.width();
        let mut found = (EntryKind::Tree, tree);
        for name in path.split(|byte| *byte == b'/') {
            if found.0 != EntryKind::Tree {
                return Ok(None);
            }
            let Some(object) = self.read(&found.1)?.filter(|object| object.kind == Kind::Tree) else { return Ok(None) };
            let mut next = None;
            for entry in entries(&object, width) {
                let entry = entry?;
                if entry.name == name {
                    next = Oid::from_bytes(entry.object).map(|oid| (entry.kind, oid));
                    break;
                }
            }
            let Some(next) = next else { return Ok(None) };
            found = next;
        }
        Ok(Some(found))
    }

    /// Calls `each` for the blobs below a tree, each blob once, with its path from there, until it answers `false`. Trees that cannot be
    /// read are passed over.
    pub fn blobs_below(&mut self, tree: Oid, mut each: impl FnMut(&[u8], Oid) -> bool) {
        let width = self.width();
        let mut met = std::collections::HashSet::new();
        let mut todo = vec![(Vec::new(), tree)];
        while let Some((folder, tree)) = todo.pop() {
            let Ok(Some(object)) = self.read(&tree) else { continue };
            for entry in entries(&object, width).map_while(Result::ok) {
                let Some(oid) = Oid::from_bytes(entry.object).filter(|oid| met.insert(*oid)) else { continue };
                let path = [&folder, entry.name].concat();
                match entry.kind {
                    EntryKind::Tree => todo.push(([&path[..], b"/"].concat(), oid)),
                    EntryKind::Blob if !each(&path, oid) => return,
                    EntryKind::Blob | EntryKind::Submodule => {}
                }
            }
        }
    }
}
