//! asar, Electron's archive: a table of names in JSON, then the members one after the other.

use crate::content::fault::Fault;
use crate::content::input::skip;
use crate::content::parts::{Flow, Parts, stream};
use crate::model::ProblemKind;
use serde_json::Value;
use std::io::Read;
use std::ops::ControlFlow;

/// Directories that lie deeper are not read.
const DEEPEST: usize = 64;

/// Reads all members in the order of their places.
pub(in crate::content) fn expand(input: &mut dyn Read, parts: &mut Parts<'_>) -> Flow {
    let mut sizes = [0; 16];
    input.read_exact(&mut sizes)?;
    let number = |at: usize| u64::from(u32::from_le_bytes([sizes[at], sizes[at + 1], sizes[at + 2], sizes[at + 3]]));
    let (whole, length) = (number(4), number(12));
    if length > parts.budget.room() {
        return Err(Fault::new(ProblemKind::TooLarge, format!("its table of names takes {length} bytes")));
    }
    let mut table = vec![0; length as usize];
    input.read_exact(&mut table)?;
    let table: Value =
        serde_json::from_slice(&table).map_err(|_| Fault::corrupt("it is damaged: its table of names is no JSON"))?;
    let mut members = Vec::new();
    let is_whole = gather(&table, &mut String::new(), 0, &mut members);
    if !is_whole {
        parts.refuse(b"", ProblemKind::TooLarge, format!("directories below the {DEEPEST}th are not read"));
    }
    members.sort();
    skip(input, (8 + whole).saturating_sub(16 + length))?;
    let mut at = 0;
    for (offset, size, path) in members {
        let Some(gap) = offset.checked_sub(at) else {
            parts.refuse(path.as_bytes(), ProblemKind::Corrupt, "it shares bytes with another member");
            continue;
        };
        skip(input, gap)?;
        let mut member = (&mut *input).take(size);
        if parts.member(path.as_bytes(), stream(&mut member)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let left = member.limit();
        skip(input, left)?;
        at = offset.saturating_add(size);
    }
    Ok(ControlFlow::Continue(()))
}

/// Files that are packed, with offset, size and path. Says whether that is all of them.
fn gather(directory: &Value, path: &mut String, depth: usize, members: &mut Vec<(u64, u64, String)>) -> bool {
    let Some(files) = directory.get("files").and_then(Value::as_object) else { return true };
    if depth == DEEPEST {
        return false;
    }
    let mut is_whole = true;
    for (name, entry) in files {
        let length = path.len();
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(name);
        let offset = entry.get("offset").and_then(Value::as_str).and_then(|offset| offset.parse().ok());
        if let Some((offset, size)) = offset.zip(entry.get("size").and_then(Value::as_u64)) {
            members.push((offset, size, path.clone()));
        }
        is_whole &= gather(entry, path, depth + 1, members);
        path.truncate(length);
    }
    is_whole
}
