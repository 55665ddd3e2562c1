//! All tests that see the program from outside: through its binary or its public API. One test binary, so that it links once.
//!
//! A file holds the tests of one subject; `binary`, `project`, `git_support`, `report_support`, `stanch_support` and `visit` are the
//! harness.

#[cfg(unix)]
mod advice;
mod architecture;
mod architecture_circles;
#[cfg(unix)]
mod attest;
mod attest_support;
#[cfg(unix)]
mod bad_files;
#[cfg(target_os = "linux")]
mod bad_input;
mod baseline;
mod baseline_merge;
mod binary;
#[cfg(unix)]
mod change_policy;
#[cfg(unix)]
mod ci_situations;
#[cfg(unix)]
mod ci_support;
mod config_allow;
mod config_discovery;
mod config_faults;
mod config_schema;
mod containers;
mod containers_behind;
mod containers_bombs;
mod containers_documents;
mod containers_hostile;
mod containers_support;
mod content;
mod decode;
mod decode_bounds;
mod detection_shapes;
#[cfg(unix)]
mod documented;
mod engine;
#[cfg(unix)]
mod exempt_places;
mod exit_codes;
mod explain;
#[cfg(unix)]
mod framework;
#[cfg(target_os = "linux")]
mod fuzz_seeds;
#[cfg(target_os = "linux")]
mod fuzzed;
mod generated;
mod git_changes;
mod git_differential;
mod git_graph;
mod git_history;
mod git_honesty;
#[cfg(unix)]
mod git_hostile;
#[cfg(unix)]
mod git_hostile_packs;
mod git_index;
mod git_layouts;
mod git_lookup;
mod git_mutated;
mod git_referee;
mod git_references;
mod git_reftable;
mod git_select;
mod git_support;
mod git_walk;
#[cfg(unix)]
mod github_action;
mod gitleaks_command;
mod gitleaks_differential;
mod gitleaks_git;
mod gitleaks_naive;
mod gitleaks_place;
mod habits;
mod help;
#[cfg(unix)]
mod hooks;
#[cfg(target_os = "linux")]
mod host;
#[cfg(target_os = "linux")]
mod host_docs;
#[cfg(target_os = "linux")]
mod host_routine;
#[cfg(target_os = "linux")]
mod host_support;
mod image;
mod image_honesty;
mod image_registry;
mod image_support;
mod init;
mod integrations;
mod ledger_lives;
mod masked;
mod migrate;
mod migrate_setups;
mod output;
mod places;
#[cfg(unix)]
mod policy_files;
mod prefilter;
mod project;
mod proofs;
#[cfg(unix)]
mod push_hooks;
mod redact;
mod registry_support;
mod report_delivery;
mod report_hosts;
mod report_html;
mod report_masking;
mod report_support;
mod report_tables;
mod reports;
mod rules_command;
#[cfg(unix)]
mod same_answers;
mod sarif;
#[cfg(target_os = "linux")]
mod signals;
mod sources;
mod staged;
mod stanch_support;
mod suppression_ignores;
mod suppression_inline;
mod verbosity;
mod visit;
mod work_tree;
