//! The rules that are compiled in: a static table, laid out by the build script from `rules/<first letter>/<provider>.toml`.

use super::{Form, Keyword, Rule};
use crate::model::{Confidence, ProofKind, Severity};
use std::borrow::Cow;

include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
