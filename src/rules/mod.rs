//! Floor 1: rules as data. The engine runs them.

use crate::model::ProofKind;

pub mod builtin;
pub mod check;
mod compile;
pub mod example;
pub mod languages;
mod regex_advice;
mod relaxed_pattern;
mod rule;
pub mod run;
mod sequences;
mod set;
pub mod short;
pub mod syntax;
pub mod window;

pub use compile::compile;
pub use regex_advice::explain as advice;
pub use relaxed_pattern::{Attempt, RelaxedPattern, Screen};
pub use rule::{Form, Keyword, Rule, Text};
pub use set::{RuleSet, SetError};
