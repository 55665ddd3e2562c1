//! The references of a repository: where history is reached from.
//!
//! Read from `packed-refs` and the files below `refs`, as <https://git-scm.com/docs/gitrepository-layout> (read
//! 2026-11-23) describes them, or from a [`reftable`](super::reftable). Any other storage is a gap. Names are bytes, as they are for git:
//! two that look alike once they are shown may lead to different commits.

use super::gap::{Fault, Gap, GapKind};
use super::oid::Oid;
use super::read;
use super::ref_file::{Value, read_value};
use super::reftable::Tables;
use super::repo::Repository;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Larger lists of references, bytes, are not read: some 500,000 of them.
pub(super) const MAX_PACKED_REFS_BYTES: u64 = 64 << 20;

/// Deeper nested folders of references are not read.
const DEEPEST: usize = 32;

/// How often a symbolic reference may lead to another one: as often as libgit2 follows them. Git's own limit is 5.
pub(super) const MOST_HOPS: usize = 10;

/// A name for an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ref {
    /// The full name, e.g. `refs/heads/main`, `HEAD`, `refs/stash@{1}`: whatever bytes the repository chose.
    pub name: Vec<u8>,
    /// What it names; for an annotated tag, the tag.
    pub target: Oid,
}

impl Ref {
    /// The name as text. Bytes that are not UTF-8 are replaced, so this is not an identity.
    pub fn display(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }
}

/// All references.
#[derive(Debug, Default)]
pub struct Refs {
    /// `HEAD` (if it names anything), then everything below `refs/`, older stashes, and other work trees' `HEAD`s.
    pub list: Vec<Ref>,
    /// The branch `HEAD` is on, as a full name, whether that exists or not; `None` when it is detached.
    pub head_branch: Option<Vec<u8>>,
    /// Symbolic references and what they lead to. What that is, is in the list by its own name, or else by theirs.
    symbolic: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Whether nothing is known of the references, because they are kept in a format that is not read.
    pub are_unknown: bool,
    /// References that could not be read.
    pub gaps: Vec<Gap>,
}

/// References by their names.
type Named = BTreeMap<Vec<u8>, Oid>;

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
        let mut named = Named::new();
        // Links to here were looked at when the repository was opened.
        let real = |name: &str| common.join(name).canonicalize().unwrap_or_else(|_| common.join(name));
        self.read_packed(&real("packed-refs"), &mut named);
        // A loose reference overrides a packed one of the same name.
        self.read_folder(&real("refs"), b"refs", 0, &mut named);
        if repository.git_dir != *common {
            self.read_head(&common.join("HEAD"), b"main-worktree/HEAD".to_vec(), &mut named);
        }
        for work_tree in self.work_trees(&real("worktrees")) {
            let prefix = [b"worktrees/", work_tree.file_name().unwrap_or_default().as_encoded_bytes()].concat();
            self.read_head(&work_tree.join("HEAD"), [&prefix[..], b"/HEAD"].concat(), &mut named);
            self.read_folder(&work_tree.join("refs"), &[&prefix[..], b"/refs"].concat(), 0, &mut named);
        }
        self.read_stashes(&real("logs").join("refs/stash"), &mut named);
        self.follow_symbolic(repository, &Named::new(), &mut named);
        let head = read_value(&repository.git_dir.join("HEAD"));
        self.set_head(repository, head.map_err(|error| Gap::new(GapKind::Corrupt, "HEAD", error)), named);
    }

    /// What a full name stands for, through symbolic references.
    pub fn get(&self, name: &[u8]) -> Option<Oid> {
        Some(self.list[self.position(name)?].target)
    }

    /// The place in the list of what a full name stands for, through symbolic references.
    pub fn position(&self, name: &[u8]) -> Option<usize> {
        let mut name = name;
        for _ in 0..=MOST_HOPS + 1 {
            if let Some(found) = self.list.iter().position(|reference| reference.name == name) {
                return Some(found);
            }
            name = self.symbolic.get(name)?;
        }
        None
    }

    /// What `HEAD` names.
    pub fn head(&self) -> Option<Oid> {
        self.list.iter().find(|reference| reference.name == b"HEAD").map(|reference| reference.target)
    }

    fn read_tables(&mut self, repository: &Repository) -> Result<(), Fault> {
        let common = &repository.common_dir;
        let (mut named, mut others) = (Named::new(), Named::new());
        let folder = common.join("reftable");
        let tables = Tables::read(&folder.canonicalize().unwrap_or(folder), repository.width)?;
        let mut head = self.take_table(tables.refs, b"", &mut named, &mut others);
        // The newest one is the reference itself.
        for (n, target) in tables.stashes.iter().rev().enumerate().skip(1) {
            named.insert(format!("refs/stash@{{{n}}}").into_bytes(), *target);
        }
        for folder in self.work_trees(&common.join("worktrees")) {
            let prefix = [b"worktrees/", folder.file_name().unwrap_or_default().as_encoded_bytes(), b"/"].concat();
            let own = match Tables::read(&folder.join("reftable"), repository.width) {
                Ok(own) => own,
                Err(fault) => {
                    self.gaps.push(Gap::from_fault(String::from_utf8_lossy(&prefix), &fault));
                    continue;
                }
            };
            let own_head = self.take_table(own.refs, &prefix, &mut named, &mut others);
            if let Some(Value::Direct(target)) = own_head {
                named.insert([&prefix[..], b"HEAD"].concat(), target);
            }
            if repository.git_dir == folder
                && let Some(Value::Direct(target)) = std::mem::replace(&mut head, own_head)
            {
                named.insert(b"main-worktree/HEAD".to_vec(), target);
            }
        }
        self.follow_symbolic(repository, &others, &mut named);
        self.set_head(repository, head.ok_or_else(|| Gap::new(GapKind::Corrupt, "HEAD", "not a reference")), named);
        Ok(())
    }

    /// Takes over what tables say; returns their `HEAD`. What is not below `refs/`, such as `ORIG_HEAD`, counts only when a symbolic
    /// reference leads to it.
    fn take_table(
        &mut self,
        table: BTreeMap<Vec<u8>, Value>,
        prefix: &[u8],
        named: &mut Named,
        others: &mut Named,
    ) -> Option<Value> {
        let mut head = None;
        for (name, value) in table {
            let full = [prefix, &name[..]].concat();
            match value {
                value if name == b"HEAD" => head = Some(value),
                Value::Direct(target) if name.starts_with(b"refs/") => drop(named.insert(full, target)),
                Value::Direct(target) => drop(others.insert(full, target)),
                Value::Symbolic(to) => drop(self.symbolic.insert(full, to)),
            }
        }
        head
    }

    fn read_packed(&mut self, path: &Path, named: &mut Named) {
        let bytes = match read::limited(path, MAX_PACKED_REFS_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.gaps.push(Gap::new(GapKind::Corrupt, "packed-refs", error)),
        };
        let mut unread = 0;
        for line in bytes.split(|byte| *byte == b'\n') {
            // `#` begins the header, `^` what the tag of the line before points to.
            if matches!(line.first(), None | Some(b'#' | b'^')) {
                continue;
            }
            let space = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
            match Oid::from_hex(&line[..space]).zip(line.get(space + 1..).filter(|name| !name.is_empty())) {
                Some((target, name)) => drop(named.insert(name.to_owned(), target)),
                None => unread += 1,
            }
        }
        if unread > 0 {
            let why = format_args!("{unread} lines that are not references");
            self.gaps.push(Gap::new(GapKind::Corrupt, "packed-refs", why));
        }
    }

    fn read_folder(&mut self, folder: &Path, prefix: &[u8], depth: usize, named: &mut Named) {
        let shown = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let files = match fs::read_dir(folder) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.gaps.push(Gap::new(GapKind::Corrupt, shown(prefix), error)),
        };
        for file in files {
            let file = match file {
                Ok(file) => file,
                Err(error) => return self.gaps.push(Gap::new(GapKind::Corrupt, shown(prefix), error)),
            };
            let own = file.file_name();
            let own = own.as_encoded_bytes();
            // What begins with a dot is no reference for git, and a lock is of a git that is running, or was killed.
            if own.starts_with(b".") || own.ends_with(b".lock") {
                continue;
            }
            let name = [prefix, b"/", own].concat();
            // A folder behind a link is not entered: it could lead anywhere, or in circles.
            if file.file_type().is_ok_and(|kind| kind.is_dir()) {
                if depth < DEEPEST {
                    self.read_folder(&file.path(), &name, depth + 1, named);
                } else {
                    let why = "references in too deeply nested folders";
                    self.gaps.push(Gap::new(GapKind::Unsupported, shown(&name), why));
                }
                continue;
            }
            match read_value(&file.path()) {
                Ok(Value::Direct(target)) => drop(named.insert(name, target)),
                Ok(Value::Symbolic(to)) => {
                    named.remove(&name);
                    self.symbolic.insert(name, to);
                }
                // A `git pack-refs` that is running takes files away once `packed-refs` has them.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => self.gaps.push(Gap::new(GapKind::Corrupt, shown(&name), error)),
            }
        }
    }

    /// Adds the `HEAD` of another work tree, if that is on no branch.
    fn read_head(&mut self, path: &Path, name: Vec<u8>, named: &mut Named) {
        match read_value(path) {
            Ok(Value::Direct(target)) => drop(named.insert(name, target)),
            Ok(Value::Symbolic(to)) => drop(self.symbolic.insert(name, to)),
            // Left behind when a work tree was taken away: it has no commit.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.gaps.push(Gap::new(GapKind::Corrupt, String::from_utf8_lossy(&name), error)),
        }
    }

    /// The folders of linked work trees. A link among them could lead anywhere.
    fn work_trees(&mut self, folder: &Path) -> Vec<PathBuf> {
        let entries: io::Result<Vec<fs::DirEntry>> = fs::read_dir(folder).and_then(Iterator::collect);
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                self.gaps.push(Gap::new(GapKind::Corrupt, "worktrees", error));
                return Vec::new();
            }
        };
        let folders = entries.into_iter().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        folders.map(|entry| entry.path()).collect()
    }

    /// Adds the stashes behind the newest one: they are only in its log, the newest last.
    fn read_stashes(&mut self, log: &Path, named: &mut Named) {
        let bytes = match read::limited(log, MAX_PACKED_REFS_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.gaps.push(Gap::new(GapKind::Corrupt, "logs/refs/stash", error)),
        };
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let stashes: Vec<Option<Oid>> =
            lines.map(|line| Oid::from_hex(line.split(|byte| *byte == b' ').nth(1)?)).collect();
        let unread = stashes.iter().filter(|stash| stash.is_none()).count();
        if unread > 0 {
            let why = format_args!("{unread} lines that are not stashes");
            self.gaps.push(Gap::new(GapKind::Corrupt, "logs/refs/stash", why));
        }
        for (n, target) in stashes.iter().rev().enumerate().skip(1) {
            named.extend(target.map(|target| (format!("refs/stash@{{{n}}}").into_bytes(), target)));
        }
    }

    /// Adds the symbolic references that lead to something that is not in the list by a name of its own: git follows them to any file of
    /// the repository. `others` is what is kept elsewhere than in a file.
    fn follow_symbolic(&mut self, repository: &Repository, others: &Named, named: &mut Named) {
        let mut found = Named::new();
        for (name, to) in &self.symbolic {
            match self.target(repository, others, named, to) {
                Ok(Some((target, false))) => drop(found.insert(name.clone(), target)),
                Ok(_) => {}
                Err(error) => self.gaps.push(Gap::new(GapKind::Corrupt, String::from_utf8_lossy(name), error)),
            }
        }
        named.append(&mut found);
    }

    /// What a name leads to in the end, and whether that is among the `named` ones. `None` when there is nothing yet.
    fn target(
        &self,
        repository: &Repository,
        others: &Named,
        named: &Named,
        name: &[u8],
    ) -> io::Result<Option<(Oid, bool)>> {
        let mut name = Cow::Borrowed(name);
        for _ in 0..=MOST_HOPS {
            if let Some(target) = named.get(&*name) {
                return Ok(Some((*target, true)));
            }
            if let Some(target) = others.get(&*name) {
                return Ok(Some((*target, false)));
            }
            name = match self.symbolic.get(&*name) {
                Some(next) => Cow::Borrowed(next),
                None => {
                    let Some(path) = repository.ref_file(&name) else { return Ok(None) };
                    match read_value(&path) {
                        Ok(Value::Direct(target)) => return Ok(Some((target, false))),
                        Ok(Value::Symbolic(next)) => Cow::Owned(next),
                        Err(error) if error.kind() == io::ErrorKind::NotFound || path.is_dir() => return Ok(None),
                        Err(error) => return Err(error),
                    }
                }
            };
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "it leads in circles"))
    }

    fn set_head(&mut self, repository: &Repository, head: Result<Value, Gap>, named: Named) {
        let head_name = || b"HEAD".to_vec();
        match head {
            Ok(Value::Direct(target)) => self.list.push(Ref { name: head_name(), target }),
            Ok(Value::Symbolic(mut branch)) => {
                match self.target(repository, &Named::new(), &named, &branch) {
                    Ok(found) => self.list.extend(found.map(|(target, _)| Ref { name: head_name(), target })),
                    Err(error) => self.gaps.push(Gap::new(GapKind::Corrupt, "HEAD", error)),
                }
                for _ in 0..MOST_HOPS {
                    let Some(next) = self.symbolic.get(&branch) else { break };
                    branch.clone_from(next);
                }
                self.head_branch = Some(branch);
            }
            Err(gap) => self.gaps.push(gap),
        }
        self.list.extend(named.into_iter().map(|(name, target)| Ref { name, target }));
    }
}
