//! Floor 1: `stanch.toml`. What a file says, with the line that says it; what follows from several of them is the policy's business.
//!
//! The contents of `[[rule]]` are the rules room's: it reads them from the same text.

mod discover;
mod fault;
mod layer;
mod nearest;
mod parse;
mod patterns;
mod reader;
mod size;

pub use discover::{Above, NAME, above, exists_in, is_repository, load};
pub use fault::ConfigError;
pub use layer::{Allow, At, Layer, ReportDefaults, RuleSetting};
pub use nearest::nearest;
pub use parse::parse;
pub use patterns::{BadPattern, Patterns, slashed};
pub(crate) use reader::kind;
pub use size::parse_size;

/// The JSON schema of `stanch.toml`, for editors. A test holds it and the parser together.
pub const SCHEMA: &str = include_str!("schema.json");
