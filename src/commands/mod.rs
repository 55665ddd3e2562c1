//! Floor 5: one file per sub-command. Plain options in, an [`Exit`] out.

mod exit;
mod explain;
mod git;
mod hook;
mod hook_run;
mod init;
mod opinion;
mod report;
mod rules;
mod rules_json;
mod scan;

pub use exit::{Exit, Failure, Lost};
pub use explain::explain;
pub use git::{Options as GitOptions, Scope, git};
pub use hook::{HookOptions, install as install_hooks, status as hook_status, uninstall as uninstall_hooks};
pub use hook_run::{RunOptions as HookRunOptions, run as run_hook};
pub use init::{Ci, HookManager, Options as InitOptions, init};
pub use report::{Delivery, Reporting};
pub use rules::{check, list, show, test};
pub use rules_json::list_json;
pub use scan::{Options as ScanOptions, scan};
