//! The `TREE` extension: the trees that the index makes, as far as git knows them already.
//!
//! With it, an index of 50,000 entries is compared with a commit by reading a handful of trees. It is trusted, because git trusts it: where
//! it names a tree, the next commit holds that tree.

use crate::git::oid::Oid;

/// The tree, nodes before their children.
#[derive(Clone, Debug, Default)]
pub struct CacheTree {
    nodes: Vec<Cached>,
}

#[derive(Clone, Debug)]
struct Cached {
    name: Box<[u8]>,
    /// The tree's name; `None` when something below has changed since.
    tree: Option<Oid>,
    /// The node after all that are below this one.
    end: u32,
}

/// A folder of a [`CacheTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node(u32);

impl CacheTree {
    /// Parses the extension; `None` when it is malformed.
    pub(super) fn parse(mut data: &[u8], width: usize) -> Option<CacheTree> {
        let mut nodes: Vec<Cached> = Vec::new();
        // Nodes whose children are being read, and how many of them are to come.
        let mut open: Vec<(usize, u32)> = Vec::new();
        loop {
            let (name, rest) = split(data, 0)?;
            let (entries, rest) = split(rest, b' ')?;
            let (children, rest) = split(rest, b'\n')?;
            let is_known = !entries.starts_with(b"-");
            let (tree, rest) = if is_known { rest.split_at_checked(width)? } else { (&[][..], rest) };
            data = rest;
            let children = std::str::from_utf8(children).ok()?.parse().ok()?;
            open.push((nodes.len(), children));
            nodes.push(Cached { name: name.into(), tree: Oid::from_bytes(tree), end: 0 });
            while let Some((node, left)) = open.last_mut() {
                if *left > 0 {
                    *left -= 1;
                    break;
                }
                nodes[*node].end = u32::try_from(nodes.len()).ok()?;
                open.pop();
            }
            if open.is_empty() {
                return data.is_empty().then_some(CacheTree { nodes });
            }
        }
    }

    /// The top.
    pub fn root(&self) -> Option<Node> {
        (!self.nodes.is_empty()).then_some(Node(0))
    }

    /// The tree that the entries below a node make; `None` when git does not know.
    pub fn tree(&self, node: Node) -> Option<Oid> {
        self.nodes[node.0 as usize].tree
    }

    /// The folders in a node, by name.
    pub fn children(&self, node: Node) -> impl Iterator<Item = (&[u8], Node)> {
        let end = self.nodes[node.0 as usize].end;
        let mut next = node.0 + 1;
        std::iter::from_fn(move || {
            let child = self.nodes.get(next as usize).filter(|_| next < end)?;
            let node = Node(next);
            next = child.end;
            Some((child.name.as_ref(), node))
        })
    }
}

/// What is before and after the first `byte`.
fn split(data: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(byte, data)?;
    Some((&data[..at], &data[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_folders_keep_their_places() {
        let mut data = b"\0-1 2\n".to_vec();
        data.extend(b"a\x002 1\n");
        data.extend([1; 20]);
        data.extend(b"deep\x001 0\n");
        data.extend([2; 20]);
        data.extend(b"b\x003 0\n");
        data.extend([3; 20]);
        let tree = CacheTree::parse(&data, 20).expect("well formed");
        let root = tree.root().expect("a root");
        assert_eq!(tree.tree(root), None);
        let names: Vec<_> = tree.children(root).map(|(name, _)| name).collect();
        assert_eq!(names, [b"a", b"b"]);
        let (_, a) = tree.children(root).next().expect("a");
        assert_eq!(tree.tree(a), Oid::from_bytes(&[1; 20]));
        assert_eq!(tree.children(a).map(|(name, _)| name).collect::<Vec<_>>(), [b"deep"]);
        assert!((0..data.len()).all(|cut| CacheTree::parse(&data[..cut], 20).is_none()));
        assert!(CacheTree::parse(b"\x00-1 4000000000\n", 20).is_none());
    }
}
