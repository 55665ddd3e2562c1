//! Built-in rules: a static table that the build script generates from `rules/<first letter>/<provider>.toml`.

use super::{Form, Keyword, Rule};
use crate::model::{Confidence, ProofKind, Severity};
use std::borrow::Cow;

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
