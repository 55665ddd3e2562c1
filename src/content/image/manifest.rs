//! Which configurations and layers there are.
//! Formats: <https://github.com/opencontainers/image-spec/blob/main/image-layout.md> and `manifest.json` of
//! <https://github.com/moby/moby/blob/master/image/tarexport/tarexport.go> (read 2026-11-30).

use super::blobs::Blobs;
use crate::content::fault::Fault;
use serde_json::Value;
use std::collections::HashSet;

/// An index lists indexes not deeper than this.
const DEEPEST: usize = 4;

/// An image: names of its parts, layers from the lowest on.
pub(super) struct Image {
    pub(super) config: String,
    pub(super) layers: Vec<String>,
    /// Where it was read from, if that is a file of its own.
    pub(super) manifest: Option<String>,
}

/// All images; each once.
pub(super) fn images(blobs: &mut Blobs<'_>) -> Result<Vec<Image>, Fault> {
    let mut images = Vec::new();
    if let Some(text) = blobs.text("manifest.json")? {
        let list: Value =
            serde_json::from_slice(&text).map_err(|_| Fault::corrupt("it is damaged: its manifest is no JSON"))?;
        for one in list.as_array().into_iter().flatten() {
            let name = |value: &Value| value.as_str().map(str::to_owned);
            let layers = one.get("Layers").and_then(Value::as_array).into_iter().flatten().filter_map(name).collect();
            images.extend(one.get("Config").and_then(name).map(|config| Image { config, layers, manifest: None }));
        }
    }
    let mut seen = HashSet::new();
    index("index.json", 0, blobs, &mut seen, &mut images)?;
    Ok(images)
}

fn index(
    name: &str,
    depth: usize,
    blobs: &mut Blobs<'_>,
    seen: &mut HashSet<String>,
    images: &mut Vec<Image>,
) -> Result<(), Fault> {
    let Some(text) = blobs.text(name)? else { return Ok(()) };
    if depth > DEEPEST || !seen.insert(name.to_owned()) {
        return Ok(());
    }
    // A blob that an index names may be anything.
    let Ok(value) = serde_json::from_slice::<Value>(&text) else { return Ok(()) };
    let digests = |key: &str| -> Vec<String> {
        let all = value.get(key).and_then(Value::as_array).into_iter().flatten();
        // What has no digest leads nowhere, and is named as missing.
        all.map(|one| one.get("digest").and_then(Value::as_str).map_or_else(String::new, place)).collect()
    };
    for manifest in digests("manifests") {
        index(&manifest, depth + 1, blobs, seen, images)?;
    }
    let config = value.get("config").and_then(|config| config.get("digest")).and_then(Value::as_str).map(place);
    if let Some(config) = config {
        images.push(Image { config, layers: digests("layers"), manifest: Some(name.to_owned()) });
    }
    Ok(())
}

/// Where a blob of this digest is.
fn place(digest: &str) -> String {
    digest.split_once(':').map_or_else(|| digest.to_owned(), |(algorithm, hex)| format!("blobs/{algorithm}/{hex}"))
}

/// The digest that a name says.
pub(super) fn digest_of(name: &str) -> String {
    match name.strip_prefix("blobs/").and_then(|rest| rest.split_once('/')) {
        Some((algorithm, hex)) => format!("{algorithm}:{hex}"),
        None => name.to_owned(),
    }
}
