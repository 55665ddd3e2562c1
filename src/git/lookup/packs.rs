//! The packs of a repository, opened when something is looked for in them.

use super::index_file::IndexFile;
use crate::git::gap::{Fault, Gap, GapKind};
use crate::git::pack::file::PackFile;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// With more packs open than this, all are closed: a server may have thousands, and a process some thousand files.
const MOST_OPEN: usize = 128;

/// All packs, the newest first at the time they were listed: what is looked for is young, as a rule.
pub(super) struct Packs {
    folders: Vec<PathBuf>,
    list: Vec<LazyPack>,
    /// Where something was found last.
    last: usize,
    open: usize,
    width: usize,
}

struct LazyPack {
    /// The pack's path.
    path: PathBuf,
    index: Option<IndexFile>,
    file: Option<PackFile>,
    /// It cannot be opened, which was said.
    failed: bool,
}

impl Packs {
    /// The packs in these object directories, none of which is looked at yet.
    pub(super) fn new(object_dirs: &[PathBuf], width: usize) -> Packs {
        let folders = object_dirs.iter().map(|folder| folder.join("pack")).collect();
        Packs { folders, list: Vec::new(), last: 0, open: 0, width }
    }

    /// Looks which packs there are. Returns whether there are some that were not there before: a `git gc` may have run meanwhile.
    /// Those that were keep their numbers.
    pub(super) fn list(&mut self) -> bool {
        let mut found = Vec::new();
        for folder in &self.folders {
            let files = fs::read_dir(folder).into_iter().flatten().flatten();
            for file in files.filter(|file| file.path().extension().is_some_and(|end| end == "idx")) {
                let path = file.path().with_extension("pack");
                let Ok(data) = file.metadata() else { continue };
                if !self.list.iter().any(|known| known.path == path) {
                    found.push((data.modified().unwrap_or(SystemTime::UNIX_EPOCH), path));
                }
            }
        }
        found.sort_by(|a, b| b.cmp(a));
        let before = self.list.len();
        let new = |(_, path)| LazyPack { path, index: None, file: None, failed: false };
        self.list.extend(found.into_iter().map(new));
        self.list.len() > before
    }

    /// Where the object of this raw name begins: a pack's number and an offset.
    pub(super) fn find(&mut self, name: &[u8], gaps: &mut Vec<Gap>) -> Option<(usize, u64)> {
        let last = self.last;
        std::iter::once(last).chain((0..self.list.len()).filter(|number| *number != last)).find_map(|number| {
            let found = self.find_in(number, name, gaps)?;
            self.last = number;
            Some((number, found))
        })
    }

    /// Where the object begins in this pack. What goes wrong with the pack is a gap, once.
    pub(super) fn find_in(&mut self, number: usize, name: &[u8], gaps: &mut Vec<Gap>) -> Option<u64> {
        self.make_room();
        let pack = self.list.get_mut(number).filter(|pack| !pack.failed)?;
        let width = self.width;
        let found = match &pack.index {
            Some(index) => index.find(name),
            None => regular(&pack.path.with_extension("idx")).and_then(|path| {
                let index = pack.index.insert(IndexFile::open(&path, width)?);
                self.open += 1;
                index.find(name)
            }),
        };
        found.unwrap_or_else(|fault| {
            pack.fail(&fault, gaps);
            None
        })
    }

    /// The opened pack; `None` when it cannot be, which is a gap, once.
    pub(super) fn file(&mut self, number: usize, gaps: &mut Vec<Gap>) -> Option<&PackFile> {
        let pack = self.list.get_mut(number).filter(|pack| !pack.failed)?;
        if pack.file.is_none() {
            match regular(&pack.path).and_then(|path| PackFile::open(&path, self.width)) {
                Ok((file, _)) => {
                    self.open += 1;
                    pack.file = Some(file);
                }
                Err(fault) => pack.fail(&fault, gaps),
            }
        }
        pack.file.as_ref()
    }

    fn make_room(&mut self) {
        if self.open > MOST_OPEN {
            self.close();
        }
    }

    fn close(&mut self) {
        self.open = 0;
        for pack in &mut self.list {
            (pack.index, pack.file) = (None, None);
        }
    }
}

impl LazyPack {
    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn fail(&mut self, fault: &Fault, gaps: &mut Vec<Gap>) {
        self.failed = true;
        let is_gone = matches!(fault, Fault::Io(error) if error.kind() == io::ErrorKind::NotFound);
        if is_gone && !self.path.with_extension("idx").exists() {
            return; // A `git gc` took it away, and put what it held elsewhere.
        }
        gaps.push(match fault {
            Fault::Io(_) if is_gone => Gap::new(GapKind::Corrupt, self.name(), "an index without its pack"),
            other => Gap::from_fault(self.name(), other),
        });
    }
}

/// The path, if it is that of a regular file: a link could lead out of the repository, and a pipe would be waited on for ever.
fn regular(path: &Path) -> Result<PathBuf, Fault> {
    if fs::symlink_metadata(path)?.is_file() {
        return Ok(path.to_owned());
    }
    Err(Fault::Corrupt("not a regular file"))
}
