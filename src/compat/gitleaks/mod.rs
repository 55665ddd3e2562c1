//! gitleaks: its configuration, run as it stands.
//!
//! Its rules are not ours: a pattern may be unbounded, and a keyword anywhere in the file lets it run over all of it. So they have a lane of
//! their own that sees whole texts, and means what the file means: `syntax` reads it, `extend` joins files, `pattern` turns Go's dialect of
//! regexes into Rust's, `scan` finds, `allow` exempts.
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

pub use allow::{Allowlist, Subject, Target};
pub use config::{Config, Required, Rule};
pub use extend::{Input, load};
pub use names::{ours, selects_ours};
pub use pattern::Pattern;
pub use scan::{COMMENT, Exempt, Found, Place, entropy};
