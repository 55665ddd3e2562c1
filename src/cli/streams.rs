//! Standard input and output as the parent process left them.
//!
//! Rust's runtime opens `/dev/null` in the place of a closed one, so that nobody could tell that what was asked for cannot be read, and that a
//! report is lost. So they are looked at before it starts.

use crate::commands::Failure;
use crate::report::PipeWriter;
use crate::sources::Waiting;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// The closed ones, a bit each: 1 for standard input, 2 for standard output.
static CLOSED: AtomicU8 = AtomicU8::new(0);

#[cfg(unix)]
extern "C" fn look() {
    for stream in [libc::STDIN_FILENO, libc::STDOUT_FILENO] {
        // SAFETY: the call only asks for the flags of a descriptor, which need not be open.
        if unsafe { libc::fcntl(stream, libc::F_GETFD) } < 0 {
            CLOSED.fetch_or(1 << stream, Ordering::Relaxed);
        }
    }
}

/// Run by the loader before the runtime starts: the table of initializers is where C++ has its constructors of globals.
// SAFETY: the sections hold pointers to functions that are called without anything that they would need; `look` only makes system calls.
#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "macos"
))]
#[used]
#[cfg_attr(not(target_os = "macos"), unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
static LOOK: extern "C" fn() = look;

fn is_closed(bit: u8) -> bool {
    // The linker may drop unreferenced symbols.
    #[cfg(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "macos"
    ))]
    std::hint::black_box(&LOOK);
    CLOSED.load(Ordering::Relaxed) & bit != 0
}

/// Says no when standard input is closed.
pub(super) fn needs_input() -> Result<(), Failure> {
    if is_closed(1) {
        Err(Failure::Usage("standard input is closed: nothing can be read from it".to_owned()))
    } else {
        Ok(())
    }
}

/// Says no when standard output is closed.
pub(super) fn needs_output() -> Result<(), Failure> {
    let why =
        "standard output is closed: what is written there would be lost; name a file with --output, or use /dev/null";
    if is_closed(2) { Err(Failure::Usage(why.to_owned())) } else { Ok(()) }
}

/// Standard output. When its reader goes away the command goes on to its end, for the exit code is read by somebody else: it must not depend
/// on how much of a report was wanted.
pub(super) struct Output {
    /// None when it cannot be written to at all.
    to: Option<PipeWriter>,
    has_gone: bool,
    /// Whether the command ends when the reader goes away.
    ends: bool,
}

impl Output {
    /// Opens it; `stop` says that the user asked for an end.
    pub(super) fn open(stop: Arc<AtomicBool>) -> Output {
        let file = if is_closed(2) { None } else { stdout() };
        Output { to: file.map(|file| PipeWriter::new(file, stop)), has_gone: false, ends: false }
    }
}

impl Output {
    /// Fails once when the reader has gone: for a command that does nothing but write, and whose input may have no end.
    pub(super) fn ending(self, ends: bool) -> Output {
        Output { ends, ..self }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.has_gone {
            return Ok(bytes.len());
        }
        let Some(to) = &mut self.to else { return Err(io::Error::other("it is closed")) };
        match to.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.has_gone = true;
                if self.ends { Err(ErrorKind::BrokenPipe.into()) } else { Ok(bytes.len()) }
            }
            Err(error) if error.kind() != ErrorKind::Interrupted => {
                // What is left in the buffer need not be tried again.
                self.has_gone = true;
                Err(error)
            }
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.as_mut().filter(|_| !self.has_gone).map_or(Ok(()), Write::flush)
    }
}

#[cfg(unix)]
fn stdout() -> Option<std::fs::File> {
    use std::os::fd::AsFd;
    io::stdout().as_fd().try_clone_to_owned().ok().map(Into::into)
}

#[cfg(windows)]
fn stdout() -> Option<std::fs::File> {
    use std::os::windows::io::AsHandle;
    io::stdout().as_handle().try_clone_to_owned().ok().map(Into::into)
}

/// Standard input, until the user asks for an end.
pub(super) struct Input {
    from: Waiting,
    stop: Arc<AtomicBool>,
}

impl Input {
    /// Opens it; `stop` says that the user asked for an end.
    pub(super) fn open(stop: Arc<AtomicBool>) -> Result<Input, Failure> {
        needs_input()?;
        let from = Waiting::stdin().map_err(|error| Failure::Usage(format!("standard input: {error}")))?;
        Ok(Input { from, stop })
    }

    /// The same that says after five milliseconds without anything to read that there is a pause.
    pub(super) fn patient(self) -> Input {
        Input { from: self.from.patient(5), ..self }
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("interrupted"));
        }
        self.from.read(buffer)
    }
}
