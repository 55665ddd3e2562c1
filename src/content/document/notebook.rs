//! Jupyter notebooks: the sources and outputs of their cells, each with its lines.
//! Format: <https://nbformat.readthedocs.io/en/latest/format_description.html> (read 2026-11-30).

use super::json_parts;
use crate::content::fault::Fault;
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};
use serde_json::Value;
use std::ops::ControlFlow;

/// Passes on the texts of all cells.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let flow = all_cells(&held, parts);
    held.release(parts.budget);
    flow
}

fn all_cells(bytes: &[u8], parts: &mut Parts<'_>) -> Flow {
    let notebook = json_parts::fields(bytes).map_err(|error| Fault::corrupt(format!("it is no JSON: {error}")))?;
    let mut cells = notebook.get("cells").map(|cells| json_parts::items(cells)).unwrap_or_default();
    // Before the fourth version of the format, cells stood in work sheets.
    for sheet in notebook.get("worksheets").map(|sheets| json_parts::items(sheets)).unwrap_or_default() {
        let sheet = json_parts::fields(sheet.get().as_bytes()).unwrap_or_default();
        cells.extend(sheet.get("cells").map(|cells| json_parts::items(cells)).unwrap_or_default());
    }
    for (cell, number) in cells.into_iter().zip(1..) {
        let cell: Value = serde_json::from_str(cell.get()).unwrap_or_default();
        let source = cell.get("source").or_else(|| cell.get("input")).map(text).unwrap_or_default();
        if parts.view(&format!("cell {number}"), source.as_bytes()).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let mut output = String::new();
        for one in cell.get("outputs").and_then(Value::as_array).into_iter().flatten() {
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
