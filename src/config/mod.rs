//! Floor 1: parsing of `stanch.toml` with line numbers. `policy` combines the files that apply to a path.
//!
//! The content of `[[rule]]` is parsed by `rules` from the same text.

mod container;
mod discover;
mod fault;
mod layer;
mod nearest;
mod parse;
mod patterns;
mod reader;
mod size;

pub use crate::policy_file::is_repository;
pub use container::CONTAINERS;
pub use discover::{Above, NAME, above, exists_in, load};
pub use fault::ConfigError;
pub use layer::{Allow, At, Layer, ReportDefaults, RuleSetting};
pub use nearest::nearest;
pub use parse::parse;
pub use patterns::{BadPattern, Patterns, from_here, slashed};
pub(crate) use reader::kind;
pub use size::parse_size;

/// JSON schema of `stanch.toml`, for editors. A test compares it with the parser.
pub const SCHEMA: &str = include_str!("schema.json");
