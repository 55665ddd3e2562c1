//! Floor 6: one file per sub-command. Plain options in, an [`Exit`] out.

mod attest;
mod baseline;
mod ci;
mod config;
mod diff;
mod exit;
mod explain;
mod explain_classifier;
mod explain_line;
mod find;
mod full_scan;
mod gate;
mod git;
mod hook;
mod hook_framework;
mod hook_run;
#[cfg(target_os = "linux")]
mod host;
mod ignores;
mod image;
mod init;
mod ledger;
mod migrate;
mod policy;
mod redact;
mod report;
mod rules;
mod rules_json;
mod scan;

pub use attest::{AttestOptions, CoverageOptions, OutputForm, SubjectSpec, attest, coverage as attest_coverage};
pub use baseline::{Options as BaselineOptions, baseline_create, baseline_merge, baseline_show, baseline_update};
pub use ci::ci_selection;
pub use config::{config_schema, config_show};
pub use diff::{DiffOptions, diff};
pub use exit::{Exit, Failure, Lost};
pub use explain::explain;
pub use gate::{GateOptions, gate_verify};
pub use git::{Options as GitOptions, Scope, git};
pub use hook::{HookOptions, install as install_hooks, status as hook_status, uninstall as uninstall_hooks};
pub use hook_framework::Framework;
pub use hook_run::{RunOptions as HookRunOptions, run as run_hook};
#[cfg(target_os = "linux")]
pub use host::{Options as HostCommandOptions, ScheduleOptions, StateOptions, default_state_file, host, host_schedule};
pub use ignores::{NewEntry, ignores_add, ignores_list, ignores_prune};
pub use image::{Options as ImageCommandOptions, image};
pub use init::origin::InstallOrigin;
pub use init::{Ci, HookManager, Options as InitOptions, init};
pub use ledger::{
    DeadlineOptions, ExportFormat, LedgerOptions, ListOptions, RecordOptions, SetOptions, default_ledger,
    ledger_assign, ledger_check, ledger_deadlines, ledger_export, ledger_html, ledger_key_export, ledger_key_import,
    ledger_list, ledger_record, ledger_set, ledger_set_deadline, ledger_show, ledger_verify,
};
pub use migrate::{Options as MigrateOptions, migrate};
pub use policy::{report_defaults, scopes};
pub use redact::{RedactOptions, redact};
pub use report::{Delivery, Reporting};
pub use rules::{check, list, show, test};
pub use rules_json::list_json;
pub use scan::{Options as ScanOptions, scan};
