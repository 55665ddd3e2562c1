//! Whether a file is what git last saw, without reading it.

use std::fs::Metadata;

/// A moment, as the index keeps it: seconds since 1970 (their low 32 bits), and nanoseconds, which are 0 when they are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// Seconds.
    pub seconds: u32,
    /// Nanoseconds.
    pub nanoseconds: u32,
}

/// What the index remembers of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// When its metadata changed.
    pub changed: Written,
    /// When its content changed.
    pub modified: Written,
    /// The low 32 bits of its number.
    pub inode: u32,
    /// Who owns it.
    pub user: u32,
    /// The group.
    pub group: u32,
    /// Its size, bytes; the low 32 bits. Git writes 0 for a file of which it is not sure.
    pub size: u32,
}

impl Written {
    /// Whether two moments may be the same: nanoseconds count only where both are known.
    fn may_be(self, other: Written) -> bool {
        let is_coarse = self.nanoseconds == 0 || other.nanoseconds == 0;
        self.seconds == other.seconds && (is_coarse || self.nanoseconds == other.nanoseconds)
    }

    /// When a file's content changed.
    #[cfg(unix)]
    #[must_use]
    pub fn of(data: &Metadata) -> Written {
        use std::os::unix::fs::MetadataExt;
        Written { seconds: data.mtime() as u32, nanoseconds: data.mtime_nsec() as u32 }
    }

    /// When a file's content changed.
    #[cfg(not(unix))]
    #[must_use]
    pub fn of(data: &Metadata) -> Written {
        let since = data.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        since.map_or_else(Written::default, |since| Written {
            seconds: since.as_secs() as u32,
            nanoseconds: since.subsec_nanos(),
        })
    }
}

impl Stat {
    /// Whether the file is surely the one that git saw, with the content it had then, where the index was written at `index`.
    ///
    /// A file that changed in the tick in which the index was written, or after it, may have changed again without its time showing it
    /// (<https://git-scm.com/docs/racy-git>, read 2026-11-24): of such a one nothing is sure. In doubt the answer is no.
    #[must_use]
    pub fn is_still(&self, data: &Metadata, index: Written) -> bool {
        let modified = Written::of(data);
        let is_racy = index.seconds < modified.seconds
            || (index.seconds == modified.seconds
                && (index.nanoseconds == 0 || modified.nanoseconds == 0 || index.nanoseconds <= modified.nanoseconds));
        !is_racy && self.size == data.len() as u32 && self.modified.may_be(modified) && self.is_same_file(data)
    }

    #[cfg(unix)]
    fn is_same_file(&self, data: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt;
        let changed = Written { seconds: data.ctime() as u32, nanoseconds: data.ctime_nsec() as u32 };
        // What git does not know it writes as 0 (`core.checkStat=minimal`, or another program).
        let may_be = |known: u32, now: u32| known == 0 || known == now;
        (self.changed == Written::default() || self.changed.may_be(changed))
            && may_be(self.inode, data.ino() as u32)
            && may_be(self.user, data.uid())
            && may_be(self.group, data.gid())
    }

    #[cfg(not(unix))]
    fn is_same_file(&self, _: &Metadata) -> bool {
        true
    }
}
