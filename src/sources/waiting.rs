//! Reads what may keep its reader waiting: a pipe, a terminal, a socket.

use std::fs::File;
use std::io::{self, Read};

/// How long a reader waits before it looks whether it is still wanted, in milliseconds.
#[cfg(unix)]
const PATIENCE: libc::c_int = 50;

/// A reader that does not wait for ever. As long as there is nothing to read it says [`ErrorKind::Interrupted`](io::ErrorKind)
/// now and then, which everybody answers by reading again, unless the user has asked for an end meanwhile.
///
/// Where the system cannot tell whether there is something to read (Windows), it waits after all.
#[derive(Debug)]
pub struct Waiting(File);

impl Waiting {
    pub(super) fn new(file: File) -> Waiting {
        Waiting(file)
    }

    /// Standard input, without a buffer: what is in a buffer cannot be waited for.
    ///
    /// # Errors
    /// When the system has no second handle for it.
    #[cfg(unix)]
    pub fn stdin() -> io::Result<Waiting> {
        use std::os::fd::AsFd;
        Ok(Waiting(io::stdin().as_fd().try_clone_to_owned()?.into()))
    }

    /// Standard input.
    ///
    /// # Errors
    /// When the system has no second handle for it.
    #[cfg(windows)]
    pub fn stdin() -> io::Result<Waiting> {
        use std::os::windows::io::AsHandle;
        Ok(Waiting(io::stdin().as_handle().try_clone_to_owned()?.into()))
    }

    /// Whether a read would not have to wait: there are bytes, or the end, or an error.
    #[cfg(unix)]
    fn is_ready(&self) -> bool {
        use std::os::fd::AsRawFd;
        let mut asked = libc::pollfd { fd: self.0.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: `asked` is one `pollfd`, as the call says, and outlives it.
        let answered = unsafe { libc::poll(&raw mut asked, 1, PATIENCE) };
        // What `poll` does not know (some systems' terminals) has to be read to find out.
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
        match self.0.read(buffer) {
            // Somebody else who reads from the same pipe was faster.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(io::ErrorKind::Interrupted.into()),
            other => other,
        }
    }
}
