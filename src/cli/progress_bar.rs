//! Shows a progress bar on terminals for runs longer than half a second.

use crate::pipeline::Progress;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a run may take before it shows progress.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the progress bar is drawn.
const TICK: Duration = Duration::from_millis(100);

/// Shows progress until something is written through it: a report and a progress bar on one terminal would run into each other.
pub(super) struct ProgressWriter<W> {
    bar: Option<Bar>,
    out: W,
}

impl<W: Write> ProgressWriter<W> {
    /// Starts the progress bar, if there is a terminal and the user `wants` it.
    pub(super) fn start(progress: &Arc<Progress>, wants: bool, out: W) -> ProgressWriter<W> {
        ProgressWriter {
            bar: (wants && io::stderr().is_terminal()).then(|| Bar::start(Arc::clone(progress))).flatten(),
            out,
        }
    }
}

impl<W: Write> Write for ProgressWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bar = None;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.bar = None;
        self.out.flush()
    }
}

/// A thread that draws until this is dropped.
struct Bar {
    /// Dropping it ends the thread.
    done: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Bar {
    /// None when the system gives no thread for it.
    fn start(progress: Arc<Progress>) -> Option<Bar> {
        let (done, waits) = mpsc::channel();
        let thread = std::thread::Builder::new().spawn(move || draw(&progress, &waits)).ok()?;
        Some(Bar { done: Some(done), thread: Some(thread) })
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.done = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Draws until the other end of `waits` is dropped.
fn draw(progress: &Progress, waits: &mpsc::Receiver<()>) {
    if waits.recv_timeout(PATIENCE) != Err(mpsc::RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    while waits.recv_timeout(TICK) == Err(mpsc::RecvTimeoutError::Timeout) {
        let (blobs, bytes) = progress.so_far();
        let ending = if progress.is_stopped() { "; stopping, once more ends at once" } else { "" };
        let repository =
            progress.repository().map_or_else(String::new, |(at, of)| format!("repository {at} of {of}, "));
        bar.set_message(format!("{repository}{} files, {}{ending}", HumanCount(blobs), HumanBytes(bytes)));
        bar.tick();
    }
    bar.finish_and_clear();
}
