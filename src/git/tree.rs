//! Reading trees: `<mode> <name>\0<raw object name>`, again and again.

use super::gap::Fault;
use super::oid::Oid;

/// The names of the empty tree, which git knows without its being stored.
const EMPTY_TREES: [&str; 2] =
    ["4b825dc642cb6eb9a060e54bf8d69288fbee4904", "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"];

/// What an entry of a tree is, by its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    // Modes are five or six digits; the first says enough: 40000 folders, 160000 submodules, 1xxxxx files and links.
    let space = bytes.iter().take(8).position(|byte| *byte == b' ').ok_or(BROKEN)?;
    let kind = match &bytes[..space] {
        b"40000" | b"040000" => EntryKind::Tree,
        b"160000" => EntryKind::Submodule,
        _ => EntryKind::Blob,
    };
    let zero = space + 1 + memchr::memchr(0, &bytes[space + 1..]).ok_or(BROKEN)?;
    let end = zero + 1 + width;
    let object = bytes.get(zero + 1..end).ok_or(BROKEN)?;
    Ok(Some(TreeEntry { kind, name: &bytes[space + 1..zero], object, len: end }))
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
