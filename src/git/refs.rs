//! The references of a repository: where history is reached from.
//!
//! Read from `packed-refs` and the files below `refs`, as <https://git-scm.com/docs/gitrepository-layout> (read
//! 2026-11-23) describes them. Repositories that keep them in a `reftable` are not read yet; that is a gap.

use super::gap::{Gap, GapKind};
use super::oid::Oid;
use super::read;
use super::repo::Repository;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Larger lists of references, bytes, are not read: some 500,000 of them.
pub(super) const MOST: u64 = 64 << 20;

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
    /// References that could not be read.
    pub gaps: Vec<Gap>,
}

impl Refs {
    /// Reads them all.
    pub fn read(repository: &Repository) -> Refs {
        let mut refs = Refs::default();
        let common = &repository.common_dir;
        if repository.config.get("extensions", "refstorage").is_some_and(|format| format != "files") {
            let why = "references are kept in a format that is not read yet; nothing is known to be reachable";
            refs.gaps.push(Gap::new(GapKind::Unsupported, "references", why));
        }
        let mut named = BTreeMap::new();
        // Links to here were looked at when the repository was opened.
        let real = |name: &str| common.join(name).canonicalize().unwrap_or_else(|_| common.join(name));
        refs.read_packed(&real("packed-refs"), &mut named);
        // A loose reference overrides a packed one of the same name.
        refs.read_folder(&real("refs"), "refs", 0, &mut named);
        refs.read_work_trees(&real("worktrees"), &mut named);
        refs.read_stashes(&real("logs").join("refs/stash"), &mut named);
        if repository.git_dir != *common
            && let Some(Value::Direct(target)) = read_one(&common.join("HEAD"))
        {
            named.insert("main-worktree/HEAD".to_owned(), target);
        }
        refs.read_head(&repository.git_dir.join("HEAD"), &named);
        refs.list.extend(named.into_iter().map(|(name, target)| Ref { name, target }));
        refs
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

    fn read_packed(&mut self, path: &Path, named: &mut BTreeMap<String, Oid>) {
        let bytes = match read::limited(path, MOST) {
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
        let Ok(work_trees) = fs::read_dir(folder) else { return };
        for work_tree in work_trees.flatten() {
            let prefix = format!("worktrees/{}", work_tree.file_name().to_string_lossy());
            if let Some(Value::Direct(target)) = read_one(&work_tree.path().join("HEAD")) {
                named.insert(format!("{prefix}/HEAD"), target);
            }
            self.read_folder(&work_tree.path().join("refs"), &format!("{prefix}/refs"), 0, named);
        }
    }

    /// Adds the stashes behind the newest one: they are only in its log, the newest last.
    fn read_stashes(&mut self, log: &Path, named: &mut BTreeMap<String, Oid>) {
        for (n, line) in read::lines(log, MOST).iter().rev().enumerate().skip(1) {
            if let Some(target) = line.split(' ').nth(1).and_then(|hex| Oid::from_hex(hex.as_bytes())) {
                named.insert(format!("refs/stash@{{{n}}}"), target);
            }
        }
    }

    fn read_head(&mut self, path: &Path, named: &BTreeMap<String, Oid>) {
        match read_one(path) {
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

/// What a reference's file says.
pub(super) enum Value {
    Direct(Oid),
    Symbolic(String),
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
