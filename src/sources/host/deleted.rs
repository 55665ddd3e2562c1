//! Files that have no name any more and are still open.

use super::dir::Dir;
use super::event::HostEvent;
use crate::model::{Origin, Outer, Step};
use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::ops::ControlFlow;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The field of an open file that has no name any more.
pub(super) const DELETED_FILE: &str = "deleted file";
/// Most open files of one process that are looked at.
const MAX_OPEN: usize = 4096;

/// Deleted files that were read, each once.
#[derive(Debug, Default)]
pub(super) struct Deleted(HashSet<(u64, u64)>);

impl Deleted {
    /// Reads those of one process. Only for a live `/proc`, whose links are not stored.
    pub(super) fn read(
        &mut self,
        process: &Dir,
        pid: u32,
        each: &mut dyn FnMut(HostEvent<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Ok(open) = process.dir("fd".as_ref()).and_then(|dir| dir.list()) else { return ControlFlow::Continue(()) };
        for (number, _) in open.into_iter().take(MAX_OPEN) {
            let link = Path::new("/proc").join(pid.to_string()).join("fd").join(&number);
            let Some(path) = fs::read_link(&link).ok().and_then(|target| name(&target)) else { continue };
            // Asked first: to open a device or a FIFO has effects.
            let Ok(metadata) = fs::metadata(&link) else { continue };
            if !metadata.is_file() || metadata.nlink() > 0 || !self.0.insert((metadata.dev(), metadata.ino())) {
                continue;
            }
            let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
            let open = |flags| OpenOptions::new().read(true).custom_flags(flags).open(&link);
            let Ok(file) = open(flags | libc::O_NOATIME).or_else(|_| open(flags)) else { continue };
            let outer = Outer::Process { pid, field: DELETED_FILE };
            let origin = Origin::from(outer).inside(Step::Member { path });
            each(HostEvent::Open { origin, file: &file })?;
        }
        ControlFlow::Continue(())
    }
}

/// The former name of a deleted file. Shared memory and the like were never in a directory.
fn name(target: &Path) -> Option<PathBuf> {
    let text = target.to_str()?.strip_suffix(" (deleted)")?;
    let is_file = text.starts_with('/') && !text.starts_with("/memfd:") && !text.starts_with("/SYSV");
    (is_file && text != "/dev/zero").then(|| text.into())
}
