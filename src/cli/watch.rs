//! Watches a run: a progress bar for whoever waits longer than half a second at a terminal, and Ctrl-C.

use crate::pipeline::Progress;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a run may take before it shows progress.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the progress bar is drawn.
const TICK: Duration = Duration::from_millis(100);

/// Shows progress until it is dropped.
pub(super) struct Watch {
    progress: Arc<Progress>,
    bar: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl Watch {
    /// Begins to watch. The first Ctrl-C asks the run to stop, the second one ends the process.
    pub(super) fn start(shows_progress: bool) -> Watch {
        let progress = Arc::new(Progress::default());
        let asked = AtomicBool::new(false);
        let stopping = Arc::clone(&progress);
        // Without a handler Ctrl-C still ends the process, only without a report.
        let _ = ctrlc::set_handler(move || {
            if asked.swap(true, Ordering::Relaxed) {
                // The user asked twice.
                std::process::exit(130);
            }
            stopping.stop();
        });
        let bar = (shows_progress && io::stderr().is_terminal()).then(|| {
            let (done, waits) = mpsc::channel::<()>();
            let progress = Arc::clone(&progress);
            (done, std::thread::spawn(move || draw(&progress, &waits)))
        });
        Watch { progress, bar }
    }

    /// What the run counts up.
    pub(super) fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.bar.take() {
            drop(done);
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
        bar.set_message(format!("{} files, {}", HumanCount(blobs), HumanBytes(bytes)));
        bar.tick();
    }
    bar.finish_and_clear();
}
