//! The references of a repository: where history is reached from.
//!
//! Read from `packed-refs` and the files below `refs`, as <https://git-scm.com/docs/gitrepository-layout> (read
//! 2026-11-23) describes them, or from a [`reftable`](super::reftable). Any other storage is a gap.

use super::gap::{Fault, Gap, GapKind};
use super::oid::Oid;
use super::read;
use super::reftable::{Tables, Value};
use super::repo::Repository;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Larger lists of references, bytes, are not read: some 500,000 of them.
pub(super) const MAX_PACKED_REFS_BYTES: u64 = 64 << 20;

/// Deeper nested folders of references are not read.
const DEEPEST: usize = 32;

/// How often a symbolic reference may lead to another one; git's own limit.
const MOST_HOPS: usize = 5;

/// A name for an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ref {
    /// The full name, e.g. `refs/heads/main`, `HEAD`, `refs/stash@{1}`. May hold bytes the repository chose.
    pub name: String,
    /// What it names; for an annotated tag, the tag.
    pub target: Oid,
}

/// All references.
#[derive(Debug, Default)]
pub struct Refs {
    /// `HEAD` (if it names anything), then everything below `refs/`, older stashes, and other work trees' `HEAD`s.
    pub list: Vec<Ref>,
    /// The branch `HEAD` is on, as a full name, whether that exists or not; `None` when it is detached.
    pub head_branch: Option<String>,
    /// Symbolic references and what they lead to. What that is, is in the list by its own name.
    symbolic: BTreeMap<String, String>,
    /// Whether nothing is known of the references, because they are kept in a format that is not read.
    pub are_unknown: bool,
    /// References that could not be read.
    pub gaps: Vec<Gap>,
}

impl Refs {
    /// Reads them all.
    pub fn read(repository: &Repository) -> Refs {
        let mut refs = Refs::default();
        match repository.config.get("extensions", "refstorage").unwrap_or("files") {
            "files" => refs.read_files(repository),
            "reftable" => {
                if let Err(fault) = refs.read_tables(repository) {
                    refs = Refs { are_unknown: true, ..Refs::default() };
                    refs.gaps.push(Gap::from_fault("reftable", &fault));
                }
            }
            format => {
                let why = "a way to keep references that is not known; whatever is stored is taken as reachable";
                refs.gaps.push(Gap::new(GapKind::Unsupported, format_args!("references as {format}"), why));
                refs.are_unknown = true;
            }
        }
        refs
    }

    fn read_files(&mut self, repository: &Repository) {
        let common = &repository.common_dir;
        let mut named = BTreeMap::new();
        // Links to here were looked at when the repository was opened.
        let real = |name: &str| common.join(name).canonicalize().unwrap_or_else(|_| common.join(name));
        self.read_packed(&real("packed-refs"), &mut named);
        // A loose reference overrides a packed one of the same name.
        self.read_folder(&real("refs"), "refs", 0, &mut named);
        self.read_work_trees(&real("worktrees"), &mut named);
        self.read_stashes(&real("logs").join("refs/stash"), &mut named);
        if repository.git_dir != *common
            && let Some(Value::Direct(target)) = read_one(&common.join("HEAD"))
        {
            named.insert("main-worktree/HEAD".to_owned(), target);
        }
        self.set_head(read_one(&repository.git_dir.join("HEAD")), &named);
        self.list.extend(named.into_iter().map(|(name, target)| Ref { name, target }));
    }

    /// What a full name stands for, through symbolic references.
    pub fn get(&self, name: &str) -> Option<Oid> {
        Some(self.list[self.position(name)?].target)
    }

    /// The place in the list of what a full name stands for, through symbolic references.
    pub fn position(&self, name: &str) -> Option<usize> {
        let mut name = name;
        for _ in 0..=MOST_HOPS {
            if let Some(found) = self.list.iter().position(|reference| reference.name == name) {
                return Some(found);
            }
            name = self.symbolic.get(name)?;
        }
        None
    }

    /// What `HEAD` names.
    pub fn head(&self) -> Option<Oid> {
        self.list.iter().find(|reference| reference.name == "HEAD").map(|reference| reference.target)
    }

    fn read_tables(&mut self, repository: &Repository) -> Result<(), Fault> {
        let common = &repository.common_dir;
        let mut named = BTreeMap::new();
        let folder = common.join("reftable");
        let tables = Tables::read(&folder.canonicalize().unwrap_or(folder), repository.width)?;
        let mut head = self.take_table(tables.refs, "", &mut named);
        // The newest one is the reference itself.
        for (n, target) in tables.stashes.iter().rev().enumerate().skip(1) {
            named.insert(format!("refs/stash@{{{n}}}"), *target);
        }
        for folder in work_trees(&common.join("worktrees")) {
            let prefix = format!("worktrees/{}/", folder.file_name().unwrap_or_default().to_string_lossy());
            let own = match Tables::read(&folder.join("reftable"), repository.width) {
                Ok(own) => own,
                Err(fault) => {
                    self.gaps.push(Gap::from_fault(prefix, &fault));
                    continue;
                }
            };
            let own_head = self.take_table(own.refs, &prefix, &mut named);
            if let Some(Value::Direct(target)) = own_head {
                named.insert(format!("{prefix}HEAD"), target);
            }
            if repository.git_dir == folder
                && let Some(Value::Direct(target)) = std::mem::replace(&mut head, own_head)
            {
                named.insert("main-worktree/HEAD".to_owned(), target);
            }
        }
        self.set_head(head, &named);
        self.list.extend(named.into_iter().map(|(name, target)| Ref { name, target }));
        Ok(())
    }

    /// Takes over what tables say; returns their `HEAD`.
    fn take_table(
        &mut self,
        table: BTreeMap<String, Value>,
        prefix: &str,
        named: &mut BTreeMap<String, Oid>,
    ) -> Option<Value> {
        let mut head = None;
        for (name, value) in table {
            match value {
                value if name == "HEAD" => head = Some(value),
                Value::Direct(target) if name.starts_with("refs/") => {
                    _ = named.insert(format!("{prefix}{name}"), target);
                }
                Value::Symbolic(to) if name.starts_with("refs/") => {
                    _ = self.symbolic.insert(format!("{prefix}{name}"), to);
                }
                _ => {} // FETCH_HEAD and its like.
            }
        }
        head
    }

    fn read_packed(&mut self, path: &Path, named: &mut BTreeMap<String, Oid>) {
        let bytes = match read::limited(path, MAX_PACKED_REFS_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.gaps.push(Gap::new(GapKind::Corrupt, "packed-refs", error)),
        };
        let mut unread = 0;
        for line in String::from_utf8_lossy(&bytes).lines() {
            // `#` begins the header, `^` what the tag of the line before points to.
            if line.is_empty() || line.starts_with(['#', '^']) {
                continue;
            }
            match line.split_once(' ').and_then(|(hex, name)| Some((name, Oid::from_hex(hex.as_bytes())?))) {
                Some((name, target)) => drop(named.insert(name.to_owned(), target)),
                None => unread += 1,
            }
        }
        if unread > 0 {
            let why = format_args!("{unread} lines that are not references");
            self.gaps.push(Gap::new(GapKind::Corrupt, "packed-refs", why));
        }
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str, depth: usize, named: &mut BTreeMap<String, Oid>) {
        let files = match fs::read_dir(folder) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.gaps.push(Gap::new(GapKind::Corrupt, prefix, error)),
        };
        for file in files.flatten() {
            let name = format!("{prefix}/{}", file.file_name().to_string_lossy());
            // A folder behind a link is not entered: it could lead anywhere, or in circles.
            if file.file_type().is_ok_and(|kind| kind.is_dir()) {
                if depth < DEEPEST {
                    self.read_folder(&file.path(), &name, depth + 1, named);
                } else {
                    self.gaps.push(Gap::new(GapKind::Unsupported, name, "references in too deeply nested folders"));
                }
                continue;
            }
            if name.ends_with(".lock") {
                continue; // Of a git that is running, or was killed.
            }
            match read_one(&file.path()) {
                Some(Value::Direct(target)) => drop(named.insert(name, target)),
                Some(Value::Symbolic(to)) => {
                    named.remove(&name);
                    self.symbolic.insert(name, to);
                }
                None => self.gaps.push(Gap::new(GapKind::Corrupt, name, "not a reference")),
            }
        }
    }

    /// Adds the `HEAD` and the private references of linked work trees.
    fn read_work_trees(&mut self, folder: &Path, named: &mut BTreeMap<String, Oid>) {
        for work_tree in work_trees(folder) {
            let prefix = format!("worktrees/{}", work_tree.file_name().unwrap_or_default().to_string_lossy());
            if let Some(Value::Direct(target)) = read_one(&work_tree.join("HEAD")) {
                named.insert(format!("{prefix}/HEAD"), target);
            }
            self.read_folder(&work_tree.join("refs"), &format!("{prefix}/refs"), 0, named);
        }
    }

    /// Adds the stashes behind the newest one: they are only in its log, the newest last.
    fn read_stashes(&mut self, log: &Path, named: &mut BTreeMap<String, Oid>) {
        for (n, line) in read::lines(log, MAX_PACKED_REFS_BYTES).iter().rev().enumerate().skip(1) {
            if let Some(target) = line.split(' ').nth(1).and_then(|hex| Oid::from_hex(hex.as_bytes())) {
                named.insert(format!("refs/stash@{{{n}}}"), target);
            }
        }
    }

    fn set_head(&mut self, head: Option<Value>, named: &BTreeMap<String, Oid>) {
        match head {
            Some(Value::Direct(target)) => self.list.push(Ref { name: "HEAD".to_owned(), target }),
            Some(Value::Symbolic(mut branch)) => {
                for _ in 0..MOST_HOPS {
                    let Some(next) = self.symbolic.get(&branch) else { break };
                    branch.clone_from(next);
                }
                self.list.extend(named.get(&branch).map(|target| Ref { name: "HEAD".to_owned(), target: *target }));
                self.head_branch = Some(branch);
            }
            None => self.gaps.push(Gap::new(GapKind::Corrupt, "HEAD", "not a reference")),
        }
    }
}

/// The folders of linked work trees. A link among them could lead anywhere.
fn work_trees(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()).collect()
}

/// Reads a reference's file. A link is what symbolic references once were: where it leads is a name, and is not followed.
pub(super) fn read_one(path: &Path) -> Option<Value> {
    if let Ok(target) = fs::read_link(path) {
        let name = target.to_string_lossy().into_owned();
        return name.starts_with("refs/").then_some(Value::Symbolic(name));
    }
    let bytes = read::limited(path, 1 << 12).ok()?;
    let line = bytes.split(|byte| *byte == b'\n').next()?.trim_ascii();
    match line.strip_prefix(b"ref:") {
        Some(name) => Some(Value::Symbolic(String::from_utf8_lossy(name.trim_ascii()).into_owned())),
        None => Oid::from_hex(line).map(Value::Direct),
    }
}
