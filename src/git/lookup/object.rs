//! An object that was read.

use crate::git::oid::Kind;
use crate::git::pack::buffer::Buffer;
use std::ops::Deref;
use std::sync::Arc;

/// An object that was read. Cheap to clone.
#[derive(Clone)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    pub(super) bytes: Arc<Buffer>,
}

impl Deref for Object {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}
