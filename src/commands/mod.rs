//! Floor 5: one file per sub-command. Plain options in, an [`Exit`] out.

mod exit;
mod explain;
mod git;
mod policy;
mod report;
mod rules;
mod scan;

pub use exit::{Exit, Failure};
pub use explain::explain;
pub use git::{Options as GitOptions, git};
pub use policy::{report_defaults, scopes};
pub use report::Reporting;
pub use rules::{check, list, show, test};
pub use scan::{Options as ScanOptions, scan};
