//! What was not read, and whether that breaks the promise of a clean answer.

use std::fmt;

/// Why something that was asked for could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Permission, or any other failure of opening or reading.
    Unreadable,
    /// It was listed, and was gone when it was opened.
    Vanished,
    /// A symbolic link that was to be followed leads nowhere, or in a circle.
    BrokenLink,
    /// Larger than the user's limit.
    TooLarge,
    /// A stored object is damaged.
    Corrupt,
    /// A repository leads to something that is not stored in it: a shallow or partial clone, a submodule, an LFS file.
    Elsewhere,
    /// A storage format that is not read.
    Unsupported,
    /// The scan was interrupted.
    Interrupted,
}

impl ProblemKind {
    /// The word used in reports.
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
            ProblemKind::Interrupted => "interrupted",
        }
    }
}

/// Something that was asked for and not (wholly) read. One of these makes a scan incomplete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What was not read: a path, as a rule.
    pub what: String,
    /// Why.
    pub kind: ProblemKind,
    /// The system's own words, and what to do.
    pub detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.detail)
    }
}

/// Why something was left out on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipKind {
    /// A symbolic link; what it points to is read where it is.
    SymbolicLink,
    /// A device, FIFO or socket: it holds no stored bytes, and opening one may block or act.
    SpecialFile,
    /// The object store of a version-control system (`.git` and its like); `stanch git` reads it.
    ObjectStore,
    /// The user excluded it.
    Excluded,
    /// A submodule, or a repository inside another one: of it only the name of a commit is kept here.
    Submodule,
    /// The file that a Git LFS pointer stands for: it is on another server, which nobody asked about.
    LargeFile,
    /// Git was told not to look at it (`git update-index --assume-unchanged` or `--skip-worktree`), so it commits no change of it.
    Unwatched,
}

impl SkipKind {
    /// The words used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SkipKind::SymbolicLink => "symbolic links not followed",
            SkipKind::SpecialFile => "special files",
            SkipKind::ObjectStore => "version-control object stores",
            SkipKind::Excluded => "excluded",
            SkipKind::Submodule => "repositories of their own",
            SkipKind::LargeFile => "Git LFS files of another server",
            SkipKind::Unwatched => "files that git is told not to look at",
        }
    }
}

/// Something that was left out on purpose. Counted and named, but no gap in what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skip {
    /// What was left out: a path.
    pub what: String,
    /// Why.
    pub kind: SkipKind,
}
