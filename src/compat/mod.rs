//! Floor 2: what other tools' files say. People come with them; nobody should have to write them anew.
//!
//! Here is only what a file means. Where it holds, and what becomes of what it knows, is the pipeline's business.

pub mod gitleaks;
mod known;
pub mod trufflehog;

pub use known::{Entry, Kind, KnownList, Subject};
