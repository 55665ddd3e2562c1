//! Floor 3: policy: which rules apply where, and which findings are suppressed.
//!
//! The engine does not depend on policy. A [`Scope`] is the policy of one directory, built from the `stanch.toml` files of the directory
//! and its ancestors, its `.stanchignore` files and its baseline; [`Scopes`] finds the scope of a path. Each occurrence of a finding is
//! checked against the scope of its own path. Suppressed findings are kept with the location of the exception.

mod active_files;
mod apply;
mod candidate;
mod compat;
mod digests;
mod error;
mod exception;
mod inline;
mod layer;
mod loaded_ledger;
mod options;
mod path_policy;
mod rules;
mod scope;
mod scope_cache;
mod scopes;
mod selector;

pub use candidate::Candidate;
pub use compat::GitleaksPolicy;
pub use digests::Slow;
pub use error::PolicyError;
pub use inline::Comment;
pub use loaded_ledger::LoadedLedger;
pub use options::{BaselineChoice, GitleaksOptions, PolicyOptions};
pub use scope::{Scope, Setting, SettingOrigin};
pub use scopes::{Scopes, today};

pub(crate) use apply::{Scanned, apply};
pub(crate) use compat::{exempted, is_looked_at};
pub(crate) use path_policy::LocatedFinding;
