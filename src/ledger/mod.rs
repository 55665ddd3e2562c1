//! Floor 1: what a team has recorded about its secrets: the baseline and the `.stanchignore` files.
//!
//! Both are lists of lines that people read and git merges, and both identify a secret by a [`LedgerKey`], which does not reveal it. A
//! secret that could be guessed gets a slow digest ([`Salt`]); `docs/baseline.md` states which attacks it withstands and which not. This
//! module reads no clock: the caller passes the day.
//!
//! [`lives`] is what a security team remembers of all of them: a database of states, places and decisions.

mod baseline;
mod cache;
mod digest;
mod entry;
mod fault;
mod ignores;
pub mod lives;
mod merge;
mod strength;
mod sweeps;

pub use baseline::{Baseline, Covers};
pub use cache::Cache;
pub use digest::{Cost, Digest, LedgerKey, Memory, Salt, SaltId};
pub use entry::Entry;
pub use fault::LedgerError;
pub use ignores::IgnoreFile;
pub use merge::{Merged, merge};
pub use strength::is_guessable;
pub use sweeps::{Change, Sweeps};
