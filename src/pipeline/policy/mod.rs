//! What a team decided: which rules count where, and what is not to be reported although it was found.
//!
//! The engine knows nothing of this: it sees bytes. A [`Scope`] is what holds in one directory, made from the `stanch.toml` files above it, its
//! `.stanchignore` files and its baseline; [`Scopes`] finds the scope of a path. A finding is judged one occurrence after the other, where the
//! occurrence stands; what is suppressed is kept with whoever said so, and nothing is lost.

mod apply;
mod digests;
mod error;
mod exception;
mod foreign;
mod held;
mod inline;
mod layer;
mod options;
mod placed;
mod places;
mod rules;
mod scope;
mod scopes;
mod selector;

pub use digests::Slow;
pub use error::PolicyError;
pub use foreign::Foreign;
pub use inline::Comment;
pub use options::{BaselineChoice, GitleaksOptions, PolicyOptions};
pub use scope::{Candidate, Origin, Scope, Setting};
pub use scopes::{Known, Scopes, today};

pub(super) use apply::{Scanned, apply};
pub(super) use foreign::{exempted, is_looked_at};
pub(super) use placed::Placed;
