//! Opens files that other programs may change at the same time.

use crate::sources::waiting::Waiting;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a path that was a regular file when it was listed.
///
/// It may have been replaced. A FIFO opens at once and reads as empty; a link is an error, unless links are followed; a terminal does not
/// become the controlling terminal.
pub(in crate::sources) fn open_regular(path: &Path, follow: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // The standard library adds O_CLOEXEC.
        let no_follow = if follow { 0 } else { libc::O_NOFOLLOW };
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | no_follow);
    }
    #[cfg(not(unix))]
    let _ = follow;
    options.open(path)
}

/// Opens a FIFO. The reader waits until a writer has opened and closed it.
pub(super) fn open_fifo(path: &Path) -> io::Result<Waiting> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Opening without this flag would wait for a writer and could not be interrupted. On Linux `poll` waits for the first writer too; other
    // systems may report a FIFO without a writer as ended.
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NONBLOCK);
    }
    options.open(path).map(Waiting::new)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::ffi::CString;
    use std::io::Read;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_fifo_that_took_the_place_of_a_file_does_not_block() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("fifo");
        let name = CString::new(path.as_os_str().as_bytes()).expect("no zero byte");
        // SAFETY: `name` is a string that ends in a zero byte and outlives the call.
        assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0, "{}", io::Error::last_os_error());
        let mut read = Vec::new();
        open_regular(&path, false).expect("opens").read_to_end(&mut read).expect("reads");
        assert!(read.is_empty());
    }

    #[test]
    fn a_link_that_took_the_place_of_a_file_is_followed_only_if_links_are() {
        let dir = tempfile::tempdir().expect("a directory");
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        std::fs::write(&file, "").expect("writes");
        symlink(&file, &link).expect("links");
        assert!(open_regular(&link, false).is_err());
        assert!(open_regular(&link, true).is_ok());
    }
}
