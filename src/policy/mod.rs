//! Floor 3: what a team decided: which rules count where, and what is not to be reported although it was found.
//!
//! The engine knows nothing of this: it sees bytes. A [`Scope`] is what holds in one directory, made from the `stanch.toml` files above it, its
//! `.stanchignore` files and its baseline; [`Scopes`] finds the scope of a path. A finding is judged one occurrence after the other, where the
//! occurrence stands; what is suppressed is kept with whoever said so, and nothing is lost.

mod active_files;
mod apply;
mod compat;
mod digests;
mod error;
mod exception;
mod inline;
mod layer;
mod options;
mod path_policy;
mod rules;
mod scope;
mod scope_cache;
mod scopes;
mod selector;

pub use compat::GitleaksPolicy;
pub use digests::Slow;
pub use error::PolicyError;
pub use inline::Comment;
pub use options::{BaselineChoice, GitleaksOptions, PolicyOptions};
pub use scope::{Candidate, Scope, Setting, SettingOrigin};
pub use scopes::{LoadedLedger, Scopes, today};

pub(crate) use apply::{Scanned, apply};
pub(crate) use compat::{exempted, is_looked_at};
pub(crate) use path_policy::LocatedFinding;
