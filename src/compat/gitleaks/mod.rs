//! gitleaks: runs its configuration unchanged.
//!
//! gitleaks' rules differ from stanch's: a pattern may be unbounded, and a keyword anywhere in the file starts it on the whole text. They
//! therefore run as a separate detector on whole texts, with the semantics of gitleaks: `syntax` parses a file, `extend` merges files,
//! `pattern` translates Go regexes to Rust, `scan` matches, `allow` applies allowlists.
//!
//! The schema is that of the README of gitleaks 8.30 (<https://github.com/gitleaks/gitleaks#configuration>, read 2026-11-24).

mod allow;
mod class;
mod config;
mod extend;
mod names;
mod pattern;
mod reader;
mod scan;
mod syntax;
mod text;
mod text_context;

pub use allow::{Allowlist, Subject, Target};
pub use config::{Config, Required, Rule};
pub use extend::{Input, load};
pub use names::{ours, selects_ours};
pub use pattern::Pattern;
pub use scan::{COMMENT, ConfigMatch, Exempt, entropy};
pub use text_context::TextContext;
