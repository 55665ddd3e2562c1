//! HAR: what a browser sent and got, each header, cookie and parameter behind its name.
//! Format: <http://www.softwareishard.com/blog/har-12-spec/> (read 2026-12-01).

use super::json_parts;
use crate::content::fault::Fault;
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::ops::ControlFlow;

/// Passes on the requests and answers.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let flow = messages(&held, parts);
    held.release(parts.budget);
    flow
}

fn messages(bytes: &[u8], parts: &mut Parts<'_>) -> Flow {
    let recorded = json_parts::fields(bytes).map_err(|error| Fault::corrupt(format!("it is no JSON: {error}")))?;
    let entries = recorded.get("log").and_then(|log| json_parts::fields(log.get().as_bytes()).ok());
    let entries = entries.and_then(|log| log.get("entries").map(|entries| json_parts::items(entries)));
    for (entry, number) in entries.into_iter().flatten().zip(1..) {
        let entry: Value = serde_json::from_str(entry.get()).unwrap_or_default();
        for (key, name) in [("request", "request"), ("response", "answer")] {
            let Some(message) = entry.get(key) else { continue };
            if parts.view(&format!("{name} {number}"), head(message).as_bytes()).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let posted = message.get("postData").and_then(|data| data.get("text")).and_then(Value::as_str);
            if parts.view(&format!("{name} {number} body"), posted.unwrap_or_default().as_bytes()).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let Some(content) = message.get("content") else { continue };
            let text = content.get("text").and_then(Value::as_str).unwrap_or_default();
            let is_encoded = content.get("encoding").and_then(Value::as_str) == Some("base64");
            let decoded = is_encoded.then(|| STANDARD.decode(text).ok()).flatten();
            if parts.view(&format!("{name} {number} body"), decoded.as_deref().unwrap_or(text.as_bytes())).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The address and the named values of a message, each on a line as a header of HTTP has it.
fn head(message: &Value) -> String {
    let mut text = String::new();
    for key in ["url", "redirectURL"] {
        if let Some(url) = message.get(key).and_then(Value::as_str).filter(|url| !url.is_empty()) {
            text.push_str(url);
            text.push('\n');
        }
    }
    let form = message.get("postData").and_then(|data| data.get("params"));
    for (list, between) in
        [(message.get("headers"), ": "), (message.get("cookies"), "="), (message.get("queryString"), "="), (form, "=")]
    {
        for pair in list.and_then(Value::as_array).into_iter().flatten() {
            let part = |key: &str| pair.get(key).and_then(Value::as_str).unwrap_or_default();
            text.push_str(&[part("name"), between, part("value"), "\n"].concat());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_stand_behind_their_names() {
        let message = json!({"url": "https://a/", "headers": [{"name": "X-Key", "value": "v"}],
            "postData": {"params": [{"name": "password", "value": "w"}]}});
        assert_eq!(head(&message), "https://a/\nX-Key: v\npassword=w\n");
    }
}
