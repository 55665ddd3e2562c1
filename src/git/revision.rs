//! Resolves revisions such as `main~3`, `v1.0^{commit}` or `1a2b3c4` to commits.
//!
//! The ways to name one that <https://git-scm.com/docs/gitrevisions> (read 2026-11-24) describes, without those that search
//! (`:/text`, `^{/text}`), name files (`main:path`) or tell the time (`main@{yesterday}`): these are errors, never guesses.

use super::commit::{Commit, tag_target};
use super::gap::Fault;
use super::oid::{Kind, Oid};
use super::path::native;
use super::read;
use super::refs::Refs;
use super::repo::Repository;
use super::store::{ObjectId, ObjectReader, Store};
use std::path::PathBuf;
use thiserror::Error;

/// Fewer digits than this are no name; git's own limit.
const FEWEST_DIGITS: usize = 4;

/// Longer logs of a reference, bytes, are not read.
const LONGEST_LOG: u64 = 64 << 20;

/// Why a revision means nothing here. Holds nothing but what the user wrote.
#[derive(Debug, Error)]
pub enum RevisionError {
    /// No reference has this name, and no object begins so.
    #[error("`{0}` is no branch, tag or commit of this repository; `git log --all` shows what there is")]
    Unknown(String),
    /// Several commits begin so.
    #[error("`{0}` may be one of several commits; give more digits")]
    Ambiguous(String),
    /// A syntax that is not understood.
    #[error(
        "`{0}`: of git's ways to name a commit names, `~N`, `^N`, `^{{}}`, `@{{N}}` and `@{{upstream}}` are understood"
    )]
    Syntax(String),
    /// It leads beyond the first commit, or past the end of a log.
    #[error("`{0}` leads to no commit: history (or the log of that reference) does not go back so far")]
    Beyond(String),
    /// It is something else than a commit.
    #[error("`{0}` is a {1}, not a commit")]
    NotACommit(String, &'static str),
    /// What it names, or something on the way to it, cannot be read.
    #[error("`{0}` cannot be followed: {1}")]
    Unreadable(String, Fault),
    /// It is not stored here, and the repository says itself that it does not hold everything.
    #[error("`{0}` is not here: {1}")]
    Elsewhere(String, &'static str),
}

/// Resolves revisions.
pub struct Revisions<'r> {
    repository: &'r Repository,
    refs: &'r Refs,
    store: &'r Store,
    reader: ObjectReader<'r>,
}

/// One step from an object to another.
enum Step {
    /// To so many first parents back.
    Back(usize),
    /// To the parent of this number; to itself for 0.
    Parent(usize),
    /// To what annotated tags stand for.
    Peel,
}

impl<'r> Revisions<'r> {
    /// A resolver for a repository that is open.
    pub fn new(repository: &'r Repository, refs: &'r Refs, store: &'r Store) -> Revisions<'r> {
        Revisions { repository, refs, store, reader: store.reader() }
    }

    /// The commit that `text` names.
    ///
    /// # Errors
    /// Fails when it names none, or several.
    pub fn commit(&mut self, text: &str) -> Result<ObjectId, RevisionError> {
        self.find_commit(text).map_err(|error| self.with_cause(error))
    }

    /// Says why something may not be found although nothing is wrong with what the user wrote.
    fn with_cause(&self, error: RevisionError) -> RevisionError {
        let text = match &error {
            RevisionError::Unknown(text)
            | RevisionError::Beyond(text)
            | RevisionError::Unreadable(text, Fault::NotStored(_)) => text.clone(),
            _ => return error,
        };
        let is_unknown = matches!(error, RevisionError::Unknown(_));
        // A mistyped name is more likely than a missing one; a commit's own name is seldom typed.
        let is_hex = text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !self.repository.shallow().is_empty() {
            let why = "this is a shallow clone, which has the last commits only; `git fetch --unshallow` brings the rest \
                       (in CI: check out with full depth)";
            return RevisionError::Elsewhere(text, why);
        }
        if is_unknown && !is_hex {
            return error;
        }
        if self.repository.borrows_elsewhere() {
            let why = "it may be in an object directory outside the repository; if you trust that, use --allow-outside";
            return RevisionError::Elsewhere(text, why);
        }
        if self.repository.partial && !is_unknown {
            let why = "this is a partial clone; clone it again without --filter";
            return RevisionError::Elsewhere(text, why);
        }
        error
    }

    fn find_commit(&mut self, text: &str) -> Result<ObjectId, RevisionError> {
        let syntax = || RevisionError::Syntax(text.to_owned());
        let end = text.find(['~', '^', ':']).unwrap_or(text.len());
        let (name, mut rest) = text.split_at(end);
        let oid = self.name(name, text)?;
        let mut id = self.store.find(&oid).ok_or_else(|| missing(text, oid))?;
        while !rest.is_empty() {
            let (step, after) = step(rest).ok_or_else(syntax)?;
            id = self.follow(id, &step, text)?;
            rest = after;
        }
        self.peel(id, text)
    }

    /// What a name without steps stands for.
    fn name(&self, name: &str, text: &str) -> Result<Oid, RevisionError> {
        let (base, selector) = match name.split_once("@{") {
            Some((base, selector)) => {
                (base, Some(selector.strip_suffix('}').ok_or_else(|| RevisionError::Syntax(text.to_owned()))?))
            }
            None => (name, None),
        };
        match selector {
            None => self.plain(base, text),
            Some("upstream" | "u") => self.upstream(base, text),
            Some(number) => {
                let number = number.parse().map_err(|_| RevisionError::Syntax(text.to_owned()))?;
                self.logged(base, number, text)
            }
        }
    }

    /// What a reference's name, or the beginning of an object's own name, stands for.
    fn plain(&self, name: &str, text: &str) -> Result<Oid, RevisionError> {
        let name = if name == "@" { "HEAD" } else { name };
        let unknown = || RevisionError::Unknown(text.to_owned());
        if name.is_empty() {
            return Err(unknown());
        }
        if let Some(oid) = self.refs.find(name).map(|at| self.refs.list[at].target).or_else(|| self.special(name)) {
            return Ok(oid);
        }
        // What `git describe` says ends in the commit's own name.
        let digits = name.rsplit_once("-g").map_or(name, |(_, digits)| digits);
        let is_hex = digits.len() >= FEWEST_DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let found = if is_hex { self.store.find_prefix(digits) } else { Vec::new() };
        // Blobs and trees that begin alike do not make a commit ambiguous.
        let is_commit = |id: &&ObjectId| matches!(self.store.kind(**id), Some(Kind::Commit | Kind::Tag));
        let commits: Vec<&ObjectId> = found.iter().filter(is_commit).collect();
        let id = match (commits.as_slice(), found.as_slice()) {
            ([id], _) => **id,
            ([], [id]) => *id,
            ([], []) => return Err(unknown()),
            _ => return Err(RevisionError::Ambiguous(text.to_owned())),
        };
        self.store.oid(id).ok_or_else(unknown)
    }

    /// What git notes beside the references: `FETCH_HEAD`, `ORIG_HEAD`, `MERGE_HEAD` and their like.
    fn special(&self, name: &str) -> Option<Oid> {
        let is_special = name.ends_with("_HEAD") && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let lines = is_special.then(|| read::lines(&self.repository.git_dir.join(name), 1 << 20))?;
        Oid::from_hex(lines.first()?.split_ascii_whitespace().next()?.as_bytes())
    }

    /// What a branch follows.
    fn upstream(&self, branch: &str, text: &str) -> Result<Oid, RevisionError> {
        let unknown = || RevisionError::Unknown(text.to_owned());
        let branch = self.full_name(branch).ok_or_else(unknown)?;
        let branch = String::from_utf8(branch).map_err(|_| unknown())?;
        let short = branch.strip_prefix("refs/heads/").ok_or_else(unknown)?;
        let section = format!("branch.{short}");
        let remote = self.repository.config.get(&section, "remote").ok_or_else(unknown)?;
        let merge = self.repository.config.get(&section, "merge").ok_or_else(unknown)?;
        let tracking = match merge.strip_prefix("refs/heads/") {
            Some(there) if remote != "." => format!("refs/remotes/{remote}/{there}"),
            _ => merge.to_owned(),
        };
        self.refs.get(tracking.as_bytes()).ok_or_else(unknown)
    }

    /// What a reference stood for so many changes ago; without a name, the branch `HEAD` is on, or `HEAD` if it is on none.
    fn logged(&self, name: &str, number: usize, text: &str) -> Result<Oid, RevisionError> {
        let head = || b"HEAD".to_vec();
        let full = match name {
            "" => Some(self.refs.head_branch.clone().unwrap_or_else(head)),
            "@" => Some(head()),
            name => self.full_name(name),
        };
        let full = full.ok_or_else(|| RevisionError::Unknown(text.to_owned()))?;
        let folder = if full == b"HEAD" { &self.repository.git_dir } else { &self.repository.common_dir };
        let log: PathBuf = folder.join("logs");
        let log = log.canonicalize().unwrap_or(log).join(native(&full));
        let lines = read::lines(&log, LONGEST_LOG);
        let line = number.checked_add(1).and_then(|back| lines.len().checked_sub(back)).and_then(|at| lines.get(at));
        let oid = line.and_then(|line| Oid::from_hex(line.split(' ').nth(1)?.as_bytes()));
        oid.ok_or_else(|| RevisionError::Beyond(text.to_owned()))
    }

    /// The full name of a reference; without a name, that of the branch `HEAD` is on.
    fn full_name(&self, name: &str) -> Option<Vec<u8>> {
        match name {
            "" | "@" => self.refs.head_branch.clone(),
            name => self.refs.find(name).map(|at| self.refs.list[at].name.clone()),
        }
    }

    fn follow(&mut self, id: ObjectId, step: &Step, text: &str) -> Result<ObjectId, RevisionError> {
        let beyond = || RevisionError::Beyond(text.to_owned());
        let mut id = self.peel(id, text)?;
        match step {
            Step::Peel | Step::Parent(0) => {}
            Step::Parent(number) => id = self.parent(id, number - 1, text)?.ok_or_else(beyond)?,
            // More steps than there are objects lead nowhere, or in circles.
            Step::Back(count) if *count > self.store.len() => return Err(beyond()),
            Step::Back(count) => {
                for _ in 0..*count {
                    id = self.parent(id, 0, text)?.ok_or_else(beyond)?;
                }
            }
        }
        Ok(id)
    }

    /// A commit's parent of this number, counted from 0.
    fn parent(&mut self, id: ObjectId, number: usize, text: &str) -> Result<Option<ObjectId>, RevisionError> {
        let (_, bytes) = self.reader.read(id).map_err(|fault| unreadable(text, fault))?;
        let commit = Commit::parse(bytes).ok_or_else(|| unreadable(text, Fault::Corrupt("a commit")))?;
        let Some(parent) = commit.parents.get(number) else { return Ok(None) };
        self.store.find(parent).map(Some).ok_or_else(|| missing(text, *parent))
    }

    /// The commit behind all tags.
    fn peel(&mut self, mut id: ObjectId, text: &str) -> Result<ObjectId, RevisionError> {
        // A name cannot be part of what it names, so tags do not lead in circles, but a hostile store can say they do.
        for _ in 0..64 {
            let (kind, bytes) = self.reader.read(id).map_err(|fault| unreadable(text, fault))?;
            match kind {
                Kind::Commit => return Ok(id),
                Kind::Tag => {
                    let (target, _) = tag_target(bytes).ok_or_else(|| unreadable(text, Fault::Corrupt("a tag")))?;
                    id = self.store.find(&target).ok_or_else(|| missing(text, target))?;
                }
                other => return Err(RevisionError::NotACommit(text.to_owned(), other.name())),
            }
        }
        Err(unreadable(text, Fault::Corrupt("tags that lead in circles")))
    }
}

impl Refs {
    /// The place in the list of what a full or short name stands for, looked up in git's own order.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.find_in(name, &["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"])
    }

    /// The same for what is to be a branch: of a tag and a branch of one name, the branch.
    pub fn find_branch(&self, name: &str) -> Option<usize> {
        self.find_in(name, &["", "refs/", "refs/heads/", "refs/remotes/", "refs/tags/"])
    }

    fn find_in(&self, name: &str, folders: &[&str]) -> Option<usize> {
        let found = folders.iter().find_map(|folder| self.position(format!("{folder}{name}").as_bytes()));
        found.or_else(|| self.position(format!("refs/remotes/{name}/HEAD").as_bytes()))
    }
}

/// Takes a step off the beginning of what follows a name; `None` when it is none that is understood.
fn step(text: &str) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix("^{") {
        let (kind, rest) = rest.split_once('}')?;
        return matches!(kind, "" | "commit").then_some((Step::Peel, rest));
    }
    let rest = text.strip_prefix(['~', '^'])?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(digits);
    let number = if digits.is_empty() { 1 } else { digits.parse().ok()? };
    let step = if text.starts_with('~') { Step::Back(number) } else { Step::Parent(number) };
    Some((step, rest))
}

fn unreadable(text: &str, fault: Fault) -> RevisionError {
    RevisionError::Unreadable(text.to_owned(), fault)
}

fn missing(text: &str, oid: Oid) -> RevisionError {
    unreadable(text, Fault::NotStored(oid))
}
