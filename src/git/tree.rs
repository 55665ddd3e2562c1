//! Reading trees: `<mode> <name>\0<raw object name>`, again and again.

use super::gap::Fault;
use super::oid::Oid;

/// The names of the empty tree, which git knows without its being stored.
const EMPTY_TREES: [&str; 2] =
    ["4b825dc642cb6eb9a060e54bf8d69288fbee4904", "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"];

/// What an entry of a tree is, by its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A folder: another tree.
    Tree,
    /// A file or symbolic link: a blob.
    Blob,
    /// A submodule: a commit of another repository.
    Submodule,
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeEntry<'t> {
    /// What it is.
    pub kind: EntryKind,
    /// Its name: any bytes but `/` and zero, if whoever made the repository was honest.
    pub name: &'t [u8],
    /// The raw object name.
    pub object: &'t [u8],
    /// Length of the entry in the tree, bytes.
    pub len: usize,
}

/// The entry at the start of `bytes`, where object names have `width` bytes; `None` at the end.
pub fn first_entry(bytes: &[u8], width: usize) -> Result<Option<TreeEntry<'_>>, Fault> {
    const BROKEN: Fault = Fault::Corrupt("a tree that is not a list of entries");
    if bytes.is_empty() {
        return Ok(None);
    }
    let (kind, space) = match bytes {
        // Nearly all begin so.
        [b'1', b'0', b'0', _, _, _, b' ', ..] => (EntryKind::Blob, 6),
        [b'4', b'0', b'0', b'0', b'0', b' ', ..] => (EntryKind::Tree, 5),
        _ => kind_by_mode(bytes).ok_or(BROKEN)?,
    };
    let zero = space + 1 + memchr::memchr(0, &bytes[space + 1..]).ok_or(BROKEN)?;
    let end = zero + 1 + width;
    let object = bytes.get(zero + 1..end).ok_or(BROKEN)?;
    Ok(Some(TreeEntry { kind, name: &bytes[space + 1..zero], object, len: end }))
}

/// What the mode at the start of `bytes` says, and where it ends. As git reads it: octal digits, however many, of which the lowest 16 bits
/// count and the highest four of these say what it is. Git takes a type that no file has for a submodule; libgit2 takes it for a blob,
/// which is what it is here, so that it is looked at.
fn kind_by_mode(bytes: &[u8]) -> Option<(EntryKind, usize)> {
    let mut mode = 0_u16;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'7' => mode = mode << 3 | u16::from(byte - b'0'),
            b' ' if at > 0 => {
                let kind = match mode & 0o170_000 {
                    0o040_000 => EntryKind::Tree,
                    0o160_000 => EntryKind::Submodule,
                    _ => EntryKind::Blob,
                };
                return Some((kind, at));
            }
            _ => break,
        }
    }
    None
}

/// All entries of a tree. After an error the iterator is at its end.
pub fn entries(mut bytes: &[u8], width: usize) -> impl Iterator<Item = Result<TreeEntry<'_>, Fault>> {
    std::iter::from_fn(move || {
        let entry = first_entry(bytes, width).transpose()?;
        bytes = entry.as_ref().map_or(&[], |entry| &bytes[entry.len..]);
        Some(entry)
    })
}

/// Whether this is the tree without entries, which need not be stored.
pub fn is_empty_tree(oid: &Oid) -> bool {
    EMPTY_TREES.iter().any(|name| Oid::from_hex(name.as_bytes()) == Some(*oid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_masked_as_git_masks_them() {
        let kind = |mode: &str| {
            let tree = [mode.as_bytes(), b" name\0", &[7; 20]].concat();
            first_entry(&tree, 20).ok().flatten().map(|entry| (entry.kind, entry.len == tree.len()))
        };
        for mode in ["40000", "040000", "0040000", "40755", "40777", "47777", "0240000", "00000000000000040000"] {
            assert_eq!(kind(mode), Some((EntryKind::Tree, true)), "{mode}");
        }
        for mode in ["100644", "100755", "100600", "120000", "0100644", "120777", "0", "20000"] {
            assert_eq!(kind(mode), Some((EntryKind::Blob, true)), "{mode}");
        }
        for mode in ["160000", "0160000", "160755", "177777"] {
            let submodule = mode != "177777";
            assert_eq!(kind(mode).is_some_and(|found| found.0 == EntryKind::Submodule), submodule, "{mode}");
        }
        for mode in ["", "4000x", "40008", "-40000"] {
            assert_eq!(kind(mode), None, "{mode}");
        }
    }
}
