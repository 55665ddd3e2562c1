//! Floor 2: configurations and lists of other scanners, so that users can keep them.
//!
//! This module parses and evaluates them; `policy` decides where they apply.

pub mod gitleaks;
mod known;
pub mod trufflehog;

pub use known::{Entry, Kind, KnownList, Subject};
