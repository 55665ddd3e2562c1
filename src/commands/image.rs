//! `stanch image`: scans container images: every layer, the configuration, and what is attached.

use super::report::deliver;
use super::{Exit, Failure, Reporting};
use crate::pipeline::{Collector, Progress, scan_images};
use crate::policy::Scopes;
use crate::sources::{ImageOptions, Images};
use std::io::Write;
use std::sync::Arc;

/// Options of `stanch image`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which images.
    pub images: ImageOptions,
    /// What the scan may take, bytes.
    pub memory: u64,
    /// Report options.
    pub reporting: Reporting,
}

/// Scans images, and writes the report to its file or to `out`.
///
/// # Errors
/// Fails when nothing could be scanned, or the report could not be written.
pub fn image(
    options: &Options,
    scopes: &Scopes,
    progress: &Arc<Progress>,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let destinations = options.reporting.open()?;
    let images = Images::open(&options.images)?;
    let outcome = scan_images(images, scopes, progress, Collector::of_memory(options.memory))?;
    deliver(outcome, &options.reporting, scopes, progress, destinations, out)
}
