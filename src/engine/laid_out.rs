//! The index of the built-in rules' keywords: a static table, laid out by the build script.

use super::index::{Buckets, Entry, Hash, Index, Plan, Table, Trigger, Word, Words};
use std::borrow::Cow;

include!(concat!(env!("OUT_DIR"), "/index.rs"));
