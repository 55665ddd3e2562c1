//! Floor 3: from sources to an outcome.

mod changes;
mod collect;
mod history;
mod outcome;
mod progress;
mod scan;

pub use changes::{ChangeError, ChangeScan, Extent, Known, Push};
pub use collect::Collector;
pub use history::{HistoryError, HistoryScan, SelectError, Selection};
pub use outcome::{Outcome, Stats};
pub use progress::Progress;
pub use scan::Scan;
