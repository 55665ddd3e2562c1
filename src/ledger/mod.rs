//! Floor 1: what a team keeps about secrets that it knows: the baseline and the `.stanchignore` files.
//!
//! Both are lists of lines for people and for merges, and both name a secret by a [`Mark`]: a digest that cannot be turned back. What could
//! be found by trying words gets a digest that is slow on purpose ([`Salt`]); `docs/baseline.md` says what that holds against, and what
//! not. There is no clock here: whoever asks brings the day.

mod baseline;
mod cache;
mod digest;
mod entry;
mod fault;
mod ignores;
mod merge;
mod strength;

pub use baseline::{Baseline, Covers};
pub use cache::Cache;
pub use digest::{Cost, Digest, Mark, Memory, Salt, SaltId};
pub use entry::Entry;
pub use fault::LedgerError;
pub use ignores::IgnoreFile;
pub use merge::{Merged, merge};
pub use strength::is_guessable;
