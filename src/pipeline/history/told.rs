//! Tells an observer which objects were read.

use super::delta::Gathered;
use crate::git::store::Store;
use crate::model::{Content, Observer, Unit};

/// Tells of every object that a walk met; what was sighted in them is in order.
pub(super) fn tell(gathered: &Gathered, store: &Store, observer: &dyn Observer) {
    for (object, kind, bytes) in &gathered.met {
        let at = gathered.sighted.partition_point(|one| one.object < *object);
        let has_secret = gathered.sighted.get(at).is_some_and(|one| one.object == *object);
        if let Some(oid) = store.oid(*object) {
            let unit = Unit::Object { kind: kind.name(), id: oid.as_bytes() };
            observer.read(unit, Content { sha256: None, bytes: *bytes, has_secret });
        }
    }
}
