//! Floor 3: from sources to an outcome.

mod changes;
mod collect;
mod history;
mod lane;
mod outcome;
mod place;
mod policy;
mod progress;
mod scan;
mod tree;

pub use changes::{ChangeError, ChangeScan, Extent, Push, Receiver};
pub use collect::Collector;
pub use history::{HistoryError, HistoryScan, SelectError, Selection};
pub use outcome::{Outcome, Stats};
pub use place::Place;
pub use policy::{
    BaselineChoice, Candidate, Comment, Foreign, GitleaksOptions, Known, Origin, PolicyError, PolicyOptions, Scope,
    Scopes, Setting, Slow, today,
};
pub use progress::Progress;
pub use scan::Scan;
pub use tree::{TreeError, TreeScan};
