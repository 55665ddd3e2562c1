//! Merkle trees as Certificate Transparency has them: SHA-256, leaves and inner nodes told apart by a first byte, any number of leaves.
//! Definition and proofs: RFC 6962, sections 2.1 and 2.1.1 (<https://www.rfc-editor.org/rfc/rfc6962>, read 2026-12-01).

use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// The hash of a node.
pub(super) type Node = [u8; 32];

/// The hash of a leaf.
pub(super) fn leaf_hash(leaf: &[u8]) -> Node {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

fn inner_hash(left: &Node, right: &Node) -> Node {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over the hashes of leaves, and with the position of one its audit path, lowest node first.
///
/// One level after the other: a node without a sibling goes up as it is, which gives the tree of the definition.
pub(super) fn root_and_path(mut level: Vec<Node>, of: Option<usize>) -> (Node, Vec<Node>) {
    let mut path = Vec::new();
    let mut at = of;
    if level.is_empty() {
        return (Sha256::digest([]).into(), path);
    }
    while level.len() > 1 {
        if let Some(at) = &mut at {
            path.extend(level.get(*at ^ 1));
            *at /= 2;
        }
        let up = |pair: &[Node]| match pair {
            [left, right] => inner_hash(left, right),
            [only, ..] => *only,
            [] => Node::default(),
        };
        level = level.par_chunks(2).with_min_len(1 << 10).map(up).collect();
    }
    (level[0], path)
}

/// The root that follows from a leaf, its position, the number of leaves, and its audit path. `None` when these do not fit each other.
pub(super) fn root_of_path(leaf: Node, at: u64, count: u64, path: &[Node]) -> Option<Node> {
    if at >= count {
        return None;
    }
    let (mut at, mut last, mut node) = (at, count - 1, leaf);
    let mut path = path.iter();
    while last > 0 {
        // The last node of a level with an odd number of nodes goes up alone.
        if at % 2 == 1 {
            node = inner_hash(path.next()?, &node);
        } else if at < last {
            node = inner_hash(&node, path.next()?);
        }
        at /= 2;
        last /= 2;
    }
    path.next().is_none().then_some(node)
}

#[cfg(test)]
mod tests {
    use super::super::digest::hex;
    use super::*;

    /// The definition, word by word.
    fn defined(leaves: &[Node]) -> Node {
        match leaves {
            [] => Sha256::digest([]).into(),
            [only] => *only,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                inner_hash(&defined(&leaves[..split]), &defined(&leaves[split..]))
            }
        }
    }

    #[test]
    fn every_leaf_of_every_tree_is_proved_and_no_other() {
        for count in 0..70_usize {
            let leaves: Vec<Node> = (0..count).map(|number| leaf_hash(&[number as u8])).collect();
            let (root, _) = root_and_path(leaves.clone(), None);
            assert_eq!(root, defined(&leaves), "{count}");
            for (at, leaf) in leaves.iter().enumerate() {
                let (same, path) = root_and_path(leaves.clone(), Some(at));
                assert_eq!(same, root);
                let root_of =
                    |leaf, at: usize, count: usize, path: &[Node]| root_of_path(leaf, at as u64, count as u64, path);
                assert_eq!(root_of(*leaf, at, count, &path), Some(root));
                assert_ne!(root_of(leaf_hash(b"other"), at, count, &path), Some(root));
                assert_ne!(root_of(*leaf, at + 1, count, &path), Some(root));
                assert_ne!(root_of(*leaf, at, count, &[path.as_slice(), &[root]].concat()), Some(root));
                if !path.is_empty() {
                    assert_ne!(root_of(*leaf, at, count, &path[1..]), Some(root));
                }
            }
        }
    }

    #[test]
    fn the_tree_is_that_of_certificate_transparency() {
        // The root of the first leaf of the RFC's test data, the empty one, is the hash of a zero byte.
        let (root, _) = root_and_path(vec![leaf_hash(b"")], None);
        assert_eq!(hex(&root), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }
}
