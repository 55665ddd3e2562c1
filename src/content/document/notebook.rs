//! Jupyter notebooks: the sources and outputs of their cells, each with its lines.
//! Format: <https://nbformat.readthedocs.io/en/latest/format_description.html> (read 2026-11-30).

use crate::content::fault::Fault;
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};
use serde_json::Value;
use std::ops::ControlFlow;

/// Passes on the texts of all cells.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let notebook = serde_json::from_slice::<Value>(&held);
    held.release(parts.budget);
    let notebook = notebook.map_err(|error| Fault::corrupt(format!("it is no JSON: {error}")))?;
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    // Before the fourth version of the format, cells stood in work sheets.
    let mut cells = list(&notebook, "cells");
    for sheet in list(&notebook, "worksheets") {
        cells.extend(list(&sheet, "cells"));
    }
    for (cell, number) in cells.iter().zip(1..) {
        let source = cell.get("source").or_else(|| cell.get("input")).map(text).unwrap_or_default();
        if parts.view(&format!("cell {number}"), source.as_bytes()).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let mut output = String::new();
        for one in list(cell, "outputs") {
            for key in ["text", "traceback", "evalue"] {
                add(one.get(key), &mut output);
            }
            let data = one.get("data").and_then(Value::as_object);
            for (kind, value) in data.into_iter().flatten() {
                // Pictures stand there in base64.
                if kind.starts_with("text/") || value.is_object() || kind.contains("xml") {
                    add(Some(value), &mut output);
                }
            }
        }
        if parts.view(&format!("cell {number} output"), output.as_bytes()).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn add(value: Option<&Value>, output: &mut String) {
    if let Some(value) = value {
        output.push_str(&text(value));
        if !output.ends_with('\n') {
            output.push('\n');
        }
    }
}

/// A text, or the lines of one; other values as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().map(text).collect(),
        other => other.to_string(),
    }
}
