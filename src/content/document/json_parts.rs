//! Large JSON, a part at a time: values in memory take ten times as much as their text, so only the part that is looked at is made one.

use serde_json::value::RawValue;
use std::collections::HashMap;

/// The fields of an object, unread. All of the text is checked.
pub(super) fn fields(bytes: &[u8]) -> serde_json::Result<HashMap<String, &RawValue>> {
    serde_json::from_slice(bytes)
}

/// The items of a list, unread; none of what is no list.
pub(super) fn items(list: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(list.get()).unwrap_or_default()
}
