//! Floor 3: from sources to an outcome.

mod outcome;

pub use outcome::{Outcome, Stats};
