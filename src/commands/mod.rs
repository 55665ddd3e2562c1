//! Floor 5: one file per sub-command. Plain options in, an [`Exit`] out.

mod exit;
mod explain;
mod git;
mod hook;
mod hook_run;
mod report;
mod rules;
mod scan;

pub use exit::{Exit, Failure};
pub use explain::explain;
pub use git::{Options as GitOptions, Scope, git};
pub use hook::{HookOptions, install as install_hooks, status as hook_status, uninstall as uninstall_hooks};
pub use hook_run::{RunOptions as HookRunOptions, run as run_hook};
pub use report::Reporting;
pub use rules::{check, list, show, test};
pub use scan::{Options as ScanOptions, scan};
