//! What was not read, and whether this makes a scan incomplete.

use std::fmt;

/// Reason why something that was requested was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Opening or reading failed, for example for lack of permission.
    Unreadable,
    /// It was listed, but did not exist any more when it was opened.
    Vanished,
    /// A symbolic link that should be followed is broken or circular.
    BrokenLink,
    /// Larger than the user's limit.
    TooLarge,
    /// A stored object is damaged.
    Corrupt,
    /// A repository refers to something that is not stored in it: a shallow or partial clone, a submodule, an LFS file.
    Elsewhere,
    /// An unsupported storage format.
    Unsupported,
    /// It is encrypted, or closed by a password.
    Encrypted,
    /// The scan was interrupted.
    Interrupted,
}

impl ProblemKind {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ProblemKind::Unreadable => "unreadable",
            ProblemKind::Vanished => "vanished",
            ProblemKind::BrokenLink => "broken-link",
            ProblemKind::TooLarge => "too-large",
            ProblemKind::Corrupt => "corrupt",
            ProblemKind::Elsewhere => "elsewhere",
            ProblemKind::Unsupported => "unsupported",
            ProblemKind::Encrypted => "encrypted",
            ProblemKind::Interrupted => "interrupted",
        }
    }
}

/// Something that was requested but not, or not completely, read. It makes a scan incomplete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What was not read, usually a path.
    pub what: String,
    /// Reason.
    pub kind: ProblemKind,
    /// Error of the system, and how to correct it.
    pub detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.detail)
    }
}

/// Reason why something was skipped on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipKind {
    /// A symbolic link; its target is read under its own path.
    SymbolicLink,
    /// A device, FIFO or socket: it has no stored bytes, and opening it may block or have effects.
    SpecialFile,
    /// The object store of a version-control system, such as `.git`; `stanch git` reads it.
    ObjectStore,
    /// The user excluded it.
    Excluded,
    /// A submodule or nested repository: only the id of a commit is stored here.
    Submodule,
    /// The target of a Git LFS pointer: it is on another server, which is not contacted.
    LargeFile,
    /// A container or document that the policy leaves closed; its bytes are searched as they stand.
    Container,
    /// A folder that is tagged as a cache (`CACHEDIR.TAG`): what lies there can be made again.
    Cache,
    /// Git ignores its changes (`git update-index --assume-unchanged` or `--skip-worktree`), so they are not committed.
    Unwatched,
    /// Another file system: one of the network, a pseudo file system, or one that is mounted below the root that was asked for.
    FileSystem,
}

impl SkipKind {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SkipKind::SymbolicLink => "symbolic links not followed",
            SkipKind::SpecialFile => "special files",
            SkipKind::ObjectStore => "version-control object stores",
            SkipKind::Excluded => "excluded",
            SkipKind::Submodule => "repositories of their own",
            SkipKind::LargeFile => "Git LFS files of another server",
            SkipKind::Container => "containers left closed by the policy",
            SkipKind::Cache => "cache folders, tagged by CACHEDIR.TAG",
            SkipKind::Unwatched => "files that git is told not to look at",
            SkipKind::FileSystem => "other file systems",
        }
    }
}

/// Something that was skipped on purpose. It is counted and named, but the scan is complete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skip {
    /// What was skipped, a path.
    pub what: String,
    /// Reason.
    pub kind: SkipKind,
}
