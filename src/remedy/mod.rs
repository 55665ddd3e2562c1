//! Floor 4: what is done about secrets that were found.
//!
//! `redact` replaces them in a stream; `rewrite` puts a new file in the place of another.

mod rewrite;

pub mod redact;

pub use rewrite::{Beside, RewriteError};
