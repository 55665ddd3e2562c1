//! Reads from inputs that may block: a pipe, a terminal, a socket.

use std::fs::File;
use std::io::{self, Read};

/// Longest wait before a check for cancellation, in milliseconds.
#[cfg(unix)]
const PATIENCE: libc::c_int = 50;

/// A reader that does not block forever. While there is nothing to read it returns [`ErrorKind::Interrupted`](io::ErrorKind) regularly;
/// callers retry, unless the user has requested a stop.
///
/// Where the system cannot tell whether input is available (Windows), it blocks.
#[derive(Debug)]
pub struct Waiting {
    file: File,
    #[cfg(unix)]
    patience: libc::c_int,
}

impl Waiting {
    pub(super) fn new(file: File) -> Waiting {
        Waiting {
            file,
            #[cfg(unix)]
            patience: PATIENCE,
        }
    }

    /// Waits at most so many milliseconds for something to read.
    #[must_use]
    pub fn patient(self, milliseconds: u8) -> Waiting {
        #[cfg(unix)]
        return Waiting { patience: milliseconds.into(), ..self };
        #[cfg(not(unix))]
        {
            let _ = milliseconds;
            self
        }
    }

    /// Standard input without a buffer, because `poll` does not see buffered bytes.
    ///
    /// # Errors
    /// Fails when its handle cannot be duplicated.
    #[cfg(unix)]
    pub fn stdin() -> io::Result<Waiting> {
        use std::os::fd::AsFd;
        Ok(Waiting::new(io::stdin().as_fd().try_clone_to_owned()?.into()))
    }

    /// Standard input.
    ///
    /// # Errors
    /// Fails when its handle cannot be duplicated.
    #[cfg(windows)]
    pub fn stdin() -> io::Result<Waiting> {
        use std::os::windows::io::AsHandle;
        Ok(Waiting::new(io::stdin().as_handle().try_clone_to_owned()?.into()))
    }

    /// Whether a read would not block: there are bytes, the end, or an error.
    #[cfg(unix)]
    fn is_ready(&self) -> bool {
        use std::os::fd::AsRawFd;
        let mut asked = libc::pollfd { fd: self.file.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: `asked` is one `pollfd`, as the call says, and outlives it.
        let answered = unsafe { libc::poll(&raw mut asked, 1, self.patience) };
        // Inputs that `poll` does not support (terminals of some systems) must be read to find out.
        answered > 0 || (answered < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted)
    }

    #[cfg(not(unix))]
    fn is_ready(&self) -> bool {
        true
    }
}

impl Read for Waiting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_ready() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match self.file.read(buffer) {
            // Another reader of the same pipe was faster.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(io::ErrorKind::Interrupted.into()),
            other => other,
        }
    }
}
