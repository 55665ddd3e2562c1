//! The index: what the next commit will hold, and what git last knew of the files in the work tree.
//!
//! Versions 2, 3 and 4 with names of 20 or 32 bytes, as <https://git-scm.com/docs/gitformat-index> (read 2026-11-24) describes them; the
//! split index and the sparse index too. An index is a file like any other that a repository brings along: everything in it is checked
//! before it is followed.

mod cache_tree;
mod entries;
mod ewah;
mod file;
mod parse;
mod split;
mod stat;

pub use cache_tree::{CacheTree, Node};
pub use entries::{Entry, EntryKind, Index, is_safe_path};
pub use file::{Loaded, read};
pub use stat::{Stat, Written};
