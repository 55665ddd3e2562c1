//! Floor 1: what is looked for. Rules are data; how they are run is the engine's business.

use crate::model::ProofKind;

pub mod builtin;
pub mod check;
mod compile;
mod dialect;
pub mod example;
mod loose;
mod rule;
pub mod run;
mod set;
pub mod short;
pub mod syntax;
mod unfold;
pub mod window;

pub use compile::compile;
pub use dialect::explain as advice;
pub use loose::{Loose, Screen};
pub use rule::{Form, Keyword, Rule, Text};
pub use set::{RuleSet, SetError};
