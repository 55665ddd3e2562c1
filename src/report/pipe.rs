//! Writes to outputs that may block: a pipe, a terminal, a socket.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A writer that waits for its reader until the user asks for an end, and then a moment longer.
///
/// Where the system cannot tell whether there is room (Windows), it waits after all.
#[derive(Debug)]
pub struct PipeWriter {
    file: File,
    stop: Arc<AtomicBool>,
    can_wait: bool,
}

impl PipeWriter {
    /// A writer to this file; `stop` says that the user asked for an end.
    #[must_use]
    pub fn new(file: File, stop: Arc<AtomicBool>) -> PipeWriter {
        let can_wait = file.metadata().is_ok_and(|data| !data.is_file());
        PipeWriter { file, stop, can_wait }
    }

    /// Waits until something can be written.
    #[cfg(unix)]
    fn wait_for_room(&self) -> io::Result<()> {
        use std::os::fd::AsRawFd;
        /// How long to wait before looking whether the end is wanted, milliseconds.
        const TICK: libc::c_int = 50;
        /// How often to look when it is.
        const LAST_TICKS: u32 = 20;
        let mut last = 0;
        loop {
            let mut asked = libc::pollfd { fd: self.file.as_raw_fd(), events: libc::POLLOUT, revents: 0 };
            // SAFETY: `asked` is one `pollfd`, as the call says, and outlives it.
            let answered = unsafe { libc::poll(&raw mut asked, 1, TICK) };
            // What `poll` does not know is written to, to find out.
            if answered > 0 || (answered < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted) {
                return Ok(());
            }
            if self.stop.load(Ordering::Relaxed) {
                last += 1;
                if last > LAST_TICKS {
                    return Err(io::Error::other("it was interrupted, and nobody reads"));
                }
            }
        }
    }

    #[cfg(not(unix))]
    fn wait_for_room(&self) -> io::Result<()> {
        Ok(())
    }
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        /// When `poll` promises room in a pipe, it is for so many bytes: POSIX's `PIPE_BUF` is no less, Linux's no more than this.
        const ROOM: usize = 4096;
        if !self.can_wait {
            return self.file.write(bytes);
        }
        self.wait_for_room()?;
        self.file.write(&bytes[..bytes.len().min(ROOM)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
