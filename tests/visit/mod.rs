//! Visits a source and keeps what it says, so that a test can look at it.

use stanch::model::{Problem, ProblemKind, SkipKind};
use stanch::sources::{Event, FileOptions, Files, Source};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Everything a source said. Paths are relative to the directory of the test, and sorted.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Paths with what was read there.
    pub(crate) blobs: Vec<(String, io::Result<String>)>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) skips: Vec<(String, SkipKind)>,
}

impl Seen {
    /// The paths of all blobs.
    pub(crate) fn paths(&self) -> Vec<&str> {
        self.blobs.iter().map(|(path, _)| path.as_str()).collect()
    }

    /// The paths of what was left out for this reason.
    pub(crate) fn skipped(&self, kind: SkipKind) -> Vec<&str> {
        self.skips.iter().filter(|skip| skip.1 == kind).map(|(path, _)| path.as_str()).collect()
    }

    /// The paths of what could not be read for this reason.
    pub(crate) fn failed(&self, kind: ProblemKind) -> Vec<&str> {
        self.problems.iter().filter(|problem| problem.kind == kind).map(|problem| problem.what.as_str()).collect()
    }

    /// Whether nothing was left out and nothing went wrong.
    pub(crate) fn is_all(&self) -> bool {
        self.problems.is_empty() && self.skips.is_empty() && self.blobs.iter().all(|(_, read)| read.is_ok())
    }
}

/// Visits these paths below `dir`.
pub(crate) fn visit(dir: &Path, paths: &[&str], options: FileOptions) -> Seen {
    let paths: Vec<PathBuf> =
        paths.iter().map(|path| if *path == "." { dir.to_owned() } else { dir.join(path) }).collect();
    let files = Files::new(paths, options).expect("paths that exist");
    let seen = Mutex::new(Seen::default());
    let inside = |path: String| match path.strip_prefix(&format!("{}/", dir.display())) {
        Some(inside) => inside.to_owned(),
        None => path,
    };
    let visited = files.visit(&|event| {
        let mut seen = seen.lock().expect("no panic");
        match event {
            Event::Blob(blob) => {
                let mut bytes = Vec::new();
                let read = blob.bytes.read_to_end(&mut bytes);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                seen.blobs.push((inside(blob.origin.display().into_owned()), read.map(|_| text)));
            }
            Event::Problem(problem) => seen.problems.push(Problem { what: inside(problem.what), ..problem }),
            Event::Skip(skip) => seen.skips.push((inside(skip.what), skip.kind)),
        }
        ControlFlow::Continue(())
    });
    visited.expect("begins");
    let mut seen = seen.into_inner().expect("no panic");
    seen.blobs.sort_by(|one, other| one.0.cmp(&other.0));
    seen.problems.sort();
    seen.skips.sort();
    seen
}

/// A directory with these files; each holds its own path. It may be read by everybody.
pub(crate) fn tree(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).expect("permissions");
    }
    for file in files {
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, file).expect("a file");
    }
    dir
}
