//! Floor 4: runs scans, from sources to an outcome.

mod changes;
mod collect;
mod contents;
mod detections;
mod history;
#[cfg(target_os = "linux")]
mod host;
mod image;
mod layers;
mod path_class;
mod progress;
mod scan;
mod search;
mod tree;
mod watched;
mod whole_text;

pub use changes::{ChangeError, ChangeScan, ChangeScope, Push, Receiver};
pub use collect::{Collector, MEMORY};
pub use history::{HistoryError, HistoryScan, SelectError, Selection};
#[cfg(target_os = "linux")]
pub use host::HostScan;
pub use image::scan_images;
pub use path_class::PathClass;
pub use progress::Progress;
pub use scan::Scan;
pub use tree::{TreeError, TreeScan};

use crate::engine::Reason;
use crate::model::Stats;

/// Counts rejected matches. Matches that were dropped in favour of an overlapping match are not counted, because that one is reported.
fn count_rejected(stats: &mut Stats, reason: &Reason, count: u64) {
    if !matches!(reason, Reason::Overlap(_)) {
        *stats.rejected.entry(reason.to_string()).or_default() += count;
    }
}
