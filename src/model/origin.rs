//! Where bytes come from: an outer source, and the steps inside it.

use super::Span;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where bytes come from. Ordered, so that reports are.
///
/// A plain file has no steps; a file in an archive in an image layer has three. It is data until a report renders it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// What was opened.
    pub outer: Outer,
    /// The way from there to the bytes, outermost step first.
    pub steps: SmallVec<[Step; 2]>,
}

/// What a source opens. Ordered, so that reports are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outer {
    /// A file, by the path under which it was reached (as the user gave it, extended by the walk).
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// A file as a commit of a repository has it.
    Committed {
        /// The repository, as the user named it.
        repository: PathBuf,
        /// The path within it.
        path: PathBuf,
        /// The commit's name, in hexadecimal.
        commit: Arc<str>,
    },
    /// A file as the index of a repository has it: what the next commit will hold.
    Staged {
        /// The repository, as the user named it.
        repository: PathBuf,
        /// The path within it.
        path: PathBuf,
    },
    /// A file in a repository's work tree.
    WorkTree {
        /// The repository, as the user named it.
        repository: PathBuf,
        /// The path within it.
        path: PathBuf,
    },
    /// The message of a commit or of an annotated tag, or an object that no commit leads to.
    Object {
        /// The repository, as the user named it.
        repository: PathBuf,
        /// What it is: `commit message`, `tag message`, `unreachable blob`.
        what: &'static str,
        /// The object's name, in hexadecimal.
        id: Arc<str>,
    },
    /// A container image. Its layers and its configuration are steps.
    Image {
        /// The image, as the user named it.
        reference: Arc<str>,
        /// The digest of its manifest or configuration, `sha256:…`.
        digest: Arc<str>,
    },
    /// A running process.
    Process {
        /// Its number.
        pid: u32,
        /// What was read of it: `environment`, `command line`.
        field: &'static str,
    },
}

/// A step from bytes to bytes inside them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A member of an archive.
    Member {
        /// Its path, as the archive has it.
        path: PathBuf,
    },
    /// A layer of an image.
    Layer {
        /// Its digest, `sha256:…`.
        digest: Arc<str>,
        /// Its position among the image's layers, from 1, lowest first.
        index: u32,
        /// The build command that made it, as the image's history has it.
        created_by: Option<Arc<str>>,
        /// The layer that removes or replaces the file, if one does; the bytes are in the image all the same.
        removed_in: Option<u32>,
    },
    /// A span that was decoded.
    Decoded {
        /// The decoder: `base64`, `gzip`, …
        by: &'static str,
        /// The encoded bytes, in the view before this step.
        span: Span,
    },
    /// A field of a document.
    Field {
        /// Its path: `env[DB_PASSWORD]`, `sheet 2!B7`, `cell 3 output`.
        path: Arc<str>,
    },
}

impl From<Outer> for Origin {
    fn from(outer: Outer) -> Origin {
        Origin { outer, steps: SmallVec::new() }
    }
}

impl Origin {
    /// The same origin, one step further in.
    #[must_use]
    pub fn inside(&self, step: Step) -> Origin {
        let mut steps = self.steps.clone();
        steps.push(step);
        Origin { outer: self.outer.clone(), steps }
    }

    /// The path of the outer source, for what has one; of a file of a repository, the path within that.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.outer.path()
    }

    /// The repository that the outer source belongs to, as the user named it.
    #[must_use]
    pub fn repository(&self) -> Option<&Path> {
        match &self.outer {
            Outer::Committed { repository, .. }
            | Outer::Staged { repository, .. }
            | Outer::WorkTree { repository, .. }
            | Outer::Object { repository, .. } => Some(repository),
            Outer::File(_) | Outer::Stdin | Outer::Image { .. } | Outer::Process { .. } => None,
        }
    }

    /// The path of the outer source as an identity or a report writes it: `/` between its parts on every system. Bytes that are not UTF-8
    /// are replaced.
    #[must_use]
    pub fn portable_path(&self) -> Option<Cow<'_, str>> {
        match &self.outer {
            Outer::File(path) => Some(portable(path.to_string_lossy(), cfg!(windows))),
            // Git separates with `/`: a `\` belongs to the name.
            Outer::Committed { path, .. } | Outer::Staged { path, .. } | Outer::WorkTree { path, .. } => {
                Some(path.to_string_lossy())
            }
            Outer::Stdin | Outer::Object { .. } | Outer::Image { .. } | Outer::Process { .. } => None,
        }
    }

    /// The path of the innermost file: the last member's, or the outer source's.
    #[must_use]
    pub fn innermost_path(&self) -> Option<&Path> {
        let member = self.steps.iter().rev().find_map(|step| match step {
            Step::Member { path } => Some(path.as_path()),
            _ => None,
        });
        member.or_else(|| self.path())
    }

    /// Whether the bytes are those of a layer of an image, all of them.
    #[must_use]
    pub fn is_layer(&self) -> bool {
        matches!(self.steps.last(), Some(Step::Layer { .. }))
    }

    /// The commit, for what has one.
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        match &self.outer {
            Outer::Committed { commit, .. } => Some(commit),
            Outer::Object { what: "commit message", id, .. } => Some(id),
            _ => None,
        }
    }

    /// What kind of outer source it is, in one word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.outer {
            Outer::File(_) => "file",
            Outer::Stdin => "stdin",
            Outer::Committed { .. } => "commit",
            Outer::Staged { .. } => "staged",
            Outer::WorkTree { .. } => "work-tree",
            Outer::Object { .. } => "object",
            Outer::Image { .. } => "image",
            Outer::Process { .. } => "process",
        }
    }

    /// The name that messages use: the outer source, then the steps (`app.tar!layer 3!etc/app.env`). Bytes that are not UTF-8 are replaced,
    /// so it is no identity.
    #[must_use]
    pub fn display(&self) -> Cow<'_, str> {
        let outer = self.outer.display();
        if self.steps.is_empty() {
            return outer;
        }
        Cow::Owned(format!("{outer}{}", self.steps_text()))
    }

    /// The steps as text, each behind a `!`; empty for plain bytes.
    #[must_use]
    pub fn steps_text(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            // Writing to a string does not fail.
            let _ = match step {
                Step::Member { path } => write!(text, "!{}", path.display()),
                Step::Layer { index, removed_in: None, .. } => write!(text, "!layer {index}"),
                Step::Layer { index, removed_in: Some(later), .. } => {
                    write!(text, "!layer {index} (removed in layer {later}, still in the image)")
                }
                Step::Decoded { by, .. } => write!(text, "!{by}"),
                Step::Field { path } => write!(text, "!{path}"),
            };
        }
        text
    }
}

impl Outer {
    /// The path, for what has one; of a file of a repository, the path within that.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Outer::File(path)
            | Outer::Committed { path, .. }
            | Outer::Staged { path, .. }
            | Outer::WorkTree { path, .. } => Some(path),
            Outer::Stdin | Outer::Object { .. } | Outer::Image { .. } | Outer::Process { .. } => None,
        }
    }

    /// The name that messages use.
    fn display(&self) -> Cow<'_, str> {
        match self {
            Outer::File(path) => portable(path.to_string_lossy(), cfg!(windows)),
            Outer::Stdin => Cow::Borrowed("<stdin>"),
            Outer::Committed { repository, path, commit } => {
                let repository = portable(repository.to_string_lossy(), cfg!(windows));
                Cow::Owned(format!("{repository}: {} in {:.12}", path.display(), commit))
            }
            // Within the current repository its name says nothing.
            Outer::WorkTree { repository, path } if repository.as_path() == Path::new(".") => path.to_string_lossy(),
            Outer::WorkTree { repository, path } => Cow::Owned(format!("{}: {}", repository.display(), path.display())),
            Outer::Staged { repository, path } if repository.as_path() == Path::new(".") => {
                Cow::Owned(format!("{} (staged)", path.display()))
            }
            Outer::Staged { repository, path } => {
                Cow::Owned(format!("{}: {} (staged)", repository.display(), path.display()))
            }
            Outer::Object { repository, what, id } => {
                let repository = portable(repository.to_string_lossy(), cfg!(windows));
                Cow::Owned(format!("{repository}: {what} {id:.12}"))
            }
            Outer::Image { reference, .. } => Cow::Borrowed(reference),
            Outer::Process { pid, field } => Cow::Owned(format!("process {pid}, {field}")),
        }
    }
}

/// A path with `/` between its parts. Only Windows takes a `\` for one: elsewhere it is part of a name.
fn portable(path: Cow<'_, str>, is_windows: bool) -> Cow<'_, str> {
    if is_windows && path.contains('\\') { Cow::Owned(path.replace('\\', "/")) } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_told_in_order() {
        let origin = Origin::from(Outer::File("app.tar".into()));
        let layer = Step::Layer { digest: "sha256:0".into(), index: 3, created_by: None, removed_in: None };
        let origin = origin.inside(layer).inside(Step::Member { path: "etc/app.env".into() });
        assert_eq!(origin.display(), "app.tar!layer 3!etc/app.env");
        assert_eq!(origin.innermost_path(), Some(Path::new("etc/app.env")));
        assert_eq!(origin.portable_path().as_deref(), Some("app.tar"));
        let decoded = origin.inside(Step::Decoded { by: "base64", span: Span::new(1, 9) });
        assert_eq!(decoded.display(), "app.tar!layer 3!etc/app.env!base64");
        let field = Origin::from(Outer::Process { pid: 7, field: "environment" });
        assert_eq!(field.inside(Step::Field { path: "PATH".into() }).display(), "process 7, environment!PATH");
    }

    #[test]
    fn separators_are_the_same_on_every_system() {
        assert_eq!(portable("src\\main.rs".into(), true), "src/main.rs");
        assert_eq!(portable("C:\\src/main.rs".into(), true), "C:/src/main.rs");
        assert_eq!(portable("src/main.rs".into(), true), "src/main.rs");
        assert_eq!(portable("src/main.rs".into(), false), "src/main.rs");
        assert_eq!(portable("odd\\name".into(), false), "odd\\name");
    }
}
