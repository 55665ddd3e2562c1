//! Floor 5: one file per sub-command. Plain options in, an [`Exit`] out.

mod exit;
mod explain;
mod git;
mod init;
mod opinion;
mod report;
mod rules;
mod rules_json;
mod scan;

pub use exit::{Exit, Failure, Lost};
pub use explain::explain;
pub use git::{Options as GitOptions, git};
pub use init::{Ci, HookManager, Options as InitOptions, init};
pub use report::{Delivery, Reporting};
pub use rules::{check, list, show, test};
pub use rules_json::list_json;
pub use scan::{Options as ScanOptions, scan};
